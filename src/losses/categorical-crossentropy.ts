// Crossentropies of one class out of many, over the ops. Focal: Lin et al. 2017; generalised: Zhang
// and Sabuncu 2018; as Keras 3.
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import { isFloat } from '../core/dtype.js';
import { ArgumentError } from '../core/errors.js';
import type { Plain } from '../core/op.js';
import { at } from '../core/sequence.js';
import { normalizeAxis } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import {
  cast,
  div,
  log,
  mul,
  neg,
  notEqual,
  oneHot,
  pow,
  softmax,
  squeeze,
  sub,
  sum,
  where,
} from '../ops/index.js';
import * as crossentropies from '../ops/nn/crossentropies.js';
import {
  CROSSENTROPY_OPTIONS,
  Crossentropy,
  type CrossentropySettings,
  smoothed,
} from './crossentropy.js';
import { LOSS_OPTIONS, Loss, type LossOptions } from './loss.js';
import { compared } from './shapes.js';

/** Targets (one column for each class) made ready for comparing with predictions. */
function prepared(
  where: string,
  yTrue: Tensor,
  yPred: Tensor,
  options: CrossentropySettings,
): [Tensor, Tensor] {
  const { labelSmoothing = 0, axis = -1 } = options;
  const [targets, predictions] = compared(where, yTrue, yPred);
  const classes = at(predictions.shape, normalizeAxis(where, axis, predictions.rank));
  return [smoothed(targets, labelSmoothing, classes), predictions];
}

/** −Σ t·log p along `axis`; targets have one column for each class. */
export function categoricalCrossentropy(
  yTrue: Tensor,
  yPred: Tensor,
  options: CrossentropySettings = {},
): Tensor {
  const { fromLogits = false, axis = -1 } = options;
  const [targets, predictions] = prepared('categoricalCrossentropy', yTrue, yPred, options);
  return crossentropies.categoricalCrossentropy(targets, predictions, { fromLogits, axis });
}

/** What {@link sparseCategoricalCrossentropy} takes. */
export interface SparseSettings {
  readonly fromLogits?: boolean;
  /** Targets of this class do not count; default none. */
  readonly ignoreClass?: number | null;
  readonly axis?: number;
}

/** Integer labels without a last axis of size 1. */
function labelsOf(yTrue: Tensor, yPred: Tensor): Tensor {
  const trailing = yTrue.rank === yPred.rank && yTrue.shape.at(-1) === 1;
  const labels = trailing ? squeeze(yTrue, -1) : yTrue;
  return isFloat(labels.dtype) || labels.dtype === 'bool' ? cast(labels, 'int32') : labels;
}

function requireLabels(yTrue: Tensor, labels: Tensor, yPred: Tensor, axis: number): void {
  const wanted = yPred.shape.filter(
    (_, index) => index !== normalizeAxis('sparseCategoricalCrossentropy', axis, yPred.rank),
  );
  if (wanted.length === labels.rank && wanted.every((size, i) => size === labels.shape[i])) return;
  throw new ArgumentError({
    where: 'sparseCategoricalCrossentropy',
    what: 'the targets are not one class number for each prediction',
    expected: `targets of shape [${wanted.join(', ')}]`,
    received: `targets [${yTrue.shape.join(', ')}] for predictions [${yPred.shape.join(', ')}]`,
    fix:
      yTrue.rank === yPred.rank
        ? "for one-hot targets use 'categoricalCrossentropy'"
        : 'give one integer label for each prediction',
  });
}

/** −log p of the class that each integer target names; `axis` holds the classes. */
export function sparseCategoricalCrossentropy(
  yTrue: Tensor,
  yPred: Tensor,
  options: SparseSettings = {},
): Tensor {
  const { fromLogits = false, ignoreClass, axis = -1 } = options;
  const labels = labelsOf(yTrue, yPred);
  requireLabels(yTrue, labels, yPred, axis);
  const settings = { fromLogits, axis };
  const values = crossentropies.sparseCategoricalCrossentropy(labels, yPred, settings);
  if (ignoreClass === undefined || ignoreClass === null) return values;
  return where(notEqual(labels, ignoreClass), values, 0);
}

/** What {@link categoricalFocalCrossentropy} takes. */
export interface CategoricalFocalSettings extends CrossentropySettings {
  /** Weight of all classes; default 0.25. */
  readonly alpha?: number;
  /** How much easy examples are played down; default 2. */
  readonly gamma?: number;
}

/** −Σ alpha·(1 − p)^gamma·t·log p along `axis`. */
export function categoricalFocalCrossentropy(
  yTrue: Tensor,
  yPred: Tensor,
  options: CategoricalFocalSettings = {},
): Tensor {
  const { fromLogits = false, axis = -1, alpha = 0.25, gamma = 2 } = options;
  const [targets, predictions] = prepared('categoricalFocalCrossentropy', yTrue, yPred, options);
  const shares = fromLogits ? softmax(predictions, { axis }) : predictions;
  const p = crossentropies.clippedShares(shares, axis);
  const entropy = neg(mul(targets, log(p)));
  return sum(mul(mul(pow(sub(1, p), gamma), alpha), entropy), { axis });
}

