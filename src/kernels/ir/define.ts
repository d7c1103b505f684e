// How ops say what they compute: reads of inputs, maps, reductions, rows. Comes before recipes.
import { denseStrides, type Layout } from '../../core/layout.js';
import { at } from '../../core/sequence.js';
import type { Spec } from '../../core/shape.js';
import { add, i32, mul, size } from './build.js';
import type { Axis, BufferRef, Expr } from './expr.js';
import { I32, scalarOf, storageOf, typeOf } from './expr.js';
import type { Combine, Compute, Output, Stage, View } from './kernel.js';

/** A new axis; its identity ties the expressions that mention it together. */
export function axis(extent: number): Axis {
  return { extent };
}

/** The position along an axis; always 0 along an axis of size 1. */
export function position(of: Axis): Expr {
  return of.extent === 1 ? i32(0) : { kind: 'axis', type: I32, axis: of };
}

/** The element of an input at one index for each axis. Half types are read as f32. */
export function read(view: View, index: readonly Expr[]): Expr {
  return { kind: 'read', type: typeOf(scalarOf(view.dtype)), input: view.input, at: index };
}

/** The index into a tensor of `shape` that broadcasting gives at `index` of a larger one. */
export function broadcastIndex(shape: readonly number[], index: readonly Expr[]): Expr[] {
  const extra = index.length - shape.length;
  return shape.map((extent, axisIndex) => (extent === 1 ? i32(0) : at(index, extra + axisIndex)));
}

/** The result of stage `stage`, whose terms have the type of `like`. */
export function stageResult(stage: number, like: Expr): Expr {
  return { kind: 'stage', type: like.type, stage };
}

/** What stage `stage` combined at this position; recipes store it or compute it again. */
export function stageTerm(stage: number, like: Expr): Expr {
  return { kind: 'term', type: like.type, stage };
}

function layoutsOf(views: readonly View[]): Layout[] {
  return views.map((view) => view.layout);
}

/** One value for each element of one output, with no reduction. */
export function mapKernel(
  inputs: readonly View[],
  output: Spec,
  value: (index: readonly Expr[]) => Expr,
): Compute {
  return mapsKernel(inputs, [output], (index) => [value(index)]);
}

/** Several outputs of one shape, computed together; undefined leaves an output to other kernels. */
export function mapsKernel(
  inputs: readonly View[],
  outputs: readonly Spec[],
  values: (index: readonly Expr[]) => readonly (Expr | undefined)[],
): Compute {
  const axes = at(outputs, 0).shape.map(axis);
  const index = axes.map(position);
  const results = values(index);
  return {
    kind: 'compute',
    inputs: layoutsOf(inputs),
    axes,
    stages: [],
    outputs: results.flatMap((value, output) =>
      value === undefined ? [] : [outputAt(output, at(outputs, output), index, value)],
    ),
  };
}

/** An output whose element at `index` is `value`; `over` lists axes beyond the outer ones. */
export function outputAt(
  output: number,
  of: Spec,
  index: readonly Expr[],
  value: Expr,
  over: readonly Axis[] = [],
): Output {
  return { output, dtype: of.dtype, shape: of.shape, over, at: index, value };
}

/** What `reduceKernel` needs to know. */
export interface Reduction {
  readonly inputs: readonly View[];
  readonly output: Spec;
  /** Sizes of the axes that are combined away. */
  readonly over: readonly number[];
  readonly by: Combine;
  /** The term at `index` of the output and `inner` of the combined axes. */
  readonly term: (index: readonly Expr[], inner: readonly Expr[]) => Expr;
  /** What is stored, given the combined value; itself by default. */
  readonly finish?: (total: Expr, index: readonly Expr[]) => Expr;
}

/** One output, each element of which combines many terms: sums, products, convolutions. */
export function reduceKernel(reduction: Reduction): Compute {
  const axes = reduction.output.shape.map(axis);
  const over = reduction.over.map(axis);
  const index = axes.map(position);
  const body = reduction.term(index, over.map(position));
  const total = stageResult(0, body);
  const value = reduction.finish === undefined ? total : reduction.finish(total, index);
  return {
    kind: 'compute',
    inputs: layoutsOf(reduction.inputs),
    axes,
    stages: [{ over, by: reduction.by, body }],
    outputs: [outputAt(0, reduction.output, index, value)],
  };
}

/** A Compute written out in full: several stages, several outputs (softmax, layer norm ...). */
export function computeKernel(
  inputs: readonly View[],
  axes: readonly Axis[],
  stages: readonly Stage[],
  outputs: readonly Output[],
): Compute {
  return { kind: 'compute', inputs: layoutsOf(inputs), axes, stages, outputs };
}

/** For ops that lower to Loops: the element number of `index` in a buffer with this layout. */
export function elementOf(layout: Layout, index: readonly Expr[]): Expr {
  return index.reduce(
    (sum, position, axisIndex) => add(sum, mul(position, size(at(layout.strides, axisIndex)))),
    size(layout.offset),
  );
}

/** The element number of `index` in a dense tensor. */
export function denseElementOf(shape: readonly number[], index: readonly Expr[]): Expr {
  const strides = denseStrides(shape);
  return index.reduce(
    (sum, position, axisIndex) => add(sum, mul(position, size(at(strides, axisIndex)))),
    i32(0),
  );
}

/** The number of a position among those of all axes, the last one fastest. */
export function flatPosition(axes: readonly Axis[]): Expr {
  return denseElementOf(
    axes.map(({ extent }) => extent),
    axes.map(position),
  );
}

/** For ops that lower to Loops: the buffer of an input. */
export function inputBuffer(view: View): BufferRef {
  return { storage: storageOf(view.dtype), space: 'input', slot: view.input };
}

/** For ops that lower to Loops: the buffer of an output. */
export function outputBuffer(output: Spec, slot = 0): BufferRef {
  return { storage: storageOf(output.dtype), space: 'output', slot };
}
