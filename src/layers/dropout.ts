// Layers that disturb their input in training and pass it on otherwise.
import { ArgumentError } from '../core/errors.js';
import type { PlainConfig } from '../core/serialized.js';
import type { Tensor } from '../core/tensor.js';
import { add, greaterEqual, mul, random, SeedGenerator, where } from '../ops/index.js';
import type { CallContext } from './call-context.js';
import { channelAxis, type DataFormat, dataFormatOf } from './data-format.js';
import { Layer } from './layer.js';
import {
  type DefaultsOf,
  fraction,
  type LayerOptions,
  type Resolved,
  withDefaults,
} from './options.js';

/** Options of layers that draw random numbers. */
export interface SeededOptions extends LayerOptions {
  /** Equal seeds give equal streams. Default: from the stream of `setRandomSeed`. */
  readonly seed?: number | null;
}

/** A layer with a stream of random keys, which acts in training only. */
abstract class Disturbing<Config extends { readonly seed: number | null }> extends Layer<Config> {
  override supportsMasking = true;
  /** As the signature of Keras's `call` says. */
  override readonly trainingByDefault = false;
  private seedGenerator: SeedGenerator | undefined;

  protected abstract disturb(x: Tensor, seeds: SeedGenerator): Tensor;

  protected override build(): void {
    const { seed } = this.config;
    this.seedGenerator = seed === null ? new SeedGenerator() : new SeedGenerator(seed);
  }

  protected override call(x: Tensor, { training }: CallContext): Tensor {
    return training && this.seedGenerator !== undefined ? this.disturb(x, this.seedGenerator) : x;
  }
}

/** Sizes of a mask for `x`: those of the input where the option leaves them open. */
function sizesFor(x: Tensor, noiseShape: readonly (number | null)[] | null): readonly number[] {
  return noiseShape?.map((size, axis) => size ?? x.shape[axis] ?? 1) ?? x.shape;
}

/** Options of {@link Dropout}. */
export interface DropoutOptions extends SeededOptions {
  /** The part of values that become 0, from 0 to 1. */
  readonly rate: number;
  /** Shape of the mask; null takes the input's size, 1 drops whole axes. Default: the input's. */
  readonly noiseShape?: readonly (number | null)[] | null;
}

const DROPOUT: DefaultsOf<DropoutOptions, 'rate'> = { seed: null, noiseShape: null };

/**
 * In training sets a part of the values to 0 and divides the others by `1 - rate`, so that the
 * mean stays (Srivastava et al. 2014). The shape stays.
 *
 * @example
 * ```ts
 * import { layers, tensor } from 'keratin';
 * const x = layers.dropout({ rate: 0.5 }).apply(tensor([[1, 2]]));
 * console.log(await x.array()); // [ [ 1, 2 ] ]
 * ```
 */
export class Dropout extends Disturbing<Resolved<DropoutOptions>> {
  static readonly className = 'Dropout';
  static readonly kerasModule = 'keras.layers';

  constructor(options: DropoutOptions) {
    super(withDefaults('Dropout', DROPOUT, ['rate'], options));
    this.inputSpec = {};
    fraction('Dropout', 'rate', this.config.rate);
  }

  protected override disturb(x: Tensor, seed: SeedGenerator): Tensor {
    const { rate, noiseShape } = this.config;
    return random.dropout(x, rate, { seed, noiseShape: sizesFor(x, noiseShape) });
  }
}

/** Options of {@link AlphaDropout}. */
export interface AlphaDropoutOptions extends SeededOptions {
  /** The part of values that are set to the lowest value of selu, from 0 to 1. */
  readonly rate: number;
  /** Shape of the mask; null takes the input's size, 1 drops whole axes. Default: the input's. */
  readonly noiseShape?: readonly (number | null)[] | null;
}

/** What selu tends to far below 0: -alpha * scale of Klambauer et al. 2017. */
const SELU_FLOOR = -1.6732632423543772 * 1.0507009873554805;

/**
 * In training sets a part of the values to the lowest value of selu, then scales and shifts all so
 * that mean and variance stay (Klambauer et al. 2017). The shape stays.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [4] });
 * console.log(layers.alphaDropout({ rate: 0.2 }).apply(x).shape); // [ null, 4 ]
 * ```
 */
export class AlphaDropout extends Disturbing<Resolved<AlphaDropoutOptions>> {
  static readonly className = 'AlphaDropout';
  static readonly kerasModule = 'keras.layers';

  constructor(options: AlphaDropoutOptions) {
    super(withDefaults('AlphaDropout', DROPOUT, ['rate'], options));
    this.inputSpec = {};
    fraction('AlphaDropout', 'rate', this.config.rate);
  }

  protected override disturb(x: Tensor, seed: SeedGenerator): Tensor {
    const { rate, noiseShape } = this.config;
    if (rate === 0) return x;
    const kept = greaterEqual(random.uniform(sizesFor(x, noiseShape), { seed }), rate);
    const factor = ((1 - rate) * (1 + rate * SELU_FLOOR ** 2)) ** -0.5;
    const shift = -factor * SELU_FLOOR * rate;
    return add(mul(where(kept, x, SELU_FLOOR), factor), shift);
  }
}

/** Options of {@link SpatialDropout1D}. */
export interface SpatialDropout1DOptions extends SeededOptions {
  /** The part of channels that become 0, from 0 to 1. */
  readonly rate: number;
}

