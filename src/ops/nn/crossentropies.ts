// Crossentropies as Keras's backend functions have them: no reduction over samples, no smoothing.
// The losses of the same names add targets' shapes, smoothing, masks and means.
import { checkOptions, type OptionNames } from '../../core/arguments.js';
import { currentEpsilon } from '../../core/epsilon.js';
import { ShapeError } from '../../core/errors.js';
import { at, sameNumbers } from '../../core/sequence.js';
import { formatShape, normalizeAxis } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import { add, div, mul, neg, sub } from '../arithmetic.js';
import { logSigmoid } from '../composed-activations.js';
import { asTensor, type TensorLike } from '../convert.js';
import { log } from '../powers.js';
import { oneHot } from '../scatter.js';
import { cast, sum } from '../shaping.js';
import { logSoftmax } from '../softmax.js';
import { squeeze } from '../views.js';
import { clip } from '../where.js';

/** What predictions are. */
export interface CrossentropyOptions {
  /** Whether predictions are logits rather than probabilities (default false). */
  readonly fromLogits?: boolean | undefined;
}

const CROSSENTROPY_OPTIONS: OptionNames<CrossentropyOptions> = { fromLogits: true };

/** What predictions are, and where their classes lie. */
export interface ClassOptions extends CrossentropyOptions {
  /** The axis of classes; the last by default. */
  readonly axis?: number | undefined;
}

const CLASS_OPTIONS: OptionNames<ClassOptions> = { axis: true, fromLogits: true };

function requireSameShape(where: string, target: Tensor, output: Tensor): void {
  if (sameNumbers(target.shape, output.shape)) return;
  throw new ShapeError({
    where,
    what: 'targets and predictions differ in shape',
    expected: `targets of ${formatShape(output.shape)}`,
    received: formatShape(target.shape),
    fix: 'reshape the targets; for class numbers use sparseCategoricalCrossentropy',
  });
}

/**
 * -(t log p + (1 - t) log(1 - p)) for every element.
 *
 * @throws ShapeError where targets and predictions differ in shape.
 * @example
 * ```ts
 * import { binaryCrossentropy } from 'keratin';
 * console.log((await binaryCrossentropy([1], [0.5]).item()).toFixed(4)); // 0.6931
 * ```
 */
export function binaryCrossentropy(
  target: TensorLike,
  output: TensorLike,
  options: CrossentropyOptions = {},
): Tensor {
  checkOptions('binaryCrossentropy', options, CROSSENTROPY_OPTIONS);
  const predictions = asTensor(output);
  const targets = cast(target, predictions.dtype);
  requireSameShape('binaryCrossentropy', targets, predictions);
  const [yes, no] = logarithms(predictions, options.fromLogits === true);
  return neg(add(mul(targets, yes), mul(sub(1, targets), no)));
}

/**
 * log p and log(1 - p). From logits log σ(x) and log σ(-x): neither overflows, both keep their digits
 * where the prediction is sure, and their slopes are right at 0, where max(x, 0) and |x| have none.
 */
function logarithms(predictions: Tensor, isFromLogits: boolean): [Tensor, Tensor] {
  if (isFromLogits) return [logSigmoid(predictions), logSigmoid(neg(predictions))];
  const p = clip(predictions, currentEpsilon(), 1 - currentEpsilon());
  return [log(p), log(sub(1, p))];
}

/** Probabilities as shares of their sum along `axis`, kept an epsilon from 0 and 1, as in Keras. */
export function clippedShares(output: Tensor, axis: number): Tensor {
  const shares = div(output, sum(output, { axis, keepDims: true }));
  return clip(shares, currentEpsilon(), 1 - currentEpsilon());
}

function logProbabilities(output: Tensor, { axis = -1, fromLogits = false }: ClassOptions): Tensor {
  return fromLogits ? logSoftmax(output, { axis }) : log(clippedShares(output, axis));
}

/**
 * -Σ t log p along the axis of classes.
 *
 * @throws ShapeError where targets and predictions differ in shape.
 * @example
 * ```ts
 * import { categoricalCrossentropy } from 'keratin';
 * const loss = categoricalCrossentropy([[0, 1]], [[0.5, 0.5]]);
 * console.log((await loss.item()).toFixed(4)); // 0.6931
 * ```
 */
export function categoricalCrossentropy(
  target: TensorLike,
  output: TensorLike,
  options: ClassOptions = {},
): Tensor {
  checkOptions('categoricalCrossentropy', options, CLASS_OPTIONS);
  const predictions = asTensor(output);
  const targets = cast(target, predictions.dtype);
  requireSameShape('categoricalCrossentropy', targets, predictions);
  const { axis = -1 } = options;
  return neg(sum(mul(targets, logProbabilities(predictions, options)), { axis }));
}

/**
 * -log p of the class that each whole number names: targets have no axis of classes, or as the last
 * one an axis of size 1.
 *
 * @throws ShapeError where there is not one target for each prediction.
 * @example
 * ```ts
 * import { sparseCategoricalCrossentropy } from 'keratin';
 * const loss = sparseCategoricalCrossentropy([1], [[0.5, 0.5]]);
 * console.log((await loss.item()).toFixed(4)); // 0.6931
 * ```
 */
export function sparseCategoricalCrossentropy(
  target: TensorLike,
  output: TensorLike,
  options: ClassOptions = {},
): Tensor {
  checkOptions('sparseCategoricalCrossentropy', options, CLASS_OPTIONS);
  const predictions = asTensor(output);
  const { axis = -1 } = options;
  const place = normalizeAxis('sparseCategoricalCrossentropy', axis, predictions.rank);
  const given = asTensor(target, 'int32');
  const hasColumn = given.rank === predictions.rank && at(given.shape, -1) === 1;
  const labels = cast(hasColumn ? squeeze(given, -1) : given, 'int32');
  const classes = at(predictions.shape, place);
  const chosen = oneHot(labels, classes, { axis: place, dtype: predictions.dtype });
  requireSameShape('sparseCategoricalCrossentropy', chosen, predictions);
  return neg(sum(mul(chosen, logProbabilities(predictions, options)), { axis: place }));
}
