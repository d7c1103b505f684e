// The base of all metrics: state in variables, fed batch by batch, read as a result.
import { checkOptionsOf, type KnownOptions, type OptionNames } from '../core/arguments.js';
import { classNameOf } from '../core/class-name.js';
import type { DType } from '../core/dtype.js';
import { currentEngine } from '../core/engine.js';
import { toSnakeCase } from '../core/names.js';
import type { Plain } from '../core/op.js';
import { filled } from '../core/scalar.js';
import type { Shape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { Variable } from '../core/variable.js';

/** Options that every metric takes. */
export interface MetricOptions {
  /** Default: the class's name in snake_case, such as `mean_squared_error`. */
  readonly name?: string;
  /** Default float32. */
  readonly dtype?: DType;
}

/** The names of the options that every metric takes. */
export const METRIC_OPTIONS: OptionNames<MetricOptions> = { name: true, dtype: true };

/** Whether larger values of a metric are better (`up`) or smaller ones (`down`). */
export type Direction = 'up' | 'down';

/** What `updateState` takes besides targets and predictions. */
export interface MetricWeights {
  readonly sampleWeight?: Tensor | undefined;
  /**
   * Entries of 0 (false) do not count in metrics that are means of a function, as in Keras. (On JAX
   * Keras loses the masks of predictions while it trains; there they count in `evaluate` only.)
   */
  readonly mask?: Tensor | undefined;
}

/**
 * Something measured over many batches. Extend it: make state with `addVariable`, change it in
 * `updateState`, and compute from it in `result`.
 *
 * @example
 * ```ts
 * import { metrics, ops, tensor, type Tensor } from 'keratin';
 * class Largest extends metrics.Metric {
 *   readonly seen = this.addVariable('seen', []);
 *   override updateState(yTrue: Tensor, yPred: Tensor) {
 *     this.seen.assign(ops.maximum(this.seen.value, ops.max(yPred)));
 *   }
 *   override result() { return this.seen.value; }
 * }
 * const largest = new Largest({ name: 'largest' });
 * largest.updateState(tensor([0]), tensor([3]));
 * console.log(await largest.result().item()); // 3
 * ```
 */
export abstract class Metric {
  /** The class's name in Keras's files. */
  static readonly className: string = 'Metric';
  /** The options of the class itself; a class without them takes any. */
  static readonly optionNames: KnownOptions | undefined = undefined;
  /** The name it has in logs. */
  readonly name: string;
  readonly dtype: DType;
  /** Tells callbacks which way is better; undefined makes them ask for a mode. */
  readonly direction: Direction | undefined = undefined;
  readonly #variables: Variable[] = [];
  readonly #initial: number[] = [];

  /** `given`: the caller's options, where a class passes others up. */
  constructor(options: MetricOptions = {}, given: object = options) {
    checkOptionsOf(new.target, given);
    this.name = options.name ?? toSnakeCase(classNameOf(this));
    this.dtype = options.dtype ?? 'float32';
  }

  /** Keras's name of the class. */
  get className(): string {
    return classNameOf(this);
  }

  /** Makes state whose shape depends on the predictions; called before the first batch. */
  build(_yTrue: Tensor, _yPred: Tensor): void {}

  /** Takes in one batch. */
  abstract updateState(yTrue: Tensor, yPred: Tensor, weights?: MetricWeights): void;

  /** The value over all batches since the last reset. */
  abstract result(): Tensor;

  /** Makes a state variable that starts (and restarts) at `initial`, default 0. */
  protected addVariable(
    name: string,
    shape: Shape,
    initial = 0,
    dtype: DType = this.dtype,
  ): Variable {
    const options = { name, path: `${this.name}/${name}`, trainable: false };
    const variable = currentEngine().scope(
      () => new Variable(filled(shape, initial, dtype), options),
    );
    this.#variables.push(variable);
    this.#initial.push(initial);
    return variable;
  }

  /** The state. */
  get variables(): readonly Variable[] {
    return this.#variables;
  }

  /** Forgets everything seen. */
  resetState(): void {
    currentEngine().scope(() => {
      this.#variables.forEach((variable, index) => {
        variable.assign(filled(variable.shape, this.#initial[index] ?? 0, variable.dtype));
      });
    });
  }

  /** `updateState` and `result` in one. */
  apply(yTrue: Tensor, yPred: Tensor, weights?: MetricWeights): Tensor {
    this.updateState(yTrue, yPred, weights);
    return this.result();
  }

  /** The constructor's options. */
  getConfig(): Record<string, Plain> {
    return { name: this.name, dtype: this.dtype };
  }
}
