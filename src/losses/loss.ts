// The base of all losses: per-sample values from `call`, reduced to one number by `apply`.
import {
  checkOptionsOf,
  describe,
  type KnownOptions,
  type OptionNames,
} from '../core/arguments.js';
import { classNameOf } from '../core/class-name.js';
import { type DType, isInteger } from '../core/dtype.js';
import { ArgumentError } from '../core/errors.js';
import { toSnakeCase } from '../core/names.js';
import type { Plain } from '../core/op.js';
import { Tensor } from '../core/tensor.js';
import { cast, logicalAnd } from '../ops/index.js';
import { type Reduction, reduceValues, reductionNamed } from './reduction.js';
import { toSameRank } from './shapes.js';

/** Options that every loss takes. */
export interface LossOptions {
  /** Default `sumOverBatchSize`; Keras's spelling (`sum_over_batch_size`) is accepted too. */
  readonly reduction?: Reduction | (string & {}) | null;
  /** Default: the class's name in snake_case, such as `mean_squared_error`. */
  readonly name?: string;
  /**
   * What the loss is computed and given in: predictions, and targets that are no whole numbers, are
   * cast to it. Default float32, also for predictions of 16 bits; float64 for those of float64.
   */
  readonly dtype?: DType | null;
}

/** The names of the options that every loss takes. */
export const LOSS_OPTIONS: OptionNames<LossOptions> = { reduction: true, name: true, dtype: true };

/** A function from targets and predictions to the loss of each sample. */
export type LossFunction = (yTrue: Tensor, yPred: Tensor) => Tensor;

/** What `apply` takes besides targets and predictions. */
export interface LossWeights {
  /** One weight for each sample, or for each value that `call` returns. */
  readonly sampleWeight?: Tensor | undefined;
  /** Entries of 0 (false) are left out. */
  readonly mask?: Tensor | undefined;
}

/**
 * A loss: how far predictions are from targets. Extend it and write `call`, which returns the
 * loss of each sample (the last axis reduced away); `apply` weighs and reduces that to a number.
 * As in Keras, losses that compare numbers repeat axes of size 1: targets `[n, 2]` against predictions
 * `[n, 1]` are no error, and train the one unit towards the mean of both. Crossentropies refuse them.
 *
 * @example
 * ```ts
 * import { losses, ops, tensor, type Tensor } from 'keratin';
 * class Quartic extends losses.Loss {
 *   override call(yTrue: Tensor, yPred: Tensor) {
 *     return ops.mean(ops.pow(ops.sub(yPred, yTrue), 4), { axis: -1 });
 *   }
 * }
 * const value = new Quartic({ name: 'quartic' }).apply(tensor([[0, 0]]), tensor([[1, 2]]));
 * console.log(await value.item()); // 8.5
 * ```
 */
export abstract class Loss {
  /** The class's name in Keras's files; minifiers change `constructor.name`. */
  static readonly className: string = 'Loss';
  /** The options of the class itself; a class without them takes any. */
  static readonly optionNames: KnownOptions | undefined = undefined;
  readonly name: string;
  readonly reduction: Reduction;
  readonly #dtype: DType | null;

  constructor(options: LossOptions = {}) {
    checkOptionsOf(new.target, options);
    this.#dtype = options.dtype ?? null;
    this.name = options.name ?? toSnakeCase(classNameOf(this));
    this.reduction =
      options.reduction === undefined ? 'sumOverBatchSize' : reductionNamed(options.reduction);
  }

  /** The loss of each sample, shape `[batch, ...]` without the last axis. */
  abstract call(yTrue: Tensor, yPred: Tensor): Tensor;

  /** The weighted, reduced loss: a scalar, unless the reduction is `none`. */
  apply(yTrue: Tensor, yPred: Tensor, weights: LossWeights = {}): Tensor {
    // As in Keras: under mixed_float16 squares of 256 would be too large for the predictions' dtype.
    const dtype = this.#dtype ?? (yPred.dtype === 'float64' ? 'float64' : 'float32');
    const predictions = cast(yPred, dtype);
    const targets = isInteger(yTrue.dtype) ? yTrue : cast(yTrue, dtype);
    const values = cast(this.call(targets, predictions), dtype);
    const own = this.maskOf(targets, predictions, values);
    const mask = bothMasks(own, weights.mask);
    return reduceValues(values, this.reduction, weights.sampleWeight, mask);
  }

  /** Which values count, for losses that leave some out; undefined means all. */
  maskOf(_yTrue: Tensor, _yPred: Tensor, _values: Tensor): Tensor | undefined {
    return undefined;
  }

  /** Keras's name of the class. */
  get className(): string {
    return classNameOf(this);
  }

  /** The constructor's options, from which the loss can be made again. */
  getConfig(): Record<string, Plain> {
    return { name: this.name, reduction: toSnakeCase(this.reduction) };
  }
}

function bothMasks(a: Tensor | undefined, b: Tensor | undefined): Tensor | undefined {
  return a === undefined || b === undefined ? (a ?? b) : logicalAnd(a, b);
}

/** A loss from a plain function of targets and predictions. */
export class FunctionLoss extends Loss {
  static override readonly className: string = 'LossFunctionWrapper';
  static override readonly optionNames: KnownOptions = LOSS_OPTIONS;
  readonly #of: LossFunction;

  constructor(of: LossFunction, options: LossOptions = {}) {
    super({ ...options, name: options.name ?? (of.name === '' ? 'loss' : of.name) });
    this.#of = of;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const values: unknown = this.#of(...toSameRank(yTrue, yPred));
    if (values instanceof Tensor) return values;
    throw new ArgumentError({
      where: `loss "${this.name}"`,
      what: 'the function gave no tensor',
      expected: 'one loss for each sample, computed from yTrue and yPred by ops',
      received: describe(values),
      fix: 'return it, for example (yTrue, yPred) => ops.mean(ops.abs(ops.sub(yTrue, yPred)), { axis: -1 })',
    });
  }
}
