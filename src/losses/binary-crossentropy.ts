// Crossentropies of independent yes/no targets, over the op. Focal: Lin et al. 2017, as Keras 3.
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import type { Plain } from '../core/op.js';
import type { Tensor } from '../core/tensor.js';
import { add, mean, mul, pow, sigmoid, sub } from '../ops/index.js';
import * as crossentropies from '../ops/nn/crossentropies.js';
import {
  CROSSENTROPY_OPTIONS,
  Crossentropy,
  type CrossentropySettings,
  smoothed,
} from './crossentropy.js';
import type { LossOptions } from './loss.js';
import { compared } from './shapes.js';

/** Targets and predictions made ready for the op. */
function prepared(
  where: string,
  yTrue: Tensor,
  yPred: Tensor,
  smoothing: number,
): [Tensor, Tensor] {
  const [targets, predictions] = compared(where, yTrue, yPred);
  return [smoothed(targets, smoothing, 2), predictions];
}

/** Mean over `axis` of −(t·log p + (1 − t)·log(1 − p)). */
export function binaryCrossentropy(
  yTrue: Tensor,
  yPred: Tensor,
  options: CrossentropySettings = {},
): Tensor {
  const { fromLogits = false, labelSmoothing = 0, axis = -1 } = options;
  const [targets, predictions] = prepared('binaryCrossentropy', yTrue, yPred, labelSmoothing);
  const entropy = crossentropies.binaryCrossentropy(targets, predictions, { fromLogits });
  return mean(entropy, { axis });
}

/** What {@link binaryFocalCrossentropy} takes besides. */
export interface BinaryFocalSettings extends CrossentropySettings {
  /** Weigh the classes by alpha and 1 − alpha; default false. */
  readonly applyClassBalancing?: boolean;
  /** The weight of class 1; default 0.25. */
  readonly alpha?: number;
  /** How much easy examples are played down; default 2. */
  readonly gamma?: number;
}

/** Binary crossentropy times (1 − p of the true class)^gamma. */
export function binaryFocalCrossentropy(
  yTrue: Tensor,
  yPred: Tensor,
  options: BinaryFocalSettings = {},
): Tensor {
  const { fromLogits = false, labelSmoothing = 0, axis = -1, gamma = 2, alpha = 0.25 } = options;
  const [targets, predictions] = prepared('binaryFocalCrossentropy', yTrue, yPred, labelSmoothing);
  const p = fromLogits ? sigmoid(predictions) : predictions;
  const entropy = crossentropies.binaryCrossentropy(targets, p);
  const weigh = (one: Tensor | number, zero: Tensor | number): Tensor =>
    add(mul(targets, one), mul(sub(1, targets), zero));
  const ofTrueClass = weigh(p, sub(1, p));
  const focal = mul(pow(sub(1, ofTrueClass), gamma), entropy);
  const balanced = options.applyClassBalancing ? mul(weigh(alpha, 1 - alpha), focal) : focal;
  return mean(balanced, { axis });
}

/** Options of {@link BinaryCrossentropy}. */
export interface BinaryCrossentropyOptions extends LossOptions, CrossentropySettings {}

/**
 * {@link binaryCrossentropy} as a loss object.
 *
 * @example
 * ```ts
 * import { losses, tensor } from 'keratin';
 * const loss = new losses.BinaryCrossentropy({ fromLogits: true });
 * console.log(await loss.apply(tensor([[0, 1]]), tensor([[-2, 3]])).item());
 * ```
 */
export class BinaryCrossentropy extends Crossentropy {
  static override readonly className = 'BinaryCrossentropy';
  static override readonly optionNames: KnownOptions = CROSSENTROPY_OPTIONS;
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return binaryCrossentropy(yTrue, yPred, this);
  }
}

/** Options of {@link BinaryFocalCrossentropy}. */
export interface BinaryFocalCrossentropyOptions extends LossOptions, BinaryFocalSettings {}

/** {@link binaryFocalCrossentropy} as a loss object. */
export class BinaryFocalCrossentropy extends Crossentropy {
  static override readonly className = 'BinaryFocalCrossentropy';
  static override readonly optionNames: KnownOptions = {
    ...CROSSENTROPY_OPTIONS,
    applyClassBalancing: true,
    alpha: true,
    gamma: true,
  } satisfies OptionNames<BinaryFocalCrossentropyOptions>;
  readonly applyClassBalancing: boolean;
  readonly alpha: number;
  readonly gamma: number;
  constructor(options: BinaryFocalCrossentropyOptions = {}) {
    super(options);
    this.applyClassBalancing = options.applyClassBalancing ?? false;
    this.alpha = options.alpha ?? 0.25;
    this.gamma = options.gamma ?? 2;
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return binaryFocalCrossentropy(yTrue, yPred, this);
  }
  override getConfig(): Record<string, Plain> {
    const { applyClassBalancing, alpha, gamma } = this;
    return { ...super.getConfig(), applyClassBalancing, alpha, gamma };
  }
}
