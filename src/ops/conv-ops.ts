// Convolution and its two gradients for any number of spatial axes, channels last. Each is linear
// in both inputs and the three are each other's gradients, so derivatives of any order exist.
import { promote } from '../core/dtype.js';
import { defineOp, type LowerCall, type Op } from '../core/op.js';
import { at } from '../core/sequence.js';
import { type Spec, spec } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import * as k from '../kernels/ir/build.js';
import { axis, computeKernel, outputAt, position, stageResult } from '../kernels/ir/define.js';
import type { Axis, Expr } from '../kernels/ir/expr.js';
import type { Compute } from '../kernels/ir/kernel.js';
import { applyOne } from './convert.js';
import { fit, numberOf, readAs } from './kernel-values.js';
import { cast } from './shaping.js';
import { inputPlaces, outputPlaces, type Windows } from './windows.js';

/** Attributes of all three ops; the sizes of every tensor follow from them. */
export interface ConvAttrs extends Windows {
  readonly batch: number;
  readonly groups: number;
  /** Channels of the input, and filters of the output, of one group. */
  readonly channels: number;
  readonly filters: number;
}

/** The axes every kernel runs over; a group is a convolution of its own. */
interface ConvAxes {
  readonly batch: Axis;
  readonly group: Axis;
  readonly channel: Axis;
  readonly filter: Axis;
  readonly step: readonly Axis[];
}

function axesOf(attrs: ConvAttrs): ConvAxes {
  return {
    batch: axis(attrs.batch),
    group: axis(attrs.groups),
    channel: axis(attrs.channels),
    filter: axis(attrs.filters),
    step: attrs.size.map(axis),
  };
}

/** The number of a channel (or filter) among those of all groups. */
function inGroup(axes: ConvAxes, attrs: ConvAttrs, which: 'channel' | 'filter'): Expr {
  const count = which === 'channel' ? attrs.channels : attrs.filters;
  return k.add(k.mul(position(axes.group), k.size(count)), position(axes[which]));
}

function productDType(inputs: readonly Spec[]): Spec['dtype'] {
  return numberOf(promote(at(inputs, 0).dtype, at(inputs, 1).dtype));
}

/** One sum of products; `index` is where its result goes. */
function sumOfProducts(
  call: LowerCall<ConvAttrs>,
  outer: readonly Axis[],
  over: readonly Axis[],
  factors: { readonly body: Expr; readonly index: readonly Expr[] },
): Compute {
  const output = at(call.outputs, 0);
  const total = fit(stageResult(0, factors.body), output.dtype);
  return computeKernel(
    call.inputs,
    outer,
    [{ over, by: 'sum', body: factors.body }],
    [outputAt(0, output, factors.index, total)],
  );
}

function guarded(inside: Expr, value: Expr): Expr {
  return k.select(inside, value, k.literal(value, 0));
}

/** y[n, o, f] = Σ x[n, o * stride + s * dilation - before, c] w[s, c, f] over s and c. */
function lowerConv(call: LowerCall<ConvAttrs>): Compute {
  const { inputs, attrs } = call;
  const { dtype } = at(call.outputs, 0);
  const axes = axesOf(attrs);
  const windows = attrs.output.map(axis);
  const step = axes.step.map(position);
  const place = inputPlaces(attrs, windows.map(position), step);
  const channel = inGroup(axes, attrs, 'channel');
  const filter = inGroup(axes, attrs, 'filter');
  const x = readAs(at(inputs, 0), [position(axes.batch), ...place.index, channel], dtype);
  const w = readAs(at(inputs, 1), [...step, position(axes.channel), filter], dtype);
  return sumOfProducts(
    call,
    [axes.batch, ...windows, axes.group, axes.filter],
    [...axes.step, axes.channel],
    {
      body: k.mul(guarded(place.inside, x), w),
      index: [position(axes.batch), ...windows.map(position), filter],
    },
  );
}

