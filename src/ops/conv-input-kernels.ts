// Kernels of a convolution's input gradient (and of transposed convolution). With strides, input
// positions that leave one remainder meet the same steps of the window: each such phase is a sum of
// products of its own, and no product is formed in vain.
import type { LowerCall } from '../core/op.js';
import { at, product, range } from '../core/sequence.js';
import * as k from '../kernels/ir/build.js';
import { axis, computeKernel, outputAt, position } from '../kernels/ir/define.js';
import type { Expr } from '../kernels/ir/expr.js';
import type { Compute } from '../kernels/ir/kernel.js';
import { axesOf, type ConvAttrs, guarded, inGroup, sumOfProducts } from './conv-kernels.js';
import { fit, readAs, workScalar } from './kernel-values.js';
import { outputPlaces } from './windows.js';

/** The part of the input whose positions leave one remainder, in each axis, by the stride. */
interface Phase {
  /** Input positions are first + q * stride. */
  readonly first: readonly number[];
  readonly count: readonly number[];
  /** Steps of the window that meet them: step + t * stepBy. */
  readonly step: readonly number[];
  readonly stepBy: readonly number[];
  readonly steps: readonly number[];
  /** The windows that do so: window + q - t * windowBy. */
  readonly window: readonly number[];
  readonly windowBy: readonly number[];
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/** Phase `first` along one axis: window * stride + step * dilation - before = position. */
function phaseAlong(attrs: ConvAttrs, axis: number, first: number): { [K in keyof Phase]: number } {
  const [stride, dilation] = [at(attrs.strides, axis), at(attrs.dilation, axis)];
  const place = first + at(attrs.before, axis);
  const divisor = greatestDivisor(stride, dilation);
  const stepBy = stride / divisor;
  const step = range(stepBy).find((one) => (place - one * dilation) % stride === 0);
  const left = step === undefined ? 0 : at(attrs.size, axis) - step;
  return {
    first,
    count: Math.ceil((at(attrs.input, axis) - first) / stride),
    step: step ?? 0,
    stepBy,
    steps: Math.max(0, Math.ceil(left / stepBy)),
    window: (place - (step ?? 0) * dilation) / stride,
    windowBy: dilation / divisor,
  };
}

/** Every combination of remainders; without strides there is one. */
function phasesOf(attrs: ConvAttrs): Phase[] {
  const firsts = attrs.strides.reduce<number[][]>(
    (list, stride) => list.flatMap((first) => range(stride).map((one) => [...first, one])),
    [[]],
  );
  return firsts
    .map((first) => first.map((one, axis) => phaseAlong(attrs, axis, one)))
    .filter((axes) => axes.every(({ count }) => count > 0))
    .map((axes) => ({
      first: axes.map((one) => one.first),
      count: axes.map((one) => one.count),
      step: axes.map((one) => one.step),
      stepBy: axes.map((one) => one.stepBy),
      steps: axes.map((one) => one.steps),
      window: axes.map((one) => one.window),
      windowBy: axes.map((one) => one.windowBy),
    }));
}

/** dx[n, first + q * stride, c] = Σ dy[n, window + q - t * windowBy, f] w[step + t * stepBy, c, f]. */
function lowerPhase(call: LowerCall<ConvAttrs>, phase: Phase): Compute {
  const { inputs, attrs } = call;
  const output = at(call.outputs, 0);
  const axes = axesOf(attrs);
  const pixels = phase.count.map(axis);
  const turns = phase.steps.map(axis);
  const channel = inGroup(axes, attrs, 'channel');
  const filter = inGroup(axes, attrs, 'filter');
  const place = pixels.map((pixel, spatial) =>
    k.add(
      k.size(at(phase.first, spatial)),
      k.mul(position(pixel), k.size(at(attrs.strides, spatial))),
    ),
  );
  const outer = [axes.batch, ...pixels, axes.group, axes.channel];
  const index = [position(axes.batch), ...place, channel];
  if (phase.steps.includes(0)) {
    const zero = fit(k.constant(workScalar(output.dtype), 0), output.dtype);
    return computeKernel(inputs, outer, [], [outputAt(0, output, index, zero)]);
  }
  const step = turns.map((turn, spatial) =>
    k.add(
      k.size(at(phase.step, spatial)),
      k.mul(position(turn), k.size(at(phase.stepBy, spatial))),
    ),
  );
  const { windows, inside } = phaseWindows(attrs, phase, pixels.map(position), turns.map(position));
  const dy = readAs(at(inputs, 0), [position(axes.batch), ...windows, filter], output.dtype);
  const w = readAs(at(inputs, 1), [...step, position(axes.channel), filter], output.dtype);
  const body = k.mul(guarded(inside, dy), w);
  return sumOfProducts(call, outer, [...turns, axes.filter], { body, index });
}

/** The windows that a phase's pixels meet, and whether they exist. */
function phaseWindows(
  attrs: ConvAttrs,
  phase: Phase,
  pixels: readonly Expr[],
  turns: readonly Expr[],
): { readonly windows: readonly Expr[]; readonly inside: Expr } {
  let inside: Expr = k.bool(true);
  const windows = pixels.map((pixel, spatial) => {
    const [first, by] = [at(phase.window, spatial), at(phase.windowBy, spatial)];
    const back = k.mul(at(turns, spatial), k.size(by));
    const window = k.sub(k.add(pixel, k.size(first)), back);
    const lowest = first - (at(phase.steps, spatial) - 1) * by;
    const highest = first + at(phase.count, spatial) - 1;
    if (lowest < 0) inside = k.and(inside, k.ge(window, k.i32(0)));
    if (highest >= at(attrs.output, spatial)) {
      inside = k.and(inside, k.lt(window, k.size(at(attrs.output, spatial))));
    }
    return window;
  });
  return { windows, inside };
}

/** All phases in one kernel: dx[n, i, c] = Σ dy[n, (i + before - s * dilation) / stride, f] w[s, c, f] over s and f. */
function lowerAtOnce(call: LowerCall<ConvAttrs>): Compute {
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

/** Phases beyond which one kernel that skips products is better than many small ones. */
const MOST_PHASES = 16;

/** The kernels of the input gradient. */
export function lowerInputGradient(call: LowerCall<ConvAttrs>): Compute[] {
  if (product(call.attrs.strides) > MOST_PHASES) return [lowerAtOnce(call)];
  return phasesOf(call.attrs).map((phase) => lowerPhase(call, phase));
}
