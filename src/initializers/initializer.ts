// Initializers: the first values of weights.
import { checkOptionsOf, type KnownOptions } from '../core/arguments.js';
import { classNameOf } from '../core/class-name.js';
import type { DType } from '../core/dtype.js';
import { nextSeed } from '../core/random.js';
import type { PlainConfig, Setting } from '../core/serialized.js';
import type { Shape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import type { FanAxes } from './fans.js';

/**
 * Makes the first value of a weight. Extend it and write `initialize`.
 *
 * @example
 * ```ts
 * import { initializers, layers, ops, type DType, type Shape } from 'keratin';
 * class Half extends initializers.Initializer {
 *   override initialize(shape: Shape, dtype: DType) { return ops.full(shape, 0.5, { dtype }); }
 * }
 * const dense = layers.dense({ units: 2, kernelInitializer: new Half() });
 * ```
 */
export abstract class Initializer implements Setting {
  /** The options of the class itself; a class without them takes any. */
  static readonly optionNames: KnownOptions | undefined = undefined;

  /** `given`: the options of the class, for the check of their names. */
  constructor(given: object = {}) {
    checkOptionsOf(new.target, given);
  }

  get className(): string {
    return classNameOf(this);
  }

  /**
   * A fresh tensor of this shape and dtype. `fanAxes` says which axes are inputs and outputs of a
   * unit where Keras's usual rule does not fit; most initializers need not know.
   */
  abstract initialize(shape: Shape, dtype: DType, fanAxes?: FanAxes): Tensor;

  /** The constructor's options. */
  getConfig(): PlainConfig {
    return {};
  }

  /** One of the same class and options; random numbers are its own where no seed was given. */
  clone(): this {
    // The constructor's options are the config, so the same class makes the same kind of it.
    return Reflect.construct(this.constructor, [this.getConfig()]) as this;
  }
}

/** Options of initializers that draw random numbers. */
export interface SeedOptions {
  /** Equal seeds give equal values at every call. Default: from the stream of `setRandomSeed`. */
  readonly seed?: number | null;
}

/**
 * An initializer that draws random numbers: the same ones each time it is called, as in Keras. After
 * `setRandomSeed` they follow the order in which initializers, and layers with them, are made.
 */
export abstract class RandomInitializer extends Initializer {
  /** What was given, or else what the stream gave when the initializer was made. */
  protected readonly seed: number;
  readonly #given: number | null;

  constructor(options: SeedOptions, given: object = options) {
    super(given);
    this.#given = options.seed ?? null;
    this.seed = this.#given ?? nextSeed();
  }

  override getConfig(): PlainConfig {
    return { seed: this.#given };
  }
}
