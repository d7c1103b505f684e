// Pooling kernels for any number of spatial axes, channels last. Averages and spread averages are
// each other's gradients; so are picking the maxima's positions and putting them back.
import { defineOp, type LowerCall, type Op } from '../core/op.js';
import { at, product } from '../core/sequence.js';
import { spec } from '../core/shape.js';
import * as k from '../kernels/ir/build.js';
import {
  axis,
  computeKernel,
  outputAt,
  position,
  read,
  stageResult,
} from '../kernels/ir/define.js';
import type { Axis, Expr } from '../kernels/ir/expr.js';
import type { Compute } from '../kernels/ir/kernel.js';
import { isExtreme } from './arg-reductions.js';
import { applyOne } from './convert.js';
import { fit, floatOf, readAs } from './kernel-values.js';
import { coverage, coveringWindows, inputPlaces, type Windows } from './windows.js';

/** Attributes of every pooling op. */
export interface PoolAttrs extends Windows {
  readonly batch: number;
  readonly channels: number;
}

/** Axes of a pooling kernel: `pixels` are the spatial axes of its output. */
interface PoolAxes {
  readonly all: readonly Axis[];
  readonly pixels: readonly Expr[];
  readonly step: readonly Axis[];
  readonly steps: readonly Expr[];
  readonly at: (pixels: readonly Expr[]) => Expr[];
}

function axesOf(
  attrs: PoolAttrs,
  pixels: readonly number[],
  steps: readonly number[] = attrs.size,
): PoolAxes {
  const [batch, channel] = [axis(attrs.batch), axis(attrs.channels)];
  const places = pixels.map(axis);
  const step = steps.map(axis);
  return {
    all: [batch, ...places, channel],
    pixels: places.map(position),
    step,
    steps: step.map(position),
    at: (index) => [position(batch), ...index, position(channel)],
  };
}

function shapeOf(attrs: PoolAttrs, pixels: readonly number[]): number[] {
  return [attrs.batch, ...pixels, attrs.channels];
}

/** How many real elements the window at `pixels` holds, as a number of the type of `like`. */
function countIn(attrs: PoolAttrs, pixels: readonly Expr[], like: Expr): Expr {
  const fits = attrs.input.every((extent, index) => {
    const last = (at(attrs.output, index) - 1) * at(attrs.strides, index) + at(attrs.size, index);
    return at(attrs.before, index) === 0 && last <= extent;
  });
  if (fits) return k.cast(k.size(product(attrs.size)), like.type.scalar);
  return pixels
    .map((pixel, index) => {
      const stride = k.size(at(attrs.strides, index));
      const start = k.sub(k.mul(pixel, stride), k.size(at(attrs.before, index)));
      const end = k.add(start, k.size(at(attrs.size, index)));
      const first = k.max(start, k.i32(0));
      const beyond = k.min(end, k.size(at(attrs.input, index)));
      return k.cast(k.sub(beyond, first), like.type.scalar);
    })
    .reduce((total, count) => k.mul(total, count));
}

export const averagePoolOp: Op<PoolAttrs> = defineOp<PoolAttrs>({
  name: 'averagePool',
  infer: (inputs, attrs) => [spec(shapeOf(attrs, attrs.output), floatOf(at(inputs, 0).dtype))],
  lower: ({ inputs, outputs, attrs }) => {
    const output = at(outputs, 0);
    const axes = axesOf(attrs, attrs.output);
    const place = inputPlaces(attrs, axes.pixels, axes.steps);
    const x = readAs(at(inputs, 0), axes.at(place.index), output.dtype);
    const body = k.select(place.inside, x, k.literal(x, 0));
    const mean = k.div(stageResult(0, body), countIn(attrs, axes.pixels, x));
    return [
      computeKernel(
        inputs,
        axes.all,
        [{ over: axes.step, by: 'sum', body }],
        [outputAt(0, output, axes.at(axes.pixels), fit(mean, output.dtype))],
      ),
    ];
  },
  grad: ({ attrs, dy }) => [applyOne(averageSpreadOp, [dy], attrs)],
});

/** Each output's gradient shared equally among the elements of its window. */
export const averageSpreadOp: Op<PoolAttrs> = defineOp<PoolAttrs>({
  name: 'averagePoolGradient',
  infer: (inputs, attrs) => [spec(shapeOf(attrs, attrs.input), at(inputs, 0).dtype)],
  lower: (call) => {
    const { inputs, outputs, attrs } = call;
    const output = at(outputs, 0);
    const axes = axesOf(attrs, attrs.input, coverage(attrs));
    const place = coveringWindows(attrs, axes.pixels, axes.steps);
    const dy = readAs(at(inputs, 0), axes.at(place.index), output.dtype);
    const share = k.div(dy, countIn(attrs, place.index, dy));
    const body = k.select(place.inside, share, k.literal(dy, 0));
    return [sumOverSteps(call, axes, body)];
  },
  grad: ({ attrs, dy }) => [applyOne(averagePoolOp, [dy], attrs)],
});

/** A kernel that sums `body` over the windows' steps. */
function sumOverSteps(
  { inputs, outputs }: LowerCall<PoolAttrs>,
  axes: PoolAxes,
  body: Expr,
): Compute {
  const output = at(outputs, 0);
  const total = fit(stageResult(0, body), output.dtype);
  return computeKernel(
    inputs,
    axes.all,
    [{ over: axes.step, by: 'sum', body }],
    [outputAt(0, output, axes.at(axes.pixels), total)],
  );
}

