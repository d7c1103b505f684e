// From the loss of each sample to one number: weights, masks and the reduction.
import type { DType } from '../core/dtype.js';
import { ArgumentError } from '../core/errors.js';
import { toCamelCase } from '../core/names.js';
import type { Tensor } from '../core/tensor.js';
import { cast, div, divideNoNan, mul, sum } from '../ops/index.js';
import { toSameRank } from './shapes.js';

/**
 * How per-sample losses become one: `sumOverBatchSize` and `mean` divide by the number of
 * values, `meanWithSampleWeight` by the sum of the weights; `none` keeps the values.
 */
export type Reduction = 'sumOverBatchSize' | 'mean' | 'meanWithSampleWeight' | 'sum' | 'none';

const REDUCTIONS: readonly Reduction[] = [
  'sumOverBatchSize',
  'mean',
  'meanWithSampleWeight',
  'sum',
  'none',
];

/** The reduction of this name, in Keras's or our spelling; null means none. */
export function reductionNamed(name: string | null): Reduction {
  const wanted = name === null ? 'none' : toCamelCase(name);
  const found = REDUCTIONS.find((reduction) => reduction === wanted);
  if (found !== undefined) return found;
  throw new ArgumentError({
    where: 'loss',
    what: 'there is no such reduction',
    expected: REDUCTIONS.join(', '),
    received: String(name),
    fix: "leave `reduction` out for the default, 'sumOverBatchSize'",
  });
}

function isMean(reduction: Reduction): boolean {
  return reduction !== 'sum' && reduction !== 'none';
}

/**
 * The weights with masked entries at 0, scaled so that a mean runs over the valid ones only; all 0
 * where there are none.
 */
function withMask(
  weight: Tensor | undefined,
  mask: Tensor,
  reduction: Reduction,
  dtype: DType,
): Tensor {
  let scaled = cast(mask, dtype);
  if (reduction === 'mean' || reduction === 'sumOverBatchSize') {
    scaled = mul(scaled, divideNoNan(scaled.size, sum(scaled)));
  }
  if (weight === undefined) return scaled;
  const [fittedWeight, fittedMask] = toSameRank(weight, scaled);
  return mul(fittedWeight, fittedMask);
}

/** One number (or, for `none`, the values), as Keras 3's `reduce_weighted_values`. */
export function reduceValues(
  values: Tensor,
  reduction: Reduction,
  sampleWeight?: Tensor,
  mask?: Tensor,
): Tensor {
  let weight = sampleWeight === undefined ? undefined : cast(sampleWeight, values.dtype);
  if (mask !== undefined) weight = withMask(weight, mask, reduction, values.dtype);
  let weighted = values;
  if (weight !== undefined) {
    [weighted, weight] = toSameRank(values, weight);
    weighted = mul(weighted, weight);
  }
  if (reduction === 'none' || weighted.rank === 0) return weighted;
  const total = sum(weighted);
  if (!isMean(reduction)) return total;
  if (reduction === 'meanWithSampleWeight' && weight !== undefined) {
    return divideNoNan(total, sum(weight));
  }
  return weighted.size === 0 ? total : div(total, weighted.size);
}
