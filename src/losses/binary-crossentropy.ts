// Crossentropies of independent yes/no targets. Formulas: Keras 3; focal: Lin et al. 2017.
import { EPSILON } from '../core/epsilon.js';
import type { Plain } from '../core/op.js';
import type { Tensor } from '../core/tensor.js';
import {
  abs,
  add,
  cast,
  clip,
  log,
  mean,
  mul,
  neg,
  pow,
  relu,
  sigmoid,
  softplus,
  sub,
} from '../ops/index.js';
import { Loss, type LossOptions } from './loss.js';
import { requireComparable, toSameRank } from './shapes.js';

/** What the crossentropies share. */
export interface CrossentropySettings {
  /** Whether predictions are logits rather than probabilities; default false. */
  readonly fromLogits?: boolean;
  /** 0 (the default) to 1: how far targets are pulled towards the uniform distribution. */
  readonly labelSmoothing?: number;
  /** The axis of the classes; default −1. */
  readonly axis?: number;
}

/** Elementwise: from logits max(x, 0) − x·t + log(1 + e^−|x|), which never overflows. */
function elementwise(targets: Tensor, predictions: Tensor, fromLogits: boolean): Tensor {
  if (fromLogits) {
    const linear = sub(relu(predictions), mul(predictions, targets));
    return add(linear, softplus(neg(abs(predictions))));
  }
  const p = clip(predictions, EPSILON, 1 - EPSILON);
  const positive = mul(targets, log(p));
  const negative = mul(sub(1, targets), log(sub(1, p)));
  return neg(add(positive, negative));
}

function prepared(where: string, yTrue: Tensor, yPred: Tensor, smoothing: number): Tensor[] {
  const [targets, predictions] = toSameRank(cast(yTrue, yPred.dtype), yPred);
  requireComparable(where, targets, predictions);
  if (smoothing === 0) return [targets, predictions];
  return [add(mul(targets, 1 - smoothing), 0.5 * smoothing), predictions];
}

/** Mean over `axis` of −(t·log p + (1 − t)·log(1 − p)). */
export function binaryCrossentropy(
  yTrue: Tensor,
  yPred: Tensor,
  options: CrossentropySettings = {},
): Tensor {
  const { fromLogits = false, labelSmoothing = 0, axis = -1 } = options;
  const [targets = yTrue, predictions = yPred] = prepared(
    'binaryCrossentropy',
    yTrue,
    yPred,
    labelSmoothing,
  );
  return mean(elementwise(targets, predictions, fromLogits), { axis });
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
  const [targets = yTrue, predictions = yPred] = prepared(
    'binaryFocalCrossentropy',
    yTrue,
    yPred,
    labelSmoothing,
  );
  const p = fromLogits ? sigmoid(predictions) : predictions;
  const entropy = elementwise(targets, p, false);
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
export class BinaryCrossentropy extends Loss {
  static override readonly className: string = 'BinaryCrossentropy';
  readonly fromLogits: boolean;
  readonly labelSmoothing: number;
  readonly axis: number;
  constructor(options: BinaryCrossentropyOptions = {}, defaultName = 'binary_crossentropy') {
    super(options, defaultName);
    this.fromLogits = options.fromLogits ?? false;
    this.labelSmoothing = options.labelSmoothing ?? 0;
    this.axis = options.axis ?? -1;
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return binaryCrossentropy(yTrue, yPred, this);
  }
  override getConfig(): Record<string, Plain> {
    const { fromLogits, labelSmoothing, axis } = this;
    return { ...super.getConfig(), fromLogits, labelSmoothing, axis };
  }
}

/** Options of {@link BinaryFocalCrossentropy}. */
export interface BinaryFocalCrossentropyOptions extends LossOptions, BinaryFocalSettings {}

/** {@link binaryFocalCrossentropy} as a loss object. */
export class BinaryFocalCrossentropy extends BinaryCrossentropy {
  static override readonly className = 'BinaryFocalCrossentropy';
  readonly applyClassBalancing: boolean;
  readonly alpha: number;
  readonly gamma: number;
  constructor(options: BinaryFocalCrossentropyOptions = {}) {
    super(options, 'binary_focal_crossentropy');
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
