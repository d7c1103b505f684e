// Splits axes of a kernel where another kernel, to be written in its place, has several: a flat
// consumer of a matrix runs over rows and columns, so that each position of the producer is a sum.
// Recipes join them again where nothing else keeps them apart. Used by fuse.ts.
import { at } from '../../core/sequence.js';
import { add, mul, size } from '../../kernels/ir/build.js';
import { position } from '../../kernels/ir/define.js';
import type { Axis, Expr } from '../../kernels/ir/expr.js';
import { childrenOf, rewrite } from '../../kernels/ir/expr-walk.js';
import type { Compute } from '../../kernels/ir/kernel.js';
import { linear } from '../../kernels/schedule/access.js';
import type { Stride } from './positions.js';

/** Innermost pieces stay long enough for vectors. */
const SHORTEST = 16;

/** An axis, and where to cut it. */
export interface Split {
  readonly axis: Axis;
  /** Elements of the axis in one inner piece. */
  readonly inner: number;
}

/** An axis that runs across the end of one of the producer's rows, and where to cut it. */
function splitIn(element: Expr, strides: readonly Stride[]): Split | undefined {
  for (const [axis, factor] of linear(element).terms) {
    for (const { step } of strides) {
      const inner = step / factor;
      const crosses = Number.isInteger(inner) && inner >= SHORTEST && inner < axis.extent;
      if (crosses && axis.extent % inner === 0) return { axis, inner };
    }
  }
  return undefined;
}

/** The same kernel with an axis in two pieces. */
export function withSplit(kernel: Compute, { axis, inner }: Split): Compute {
  const outerPiece: Axis = { extent: axis.extent / inner };
  const innerPiece: Axis = { extent: inner };
  const place = add(mul(position(outerPiece), size(inner)), position(innerPiece));
  const change = (expr: Expr): Expr =>
    rewrite(expr, (node) => (node.kind === 'axis' && node.axis === axis ? place : node));
  const pieces = (axes: readonly Axis[]): readonly Axis[] =>
    axes.includes(axis)
      ? axes.flatMap((each) => (each === axis ? [outerPiece, innerPiece] : [each]))
      : axes;
  return {
    ...kernel,
    axes: pieces(kernel.axes),
    stages: kernel.stages.map((stage) => ({
      ...stage,
      over: pieces(stage.over),
      body: change(stage.body),
    })),
    outputs: kernel.outputs.map((output) => ({
      ...output,
      over: pieces(output.over),
      at: output.at.map(change),
      value: change(output.value),
    })),
  };
}

/** Element numbers at which a kernel reads one of its inputs. */
function readsOf(kernel: Compute, input: number): readonly Expr[] {
  const found: Expr[] = [];
  const seen = new Set<Expr>();
  const visit = (expr: Expr): void => {
    if (seen.has(expr)) return;
    seen.add(expr);
    if (expr.kind === 'read' && expr.input === input) found.push(at(expr.at, 0));
    for (const child of childrenOf(expr)) visit(child);
  };
  for (const stage of kernel.stages) visit(stage.body);
  for (const output of kernel.outputs) visit(output.value);
  return found;
}

/** The kernel with axes split where reads of `input` run across rows of `strides`. */
export function splitAxes(kernel: Compute, input: number, strides: readonly Stride[]): Compute {
  let split = kernel;
  for (let most = kernel.axes.length + strides.length; most > 0; most--) {
    const [next] = readsOf(split, input).flatMap((element) => splitIn(element, strides) ?? []);
    if (next === undefined) return split;
    split = withSplit(split, next);
  }
  return split;
}
