// Reductions that look at each row twice: logSumExp, and mean with variance.
import { checkOptions } from '../core/arguments.js';
import { apply } from '../core/engine.js';
import { defineOp } from '../core/op.js';
import { at, product } from '../core/sequence.js';
import { spec } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import * as k from '../kernels/ir/build.js';
import { computeKernel, outputAt, stageResult } from '../kernels/ir/define.js';
import { add, mul, sub } from './arithmetic.js';
import { applyOne, asTensor, type TensorLike } from './convert.js';
import { fit, floatOf, readAs } from './kernel-values.js';
import { exp, sqrt } from './powers.js';
import {
  innerSizes,
  keptShape,
  REDUCE_OPTIONS,
  type ReduceAttrs,
  type ReduceOptions,
  reduceAttrs,
  reducedShape,
} from './reduced-shape.js';
import { countOf } from './reductions.js';
import { rowsOf } from './rows.js';
import { reshape, spread } from './shaping.js';

export const logSumExpOp = defineOp<ReduceAttrs>({
  name: 'logSumExp',
  infer: (inputs, attrs) => {
    const { shape, dtype } = at(inputs, 0);
    return [spec(reducedShape(shape, attrs), floatOf(dtype))];
  },
  lower: ({ inputs, outputs, attrs }) => {
    const input = at(inputs, 0);
    const output = at(outputs, 0);
    const rows = rowsOf(input.shape, attrs.axes);
    const x = readAs(input, rows.index, output.dtype);
    // Subtracting the largest keeps exp from overflowing; an infinite one would give NaN.
    const largest = stageResult(0, x);
    const isFinite = k.lt(k.abs(largest), k.literal(x, Number.POSITIVE_INFINITY));
    const shift = k.select(isFinite, largest, k.literal(x, 0));
    const share = k.call('exp', k.sub(x, shift));
    const total = k.add(shift, k.call('log', stageResult(1, share)));
    const stages = [
      { over: rows.inner, by: 'max' as const, body: x },
      { over: rows.inner, by: 'sum' as const, body: share },
    ];
    const result = outputAt(0, output, rows.result(attrs.keepDims), total);
    return [computeKernel(inputs, rows.outer, stages, [result])];
  },
  grad: ({ inputs, outputs, attrs, dy }) => {
    const x = at(inputs, 0);
    const kept = keptShape(x.shape, attrs.axes);
    const share = exp(sub(x, reshape(at(outputs, 0), kept)));
    return [mul(share, reshape(dy, kept))];
  },
});

/**
 * log(sum(exp(x))) over `axis` (all axes by default), without overflow.
 *
 * @example
 * ```ts
 * import { logSumExp } from 'keratin';
 * console.log(await logSumExp([1000, 0]).item()); // 1000
 * ```
 */
export function logSumExp(x: TensorLike, options: ReduceOptions = {}): Tensor {
  checkOptions('logSumExp', options, REDUCE_OPTIONS);
  const input = asTensor(x);
  return applyOne(logSumExpOp, [input], reduceAttrs('logSumExp', input.rank, options));
}

export const momentsOp = defineOp<ReduceAttrs>({
  name: 'moments',
  infer: (inputs, attrs) => {
    const { shape, dtype } = at(inputs, 0);
    const reduced = spec(reducedShape(shape, attrs), floatOf(dtype));
    return [reduced, reduced];
  },
  lower: ({ inputs, outputs, attrs }) => {
    const input = at(inputs, 0);
    const output = at(outputs, 0);
    const rows = rowsOf(input.shape, attrs.axes);
    const count = product(innerSizes(input.shape, attrs.axes));
    const x = readAs(input, rows.index, output.dtype);
    const average = k.div(stageResult(0, x), countOf(x, count));
    const distance = k.sub(x, average);
    const squared = k.mul(distance, distance);
    const spreadOut = k.div(stageResult(1, squared), countOf(x, count));
    const place = rows.result(attrs.keepDims);
    const stages = [
      { over: rows.inner, by: 'sum' as const, body: x },
      { over: rows.inner, by: 'sum' as const, body: squared },
    ];
    return [
      computeKernel(inputs, rows.outer, stages, [
        outputAt(0, output, place, fit(average, output.dtype)),
        outputAt(1, output, place, fit(spreadOut, output.dtype)),
      ]),
    ];
  },
  // dmean/dx = 1 / n and dvariance/dx = 2 (x - mean) / n
  grad: ({ inputs, outputs, attrs, outputGradients }) => {
    const x = at(inputs, 0);
    const count = product(innerSizes(x.shape, attrs.axes));
    const [toMean, toVariance] = outputGradients;
    const flat = toMean && spread(mul(toMean, 1 / count), x, attrs.axes);
    if (toVariance === undefined) return [flat];
    const distance = sub(x, reshape(at(outputs, 0), keptShape(x.shape, attrs.axes)));
    const slope = mul(
      distance,
      reshape(mul(toVariance, 2 / count), keptShape(x.shape, attrs.axes)),
    );
    return [flat === undefined ? slope : add(flat, slope)];
  },
});

/**
 * Mean and (biased) variance over `axis`, computed together in two passes over each row.
 *
 * @example
 * ```ts
 * import { moments } from 'keratin';
 * const { mean, variance } = moments([1, 3]);
 * console.log(await mean.item(), await variance.item()); // 2 1
 * ```
 */
export function moments(
  x: TensorLike,
  options: ReduceOptions = {},
): { readonly mean: Tensor; readonly variance: Tensor } {
  checkOptions('moments', options, REDUCE_OPTIONS);
  const input = asTensor(x);
  const outputs = apply(momentsOp, [input], reduceAttrs('moments', input.rank, options));
  return { mean: at(outputs, 0), variance: at(outputs, 1) };
}

/**
 * The (biased) variance over `axis` (all axes by default): the mean of (x - mean)².
 *
 * @example
 * ```ts
 * import { variance } from 'keratin';
 * console.log(await variance([1, 3]).item()); // 1
 * ```
 */
export function variance(x: TensorLike, options: ReduceOptions = {}): Tensor {
  checkOptions('variance', options, REDUCE_OPTIONS);
  return moments(x, options).variance;
}

/**
 * The (biased) standard deviation over `axis` (all axes by default).
 *
 * @example
 * ```ts
 * import { std } from 'keratin';
 * console.log(await std([1, 3]).item()); // 1
 * ```
 */
export function std(x: TensorLike, options: ReduceOptions = {}): Tensor {
  checkOptions('std', options, REDUCE_OPTIONS);
  return sqrt(variance(x, options));
}