/** The smallest value of a type: what padding counts as in a maximum. */
function lowest(like: Expr): Expr {
  const { scalar } = like.type;
  if (scalar === 'f32' || scalar === 'f64') return k.literal(like, Number.NEGATIVE_INFINITY);
  return k.literal(like, scalar === 'i32' ? -(2 ** 31) : 0);
}

export const maxPoolOp: Op<PoolAttrs> = defineOp<PoolAttrs>({
  name: 'maxPool',
  infer: (inputs, attrs) => [spec(shapeOf(attrs, attrs.output), at(inputs, 0).dtype)],
  lower: ({ inputs, outputs, attrs }) => {
    const output = at(outputs, 0);
    const axes = axesOf(attrs, attrs.output);
    const place = inputPlaces(attrs, axes.pixels, axes.steps);
    const x = readAs(at(inputs, 0), axes.at(place.index), output.dtype);
    const body = k.select(place.inside, x, lowest(x));
    const largest = fit(stageResult(0, body), output.dtype);
    return [
      computeKernel(
        inputs,
        axes.all,
        [{ over: axes.step, by: 'max', body }],
        [outputAt(0, output, axes.at(axes.pixels), largest)],
      ),
    ];
  },
  grad: ({ inputs, attrs, dy }) => {
    const positions = applyOne(maxPositionsOp, [at(inputs, 0)], attrs);
    return [applyOne(putMaximaOp, [dy, positions], attrs)];
  },
});

/** The number of a pixel among all pixels of one image. */
function pixelNumber(attrs: PoolAttrs, index: readonly Expr[]): Expr {
  return index.reduce<Expr>(
    (number, place, spatial) => k.add(k.mul(number, k.size(at(attrs.input, spatial))), place),
    k.i32(0),
  );
}

const BEYOND = 0x7fffffff;

/** Which pixel is the (first) largest of each window. */
export const maxPositionsOp: Op<PoolAttrs> = defineOp<PoolAttrs>({
  name: 'maxPoolPositions',
  infer: (_, attrs) => [spec(shapeOf(attrs, attrs.output), 'int32')],
  lower: ({ inputs, outputs, attrs }) => {
    const input = at(inputs, 0);
    const axes = axesOf(attrs, attrs.output);
    const place = inputPlaces(attrs, axes.pixels, axes.steps);
    const x = readAs(input, axes.at(place.index), input.dtype);
    const value = k.select(place.inside, x, lowest(x));
    const isLargest = k.and(place.inside, isExtreme(value, stageResult(0, value)));
    const found = k.select(isLargest, pixelNumber(attrs, place.index), k.i32(BEYOND));
    const stages = [
      { over: axes.step, by: 'max' as const, body: value },
      { over: axes.step, by: 'min' as const, body: found },
    ];
    const output = outputAt(0, at(outputs, 0), axes.at(axes.pixels), stageResult(1, found));
    return [computeKernel(inputs, axes.all, stages, [output])];
  },
  grad: { none: 'positions are whole numbers' },
});

/** `value` or 0, without a branch: vectors stay whole inside a guard that is the same for all. */
function keepWhere(test: Expr, value: Expr): Expr {
  if (value.type.scalar !== 'f32') return k.select(test, value, k.literal(value, 0));
  const mask = k.sub(k.i32(0), k.cast(test, 'i32'));
  return k.bitcast(k.call('and', k.bitcast(value, 'i32'), mask), 'f32');
}

/** Inputs: a value for each window, and positions; each value is added at its position. */
export const putMaximaOp: Op<PoolAttrs> = defineOp<PoolAttrs>({
  name: 'maxPoolGradient',
  infer: (inputs, attrs) => [spec(shapeOf(attrs, attrs.input), at(inputs, 0).dtype)],
  lower: (call) => {
    const { inputs, outputs, attrs } = call;
    const output = at(outputs, 0);
    const axes = axesOf(attrs, attrs.input, coverage(attrs));
    const place = coveringWindows(attrs, axes.pixels, axes.steps);
    const dy = readAs(at(inputs, 0), axes.at(place.index), output.dtype);
    const taken = read(at(inputs, 1), axes.at(place.index));
    const isHere = k.eq(taken, pixelNumber(attrs, axes.pixels));
    const body = k.select(place.inside, keepWhere(isHere, dy), k.literal(dy, 0));
    return [sumOverSteps(call, axes, body)];
  },
  grad: ({ inputs, attrs, dy }) => [applyOne(pickMaximaOp, [dy, at(inputs, 1)], attrs), undefined],
});

/** Inputs: an image, and positions; the value of the image at each position. */
export const pickMaximaOp: Op<PoolAttrs> = defineOp<PoolAttrs>({
  name: 'maxPoolPick',
  infer: (inputs, attrs) => [spec(shapeOf(attrs, attrs.output), at(inputs, 0).dtype)],
  lower: ({ inputs, outputs, attrs }) => {
    const axes = axesOf(attrs, attrs.output);
    const number = read(at(inputs, 1), axes.at(axes.pixels));
    let rest = number;
    const index: Expr[] = [];
    for (const extent of [...attrs.input].reverse()) {
      index.unshift(k.rem(rest, k.size(extent)));
      rest = k.idiv(rest, k.size(extent));
    }
    const value = read(at(inputs, 0), axes.at(index));
    const output = outputAt(0, at(outputs, 0), axes.at(axes.pixels), value);
    return [computeKernel(inputs, axes.all, [], [output])];
  },
  grad: ({ inputs, attrs, dy }) => [applyOne(putMaximaOp, [dy, at(inputs, 1)], attrs), undefined],
});