/** Options of {@link SpatialDropout2D} and {@link SpatialDropout3D}. */
export interface SpatialDropoutOptions extends SpatialDropout1DOptions {
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat | null;
}

type SpatialConfig = Resolved<SpatialDropout1DOptions> & { readonly dataFormat?: string | null };

/** Drops whole channels (Tompson et al. 2014). */
abstract class SpatialDropout extends Disturbing<SpatialConfig> {
  constructor(options: SpatialConfig, where: string, rank: number) {
    super(options);
    fraction(where, 'rate', options.rate);
    this.inputSpec = { rank };
  }

  /** Keras's constructors of these layers know no `trainable`. */
  override getConfig(): PlainConfig {
    const { trainable: _, ...config } = super.getConfig();
    return config;
  }

  protected override disturb(x: Tensor, seed: SeedGenerator): Tensor {
    const channels = channelAxis(this.config.dataFormat) === 1 ? 1 : x.rank - 1;
    const noiseShape = x.shape.map((size, axis) => (axis === 0 || axis === channels ? size : 1));
    return random.dropout(x, this.config.rate, { seed, noiseShape });
  }
}

function spatialConfig(className: string, options: SpatialDropoutOptions): SpatialConfig {
  const defaults = { seed: null, dataFormat: null };
  const config = withDefaults(className, defaults, ['rate'], options);
  return { ...config, dataFormat: dataFormatOf(className, options.dataFormat) };
}

/**
 * Drops whole channels of `[batch, steps, channels]` in training.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [5, 4] });
 * console.log(layers.spatialDropout1d({ rate: 0.2 }).apply(x).shape); // [ null, 5, 4 ]
 * ```
 */
export class SpatialDropout1D extends SpatialDropout {
  static readonly className = 'SpatialDropout1D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: SpatialDropout1DOptions) {
    super(
      withDefaults('SpatialDropout1D', { seed: null }, ['rate'], options),
      'SpatialDropout1D',
      3,
    );
  }
}

/**
 * Drops whole channels of `[batch, rows, columns, channels]` in training.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [5, 5, 4] });
 * console.log(layers.spatialDropout2d({ rate: 0.2 }).apply(x).shape); // [ null, 5, 5, 4 ]
 * ```
 */
export class SpatialDropout2D extends SpatialDropout {
  static readonly className = 'SpatialDropout2D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: SpatialDropoutOptions) {
    super(spatialConfig('SpatialDropout2D', options), 'SpatialDropout2D', 4);
  }
}

/**
 * Drops whole channels of `[batch, depth, rows, columns, channels]` in training.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [5, 5, 5, 4] });
 * console.log(layers.spatialDropout3d({ rate: 0.2 }).apply(x).shape); // [ null, 5, 5, 5, 4 ]
 * ```
 */
export class SpatialDropout3D extends SpatialDropout {
  static readonly className = 'SpatialDropout3D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: SpatialDropoutOptions) {
    super(spatialConfig('SpatialDropout3D', options), 'SpatialDropout3D', 5);
  }
}

/** Options of {@link GaussianDropout}. */
export interface GaussianDropoutOptions extends SeededOptions {
  /** The strength, from 0 to below 1: factors have deviation `sqrt(rate / (1 - rate))`. */
  readonly rate: number;
}

/**
 * In training multiplies by normal numbers around 1 (Srivastava et al. 2014). The shape stays.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [4] });
 * console.log(layers.gaussianDropout({ rate: 0.2 }).apply(x).shape); // [ null, 4 ]
 * ```
 */
export class GaussianDropout extends Disturbing<Resolved<GaussianDropoutOptions>> {
  static readonly className = 'GaussianDropout';
  static readonly kerasModule = 'keras.layers';

  constructor(options: GaussianDropoutOptions) {
    super(withDefaults('GaussianDropout', { seed: null }, ['rate'], options));
    this.inputSpec = {};
    fraction('GaussianDropout', 'rate', this.config.rate);
  }

  protected override disturb(x: Tensor, seed: SeedGenerator): Tensor {
    const { rate } = this.config;
    if (rate === 0) return x;
    const stddev = Math.sqrt(rate / (1 - rate));
    return mul(x, random.normal(x.shape, { seed, mean: 1, stddev, dtype: x.dtype }));
  }
}

/** Options of {@link GaussianNoise}. */
export interface GaussianNoiseOptions extends SeededOptions {
  /** Standard deviation of the noise. */
  readonly stddev: number;
}

/**
 * In training adds normal numbers around 0. The shape stays.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [4] });
 * console.log(layers.gaussianNoise({ stddev: 0.1 }).apply(x).shape); // [ null, 4 ]
 * ```
 */
export class GaussianNoise extends Disturbing<Resolved<GaussianNoiseOptions>> {
  static readonly className = 'GaussianNoise';
  static readonly kerasModule = 'keras.layers';

  constructor(options: GaussianNoiseOptions) {
    super(withDefaults('GaussianNoise', { seed: null }, ['stddev'], options));
    this.inputSpec = {};
    const { stddev } = this.config;
    if (stddev >= 0) return;
    throw new ArgumentError({
      where: 'GaussianNoise',
      what: 'stddev must not be negative',
      received: String(stddev),
      fix: 'give it a number such as 0.1',
    });
  }

  protected override disturb(x: Tensor, seed: SeedGenerator): Tensor {
    const { stddev } = this.config;
    return add(x, random.normal(x.shape, { seed, stddev, dtype: x.dtype }));
  }
}