/** dx[n, i, c] = Σ dy[n, (i + before - s * dilation) / stride, f] w[s, c, f] over s and f. */
function lowerInputGradient(call: LowerCall<ConvAttrs>): Compute {
  const { inputs, attrs } = call;
  const { dtype } = at(call.outputs, 0);
  const axes = axesOf(attrs);
  const pixels = attrs.input.map(axis);
  const step = axes.step.map(position);
  const place = outputPlaces(attrs, pixels.map(position), step);
  const channel = inGroup(axes, attrs, 'channel');
  const filter = inGroup(axes, attrs, 'filter');
  const dy = readAs(at(inputs, 0), [position(axes.batch), ...place.index, filter], dtype);
  const w = readAs(at(inputs, 1), [...step, position(axes.channel), filter], dtype);
  return sumOfProducts(
    call,
    [axes.batch, ...pixels, axes.group, axes.channel],
    [...axes.step, axes.filter],
    {
      body: k.mul(guarded(place.inside, dy), w),
      index: [position(axes.batch), ...pixels.map(position), channel],
    },
  );
}

/** dw[s, c, f] = Σ x[n, o * stride + s * dilation - before, c] dy[n, o, f] over n and o. */
function lowerFilterGradient(call: LowerCall<ConvAttrs>): Compute {
  const { inputs, attrs } = call;
  const { dtype } = at(call.outputs, 0);
  const axes = axesOf(attrs);
  const windows = attrs.output.map(axis);
  const step = axes.step.map(position);
  const place = inputPlaces(attrs, windows.map(position), step);
  const channel = inGroup(axes, attrs, 'channel');
  const filter = inGroup(axes, attrs, 'filter');
  const x = readAs(at(inputs, 0), [position(axes.batch), ...place.index, channel], dtype);
  const dy = readAs(at(inputs, 1), [position(axes.batch), ...windows.map(position), filter], dtype);
  return sumOfProducts(
    call,
    [...axes.step, axes.channel, axes.group, axes.filter],
    [axes.batch, ...windows],
    {
      body: k.mul(guarded(place.inside, x), dy),
      index: [...step, position(axes.channel), filter],
    },
  );
}

/** Inputs: x [n, spatial, c] and w [steps, c / groups, f]; output: y [n, windows, f]. */
export const convOp: Op<ConvAttrs> = defineOp<ConvAttrs>({
  name: 'conv',
  infer: (inputs, attrs) => [
    spec([attrs.batch, ...attrs.output, attrs.groups * attrs.filters], productDType(inputs)),
  ],
  lower: (call) => [lowerConv(call)],
  grad: ({ inputs, attrs, dy, needs }) => {
    const [x, w] = [at(inputs, 0), at(inputs, 1)];
    return [
      needs[0] ? like(x, convInputOp, [dy, w], attrs) : undefined,
      needs[1] ? like(w, convFilterOp, [x, dy], attrs) : undefined,
    ];
  },
});

/** Inputs: dy and w of a convolution; output: the gradient of its x. Also transposed convolution. */
export const convInputOp: Op<ConvAttrs> = defineOp<ConvAttrs>({
  name: 'convInputGradient',
  infer: (inputs, attrs) => [
    spec([attrs.batch, ...attrs.input, attrs.groups * attrs.channels], productDType(inputs)),
  ],
  lower: (call) => [lowerInputGradient(call)],
  grad: ({ inputs, attrs, dy: toX, needs }) => {
    const [dy, w] = [at(inputs, 0), at(inputs, 1)];
    return [
      needs[0] ? like(dy, convOp, [toX, w], attrs) : undefined,
      needs[1] ? like(w, convFilterOp, [toX, dy], attrs) : undefined,
    ];
  },
});

/** Inputs: x and dy of a convolution; output: the gradient of its w. */
export const convFilterOp: Op<ConvAttrs> = defineOp<ConvAttrs>({
  name: 'convFilterGradient',
  infer: (inputs, attrs) => [
    spec([...attrs.size, attrs.channels, attrs.groups * attrs.filters], productDType(inputs)),
  ],
  lower: (call) => [lowerFilterGradient(call)],
  grad: ({ inputs, attrs, dy: toW, needs }) => {
    const [x, dy] = [at(inputs, 0), at(inputs, 1)];
    return [
      needs[0] ? like(x, convInputOp, [dy, toW], attrs) : undefined,
      needs[1] ? like(dy, convOp, [x, toW], attrs) : undefined,
    ];
  },
});

function like(input: Spec, op: Op<ConvAttrs>, inputs: readonly Tensor[], attrs: ConvAttrs): Tensor {
  return cast(applyOne(op, inputs, attrs), input.dtype);
}
