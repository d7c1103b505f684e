// Windows that slide over spatial axes: sizes, strides, padding. Convolution and pooling share it.
import { requireNumberOrList } from '../core/arguments.js';
import { ArgumentError, ShapeError } from '../core/errors.js';
import { at, range } from '../core/sequence.js';
import { formatShape, type Shape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import * as k from '../kernels/ir/build.js';
import type { Expr } from '../kernels/ir/expr.js';
import { transpose } from './views.js';

/** Where channels stand: behind the spatial axes, or in front of them. */
export type DataFormat = 'channelsLast' | 'channelsFirst';

/** Elements before and behind each spatial axis. */
export type PaddingPairs = readonly (readonly [number, number])[];

/** Where windows lie; every list has one number for each spatial axis. */
export interface Windows {
  readonly size: readonly number[];
  readonly strides: readonly number[];
  readonly dilation: readonly number[];
  /** Padding in front; what lies behind follows from the sizes. */
  readonly before: readonly number[];
  readonly input: readonly number[];
  readonly output: readonly number[];
}

/** A number for each spatial axis. */
export function perAxis(
  where: string,
  value: number | readonly number[],
  rank: number,
): readonly number[] {
  requireNumberOrList(where, 'a size', value);
  const list = typeof value === 'number' ? range(rank).map(() => value) : value;
  if (list.length === rank && list.every((one) => Number.isInteger(one) && one >= 1)) return list;
  throw new ArgumentError({
    where,
    what: 'sizes, strides and dilation are positive whole numbers',
    expected: `a number, or ${rank} of them`,
    received: JSON.stringify(value),
    fix: `give one number for each of the ${rank} spatial axes`,
  });
}

/** The reach of a dilated window. */
export function reachOf(size: number, dilation: number): number {
  return (size - 1) * dilation + 1;
}

export type Padding = 'valid' | 'same' | 'causal' | PaddingPairs;

/** What `windowsOver` needs to know. */
export interface WindowOptions {
  readonly size: readonly number[];
  readonly strides: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: Padding;
}

/** Padding as XLA does it: `same` gives ceil(n / stride) outputs, the odd element goes behind. */
function pairFor(options: WindowOptions, input: number, axis: number): readonly [number, number] {
  const { padding } = options;
  const stride = at(options.strides, axis);
  const reach = reachOf(at(options.size, axis), at(options.dilation, axis));
  if (padding === 'valid') return [0, 0];
  if (padding === 'causal') return [reach - 1, 0];
  if (padding !== 'same') return at(padding, axis);
  const total = Math.max((Math.ceil(input / stride) - 1) * stride + reach - input, 0);
  return [Math.floor(total / 2), total - Math.floor(total / 2)];
}

/** Windows over axes of `input` sizes; throws where not even one fits. */
export function windowsOver(where: string, input: Shape, options: WindowOptions): Windows {
  const { padding } = options;
  if (typeof padding !== 'string' && padding.length !== input.length) {
    throw new ArgumentError({
      where,
      what: 'the padding does not fit the spatial axes',
      expected: `'valid', 'same' or ${input.length} pairs`,
      received: JSON.stringify(padding),
      fix: 'give one pair [before, after] for each spatial axis',
    });
  }
  const pairs = input.map((extent, axis) => pairFor(options, extent, axis));
  const output = input.map((extent, axis) => {
    const [front, back] = at(pairs, axis);
    const reach = reachOf(at(options.size, axis), at(options.dilation, axis));
    return Math.floor((extent + front + back - reach) / at(options.strides, axis)) + 1;
  });
  if (output.some((extent) => extent < 1)) {
    throw new ShapeError({
      where,
      what: 'the window is larger than the input',
      expected: `spatial sizes of at least ${formatShape(options.size)} (times dilation)`,
      received: formatShape(input),
      fix: "use padding: 'same', a smaller window, or fewer layers that shrink the input",
    });
  }
  const { size, strides, dilation } = options;
  return { size, strides, dilation, before: pairs.map(([front]) => front), input, output };
}

/** Positions in the input, and whether they lie inside it. */
export interface Places {
  readonly index: readonly Expr[];
  readonly inside: Expr;
}

/** The input positions under step `step` of the windows at `output`. */
export function inputPlaces(
  windows: Windows,
  output: readonly Expr[],
  step: readonly Expr[],
): Places {
  let inside: Expr = k.bool(true);
  const index = output.map((position, axis) => {
    const [stride, dilation] = [at(windows.strides, axis), at(windows.dilation, axis)];
    const before = at(windows.before, axis);
    const place = k.sub(
      k.add(k.mul(position, k.size(stride)), k.mul(at(step, axis), k.size(dilation))),
      k.size(before),
    );
    const reach = (at(windows.size, axis) - 1) * dilation;
    const last = (at(windows.output, axis) - 1) * stride + reach - before;
    if (before > 0) inside = k.and(inside, k.ge(place, k.i32(0)));
    if (last >= at(windows.input, axis)) {
      inside = k.and(inside, k.lt(place, k.size(at(windows.input, axis))));
    }
    return place;
  });
  return { index, inside };
}

/** The windows whose step `step` lies over the input at `input`, and whether there is one. */
export function outputPlaces(
  windows: Windows,
  input: readonly Expr[],
  step: readonly Expr[],
): Places {
  let inside: Expr = k.bool(true);
  const index = input.map((position, axis) => {
    const [stride, dilation] = [at(windows.strides, axis), at(windows.dilation, axis)];
    const before = at(windows.before, axis);
    const offset = k.mul(at(step, axis), k.size(dilation));
    const place = k.sub(k.add(position, k.size(before)), offset);
    const lowest = before - (at(windows.size, axis) - 1) * dilation;
    const highest = at(windows.input, axis) - 1 + before;
    if (lowest < 0) inside = k.and(inside, k.ge(place, k.i32(0)));
    if (stride > 1) inside = k.and(inside, k.eq(k.rem(place, k.size(stride)), k.i32(0)));
    const window = k.idiv(place, k.size(stride));
    if (Math.floor(highest / stride) >= at(windows.output, axis)) {
      inside = k.and(inside, k.lt(window, k.size(at(windows.output, axis))));
    }
    return window;
  });
  return { index, inside };
}

/** How many windows can lie over one input position, for each axis. */
export function coverage(windows: Windows): number[] {
  return windows.size.map((extent, axis) => Math.ceil(extent / at(windows.strides, axis)));
}

/**
 * The `turn`-th last of the windows (without dilation) that lie over the input at `input`: counted
 * this way no window is looked at in vain, as it would be by going through the steps.
 */
export function coveringWindows(
  windows: Windows,
  input: readonly Expr[],
  turn: readonly Expr[],
): Places {
  let inside: Expr = k.bool(true);
  const index = input.map((position, axis) => {
    const [stride, extent] = [at(windows.strides, axis), at(windows.size, axis)];
    const before = at(windows.before, axis);
    const place = k.add(position, k.size(before));
    const last = k.idiv(place, k.size(stride));
    const window = k.sub(last, at(turn, axis));
    if (extent > stride) inside = k.and(inside, k.ge(window, k.i32(0)));
    const most = Math.floor((at(windows.input, axis) - 1 + before) / stride);
    if (most >= at(windows.output, axis)) {
      inside = k.and(inside, k.lt(window, k.size(at(windows.output, axis))));
    }
    if (extent % stride !== 0) {
      const step = k.sub(place, k.mul(window, k.size(stride)));
      inside = k.and(inside, k.lt(step, k.size(extent)));
    }
    return window;
  });
  return { index, inside };
}

/** Throws unless `x` has a batch axis, `rank` spatial axes and channels. */
export function requireImage(where: string, x: Tensor, rank: number, format: DataFormat): void {
  if (x.rank === rank + 2) return;
  const spatial = range(rank).map((axis) => `size ${axis}`);
  const axes =
    format === 'channelsLast'
      ? ['batch', ...spatial, 'channels']
      : ['batch', 'channels', ...spatial];
  throw new ShapeError({
    where,
    what: 'the input has another number of axes',
    expected: `${rank + 2} axes: [${axes.join(', ')}]`,
    received: formatShape(x.shape),
    fix: 'add the missing axes with expandDims, or reshape',
  });
}

/** Runs `body` with channels last, whatever the format; the transposes are views. */
export function withChannelsLast(
  x: Tensor,
  format: DataFormat,
  body: (x: Tensor) => Tensor,
): Tensor {
  if (format === 'channelsLast') return body(x);
  const spatial = range(x.rank - 2);
  const last = transpose(x, [0, ...spatial.map((axis) => axis + 2), 1]);
  return transpose(body(last), [0, x.rank - 1, ...spatial.map((axis) => axis + 1)]);
}
