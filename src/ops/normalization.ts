// Normalisation: layerNorm as row kernels forward and backward; batch and RMS as sentences.
import { checkOptions, type OptionNames, requireOptions } from '../core/arguments.js';
import { isFloat, promote } from '../core/dtype.js';
import { apply } from '../core/engine.js';
import { defineOp, type Op } from '../core/op.js';
import { at, product } from '../core/sequence.js';
import { normalizeAxes, spec } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import * as k from '../kernels/ir/build.js';
import { computeKernel, outputAt, read, stageResult } from '../kernels/ir/define.js';
import { add, div, mul, neg, sub } from './arithmetic.js';
import { applyOne, asTensor, type TensorLike } from './convert.js';
import { fit, floatOf, readAs } from './kernel-values.js';
import { rsqrt, square } from './powers.js';
import { innerSizes, keptShape } from './reduced-shape.js';
import { countOf, mean } from './reductions.js';
import { rowsOf } from './rows.js';
import { cast, sum } from './shaping.js';

interface LayerNormAttrs {
  readonly axes: readonly number[];
  readonly epsilon: number;
}

/** Outputs: y = (x - mean) r, and r = 1 / sqrt(variance + epsilon) with the axes kept at 1. */
export const layerNormOp: Op<LayerNormAttrs> = defineOp<LayerNormAttrs>({
  name: 'layerNorm',
  infer: (inputs, { axes }) => {
    const { shape, dtype } = at(inputs, 0);
    return [spec(shape, floatOf(dtype)), spec(keptShape(shape, axes), floatOf(dtype))];
  },
  lower: ({ inputs, outputs, attrs }) => {
    const input = at(inputs, 0);
    const output = at(outputs, 0);
    const rows = rowsOf(input.shape, attrs.axes);
    const count = product(innerSizes(input.shape, attrs.axes));
    const x = readAs(input, rows.index, output.dtype);
    const distance = k.sub(x, k.div(stageResult(0, x), countOf(x, count)));
    const squared = k.mul(distance, distance);
    const variance = k.div(stageResult(1, squared), countOf(x, count));
    const spread = k.sqrt(k.add(variance, k.literal(x, attrs.epsilon)));
    const scale = k.div(k.literal(x, 1), spread);
    const stages = [
      { over: rows.inner, by: 'sum' as const, body: x },
      { over: rows.inner, by: 'sum' as const, body: squared },
    ];
    const y = fit(k.mul(distance, scale), output.dtype);
    return [
      computeKernel(inputs, rows.outer, stages, [
        outputAt(0, output, rows.index, y, rows.inner),
        outputAt(1, at(outputs, 1), rows.result(true), fit(scale, output.dtype)),
      ]),
    ];
  },
  // y: see layerNormGradient. r = (variance + epsilon)^(-1/2), so dr/dx = -r² y / n.
  grad: ({ outputs, attrs, outputGradients }) => {
    const [y, r] = [at(outputs, 0), at(outputs, 1)];
    const [toY, toR] = outputGradients;
    const fromY = toY && applyOne(layerNormGradientOp, [y, r, toY], { axes: attrs.axes });
    if (toR === undefined) return [fromY];
    const count = product(innerSizes(y.shape, attrs.axes));
    const fromR = mul(y, mul(mul(toR, square(r)), -1 / count));
    return [fromY === undefined ? fromR : add(fromY, fromR)];
  },
});

interface RowAttrs {
  readonly axes: readonly number[];
}

