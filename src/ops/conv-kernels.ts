// Kernels of convolution and of its filter gradient, for any number of spatial axes. Each is one sum
// of products with a guard where windows reach into the padding.
import type { LowerCall } from '../core/op.js';
import { at } from '../core/sequence.js';
import * as k from '../kernels/ir/build.js';
import { axis, computeKernel, outputAt, position, stageResult } from '../kernels/ir/define.js';
import type { Axis, Expr } from '../kernels/ir/expr.js';
import type { Compute } from '../kernels/ir/kernel.js';
import { fit, readAs } from './kernel-values.js';
import { inputPlaces, type Windows } from './windows.js';

/** Attributes of all three ops; the sizes of every tensor follow from them. */
export interface ConvAttrs extends Windows {
  readonly batch: number;
  readonly groups: number;
  /** Channels of the input, and filters of the output, of one group. */
  readonly channels: number;
  readonly filters: number;
}

/** The axes every kernel runs over; a group is a convolution of its own. */
export interface ConvAxes {
  readonly batch: Axis;
  readonly group: Axis;
  readonly channel: Axis;
  readonly filter: Axis;
  readonly step: readonly Axis[];
}

export function axesOf(attrs: ConvAttrs): ConvAxes {
  return {
    batch: axis(attrs.batch),
    group: axis(attrs.groups),
    channel: axis(attrs.channels),
    filter: axis(attrs.filters),
    step: attrs.size.map(axis),
  };
}

/** The number of a channel (or filter) among those of all groups. */
export function inGroup(axes: ConvAxes, attrs: ConvAttrs, which: 'channel' | 'filter'): Expr {
  const count = which === 'channel' ? attrs.channels : attrs.filters;
  return k.add(k.mul(position(axes.group), k.size(count)), position(axes[which]));
}

/** One sum of products; `index` is where its result goes. */
export function sumOfProducts(
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

export function guarded(inside: Expr, value: Expr): Expr {
  return k.select(inside, value, k.literal(value, 0));
}

/** y[n, o, f] = Σ x[n, o * stride + s * dilation - before, c] w[s, c, f] over s and c. */
export function lowerConv(call: LowerCall<ConvAttrs>): Compute {
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

/** dw[s, c, f] = Σ x[n, o * stride + s * dilation - before, c] dy[n, o, f] over n and o. */
export function lowerFilterGradient(call: LowerCall<ConvAttrs>): Compute {
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
