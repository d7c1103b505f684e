// Options that may also be given by position: x.sum(0, true) beside x.sum({ axis: 0, keepDims: true }).
// The methods of tensors take both, so that chains written for TensorFlow.js run as they are.
import type { Shape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { leakyRelu as leakyReluOp } from './activations.js';
import { type ArgOptions, argMax as argMaxOp, argMin as argMinOp } from './arg-reductions.js';
import { asTensor, type TensorLike } from './convert.js';
import { type CumulativeOptions, cumprod as cumprodOp, cumsum as cumsumOp } from './cumulative.js';
import { type GatherOptions, gather as gatherOp } from './gather.js';
import { type PadOptions, pad as padOp } from './joining.js';
import type { ReduceOptions } from './reduced-shape.js';
import * as reductions from './reductions.js';
import * as shaping from './shaping.js';
import { slice as sliceOp } from './slicing.js';
import * as softmaxes from './softmax.js';
import { logSumExp as logSumExpOp } from './statistics.js';
import { expandDims as expandDimsOp } from './views.js';

/** Axes by position; null means all. */
export type Axes = number | readonly number[] | null;

function isOptions<T extends object>(value: Axes | T | undefined): value is T {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The options that the two say: an options object, or what stands at its place. */
export function reduceOptions(axis?: Axes | ReduceOptions, keepDims?: boolean): ReduceOptions {
  if (isOptions<ReduceOptions>(axis)) return axis;
  return { axis: axis ?? undefined, keepDims };
}

/** A reduction by position or by options. */
export type PositionalReduction = (
  x: TensorLike,
  axis?: Axes | ReduceOptions,
  keepDims?: boolean,
) => Tensor;

function reduction(fn: (x: TensorLike, options?: ReduceOptions) => Tensor): PositionalReduction {
  return (x, axis, keepDims) => fn(x, reduceOptions(axis, keepDims));
}

export const all = /* @__PURE__ */ reduction(reductions.all);
export const any = /* @__PURE__ */ reduction(reductions.any);
export const logSumExp = /* @__PURE__ */ reduction(logSumExpOp);
export const max = /* @__PURE__ */ reduction(reductions.max);
export const mean = /* @__PURE__ */ reduction(reductions.mean);
export const min = /* @__PURE__ */ reduction(reductions.min);
export const prod = /* @__PURE__ */ reduction(reductions.prod);
export const sum = /* @__PURE__ */ reduction(shaping.sum);

function onlyAxis<T extends { readonly axis?: number | undefined }>(
  axis: number | T | undefined,
): T | { readonly axis: number | undefined } {
  return typeof axis === 'object' ? axis : { axis };
}

export function argMax(x: TensorLike, axis?: number | ArgOptions): Tensor {
  return argMaxOp(x, onlyAxis(axis));
}

export function argMin(x: TensorLike, axis?: number | ArgOptions): Tensor {
  return argMinOp(x, onlyAxis(axis));
}

export function gather(x: TensorLike, indices: TensorLike, axis?: number | GatherOptions): Tensor {
  return gatherOp(x, indices, onlyAxis(axis));
}

export function softmax(x: TensorLike, axis?: number | softmaxes.SoftmaxOptions): Tensor {
  return softmaxes.softmax(x, typeof axis === 'object' ? axis : { axis });
}

export function logSoftmax(x: TensorLike, axis?: number | softmaxes.SoftmaxOptions): Tensor {
  return softmaxes.logSoftmax(x, typeof axis === 'object' ? axis : { axis });
}

/** A running sum or product by position or by options. */
export type PositionalCumulative = (
  x: TensorLike,
  axis?: number | CumulativeOptions,
  exclusive?: boolean,
  reverse?: boolean,
) => Tensor;

function cumulative(
  fn: (x: TensorLike, options?: CumulativeOptions) => Tensor,
): PositionalCumulative {
  return (x, axis, exclusive, reverse) =>
    fn(x, typeof axis === 'object' ? axis : { axis, exclusive, reverse });
}

export const cumprod = /* @__PURE__ */ cumulative(cumprodOp);
export const cumsum = /* @__PURE__ */ cumulative(cumsumOp);

export function pad(
  x: TensorLike,
  widths: Parameters<typeof padOp>[1],
  value?: number | PadOptions,
): Tensor {
  return padOp(x, widths, typeof value === 'object' ? value : { value });
}

/** A new axis of size 1, in front by default. */
export function expandDims(x: TensorLike, axis: number | readonly number[] = 0): Tensor {
  return expandDimsOp(x, axis);
}

/** A part of x; axes that `starts` and `sizes` do not name are taken whole. */
export function slice(x: TensorLike, starts: number | Shape, sizes?: number | Shape): Tensor {
  const input = asTensor(x);
  const whole = (given: readonly number[], rest: number): number[] =>
    input.shape.map((_, axis) => given[axis] ?? rest);
  const from = typeof starts === 'number' ? [starts] : starts;
  const count = typeof sizes === 'number' ? [sizes] : (sizes ?? []);
  // More numbers than axes reach the op as they are: it says what is wrong with them.
  return sliceOp(
    input,
    from.length > input.rank ? from : whole(from, 0),
    count.length > input.rank ? count : whole(count, -1),
  );
}

/** `leakyRelu`; the slope by position or as an option. */
export function leakyRelu(
  x: TensorLike,
  negativeSlope?: number | { readonly negativeSlope?: number },
): Tensor {
  return leakyReluOp(x, typeof negativeSlope === 'number' ? { negativeSlope } : negativeSlope);
}