/** Inputs y, r and dy; output: dx = r (dy - mean(dy) - y mean(dy y)). */
export const layerNormGradientOp: Op<RowAttrs> = defineOp<RowAttrs>({
  name: 'layerNormGradient',
  infer: (inputs) => [at(inputs, 0)],
  lower: ({ inputs, outputs, attrs }) => {
    const output = at(outputs, 0);
    const rows = rowsOf(output.shape, attrs.axes);
    const count = product(innerSizes(output.shape, attrs.axes));
    const y = read(at(inputs, 0), rows.index);
    const r = read(at(inputs, 1), rows.result(true));
    const dy = read(at(inputs, 2), rows.index);
    const weighted = k.mul(dy, y);
    const flat = k.div(stageResult(0, dy), countOf(dy, count));
    const sloped = k.div(stageResult(1, weighted), countOf(dy, count));
    const dx = k.mul(r, k.sub(k.sub(dy, flat), k.mul(y, sloped)));
    const stages = [
      { over: rows.inner, by: 'sum' as const, body: dy },
      { over: rows.inner, by: 'sum' as const, body: weighted },
    ];
    const result = outputAt(0, output, rows.index, fit(dx, output.dtype), rows.inner);
    return [computeKernel(inputs, rows.outer, stages, [result])];
  },
  // With upstream G: the map dy -> dx is symmetric, and m(.) is the mean along the axes.
  grad: ({ inputs, outputs, attrs, dy: upstream, needs }) => {
    const [y, r, dy] = [at(inputs, 0), at(inputs, 1), at(inputs, 2)];
    const axis = attrs.axes;
    const average = (x: Tensor): Tensor => mean(x, { axis, keepDims: true });
    const toY = (): Tensor => {
      const first = mul(upstream, average(mul(dy, y)));
      const second = mul(dy, average(mul(upstream, y)));
      return neg(mul(r, add(first, second)));
    };
    return [
      needs[0] ? toY() : undefined,
      needs[1] ? div(sum(mul(upstream, at(outputs, 0)), { axis, keepDims: true }), r) : undefined,
      needs[2] ? applyOne(layerNormGradientOp, [y, r, upstream], attrs) : undefined,
    ];
  },
});

/** What is normalised, and what keeps the division from failing. */
export interface NormOptions {
  /** The last axis by default. */
  readonly axis?: number | readonly number[] | undefined;
  readonly epsilon?: number | undefined;
}

const NORM_OPTIONS: OptionNames<NormOptions> = { axis: true, epsilon: true };

/**
 * (x - mean) / sqrt(variance + epsilon) along `axis`; epsilon is 0.001 by default, as in Keras.
 *
 * @example
 * ```ts
 * import { layerNorm } from 'keratin';
 * console.log(await layerNorm([1, 3], { epsilon: 0 }).array()); // [ -1, 1 ]
 * ```
 */
export function layerNorm(x: TensorLike, options: NormOptions = {}): Tensor {
  checkOptions('layerNorm', options, NORM_OPTIONS);
  const input = asTensor(x);
  const { axis = -1, epsilon = 1e-3 } = options;
  const axes = normalizeAxes('layerNorm', axis, input.rank);
  return at(apply(layerNormOp, [input], { axes, epsilon }), 0);
}

/**
 * x / sqrt(mean(x²) + epsilon) along `axis`; epsilon is 1e-6 by default.
 *
 * @example
 * ```ts
 * import { rmsNorm } from 'keratin';
 * console.log(await rmsNorm([2, -2], { epsilon: 0 }).array()); // [ 1, -1 ]
 * ```
 */
export function rmsNorm(x: TensorLike, options: NormOptions = {}): Tensor {
  checkOptions('rmsNorm', options, NORM_OPTIONS);
  const input = asTensor(x);
  const { axis = -1, epsilon = 1e-6 } = options;
  // Squares soon leave the range of half types.
  const wide = cast(input, promote(input.dtype, 'float32'));
  const result = mul(wide, rsqrt(add(mean(square(wide), { axis, keepDims: true }), epsilon)));
  return isFloat(input.dtype) ? cast(result, input.dtype) : result;
}

/** The tensors of a batch normalisation; all broadcast against x. */
export interface BatchNormOptions {
  readonly mean: TensorLike;
  readonly variance: TensorLike;
  readonly scale?: TensorLike | undefined;
  readonly offset?: TensorLike | undefined;
  /** 0.001 by default. */
  readonly epsilon?: number | undefined;
}

const BATCH_NORM_OPTIONS: OptionNames<BatchNormOptions> = {
  mean: true,
  variance: true,
  scale: true,
  offset: true,
  epsilon: true,
};

/**
 * (x - mean) / sqrt(variance + epsilon) * scale + offset.
 *
 * @example
 * ```ts
 * import { batchNorm } from 'keratin';
 * console.log(await batchNorm([4], { mean: 2, variance: 4, epsilon: 0 }).array()); // [ 1 ]
 * ```
 */
export function batchNorm(x: TensorLike, options: BatchNormOptions): Tensor {
  requireOptions('batchNorm', 'mean, variance', options);
  checkOptions('batchNorm', options, BATCH_NORM_OPTIONS);
  const { epsilon = 1e-3, scale, offset } = options;
  const inverse = rsqrt(add(options.variance, epsilon));
  const factor = scale === undefined ? inverse : mul(inverse, scale);
  const centred = mul(sub(x, options.mean), factor);
  return offset === undefined ? centred : add(centred, offset);
}