/** (1 − p^q) / q for the probability p of the class that each integer target names. */
export function categoricalGeneralizedCrossEntropy(
  yTrue: Tensor,
  yPred: Tensor,
  options: { q?: number } = {},
): Tensor {
  const { q = 0.5 } = options;
  const labels = labelsOf(yTrue, yPred);
  const chosen = cast(oneHot(labels, at(yPred.shape, -1)), yPred.dtype);
  const p = sum(mul(yPred, chosen), { axis: -1 });
  return div(sub(1, pow(p, q)), q);
}

/** Options of {@link CategoricalCrossentropy}. */
export interface CategoricalCrossentropyOptions extends LossOptions, CrossentropySettings {}

/**
 * {@link categoricalCrossentropy} as a loss object.
 *
 * @example
 * ```ts
 * import { losses, tensor } from 'keratin';
 * const loss = new losses.CategoricalCrossentropy({ labelSmoothing: 0.1 });
 * console.log(await loss.apply(tensor([[0, 1]]), tensor([[0.2, 0.8]])).item());
 * ```
 */
export class CategoricalCrossentropy extends Crossentropy {
  static override readonly className = 'CategoricalCrossentropy';
  static override readonly optionNames: KnownOptions = CROSSENTROPY_OPTIONS;
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return categoricalCrossentropy(yTrue, yPred, this);
  }
}

/** Options of {@link CategoricalFocalCrossentropy}. */
export interface CategoricalFocalOptions extends LossOptions, CategoricalFocalSettings {}

/** {@link categoricalFocalCrossentropy} as a loss object. */
export class CategoricalFocalCrossentropy extends Crossentropy {
  static override readonly className = 'CategoricalFocalCrossentropy';
  static override readonly optionNames: KnownOptions = {
    ...CROSSENTROPY_OPTIONS,
    alpha: true,
    gamma: true,
  } satisfies OptionNames<CategoricalFocalOptions>;
  readonly alpha: number;
  readonly gamma: number;
  constructor(options: CategoricalFocalOptions = {}) {
    super(options);
    this.alpha = options.alpha ?? 0.25;
    this.gamma = options.gamma ?? 2;
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return categoricalFocalCrossentropy(yTrue, yPred, this);
  }
  override getConfig(): Record<string, Plain> {
    return { ...super.getConfig(), alpha: this.alpha, gamma: this.gamma };
  }
}

/** Options of {@link SparseCategoricalCrossentropy}. */
export interface SparseCategoricalCrossentropyOptions extends LossOptions, SparseSettings {}

/** {@link sparseCategoricalCrossentropy} as a loss object. */
export class SparseCategoricalCrossentropy extends Loss {
  static override readonly className = 'SparseCategoricalCrossentropy';
  static override readonly optionNames: KnownOptions = {
    ...LOSS_OPTIONS,
    fromLogits: true,
    ignoreClass: true,
    axis: true,
  } satisfies OptionNames<SparseCategoricalCrossentropyOptions>;
  readonly fromLogits: boolean;
  readonly ignoreClass: number | null;
  readonly axis: number;
  constructor(options: SparseCategoricalCrossentropyOptions = {}) {
    super(options);
    this.fromLogits = options.fromLogits ?? false;
    this.ignoreClass = options.ignoreClass ?? null;
    this.axis = options.axis ?? -1;
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return sparseCategoricalCrossentropy(yTrue, yPred, this);
  }
  override maskOf(yTrue: Tensor, yPred: Tensor): Tensor | undefined {
    if (this.ignoreClass === null) return undefined;
    return notEqual(labelsOf(yTrue, yPred), this.ignoreClass);
  }
  override getConfig(): Record<string, Plain> {
    const { fromLogits, ignoreClass, axis } = this;
    // Keras leaves the default axis out (and loses other values, which we keep).
    const ownAxis = axis === -1 ? {} : { axis };
    return { ...super.getConfig(), fromLogits, ignoreClass, ...ownAxis };
  }
}

/** Options of {@link CategoricalGeneralizedCrossEntropy}. */
export interface GeneralizedCrossEntropyOptions extends LossOptions {
  /** Between 0 (crossentropy) and 1 (mean absolute error), both excluded; default 0.5. */
  readonly q?: number;
}

/** {@link categoricalGeneralizedCrossEntropy} as a loss object: robust to wrong labels. */
export class CategoricalGeneralizedCrossEntropy extends Loss {
  static override readonly className = 'CategoricalGeneralizedCrossEntropy';
  static override readonly optionNames: KnownOptions = {
    ...LOSS_OPTIONS,
    q: true,
  } satisfies OptionNames<GeneralizedCrossEntropyOptions>;
  readonly q: number;
  constructor(options: GeneralizedCrossEntropyOptions = {}) {
    super(options);
    this.q = options.q ?? 0.5;
    if (this.q > 0 && this.q < 1) return;
    throw new ArgumentError({
      where: 'CategoricalGeneralizedCrossEntropy',
      what: 'q lies outside its range',
      expected: 'a number between 0 and 1, both excluded',
      received: String(this.q),
      fix: 'use q: 0.5',
    });
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return categoricalGeneralizedCrossEntropy(yTrue, yPred, { q: this.q });
  }
  override getConfig(): Record<string, Plain> {
    return { ...super.getConfig(), q: this.q };
  }
}
