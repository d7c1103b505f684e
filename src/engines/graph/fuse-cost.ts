// What fusing would cost: operations of an expression, and how often they would be repeated.
// fuse.ts decides with these numbers.
import { at } from '../../core/sequence.js';
import { sizeOf } from '../../core/shape.js';
import { isFunctionName } from '../../kernels/intrinsics.js';
import type { Axis, Expr } from '../../kernels/ir/expr.js';
import { axesIn, childrenOf, rewrite } from '../../kernels/ir/expr-walk.js';
import type { Compute } from '../../kernels/ir/kernel.js';
import { total } from '../../kernels/schedule/axes.js';
import type { KernelCall, Value } from './kernel-graph.js';

/** Work that may be done again rather than read from memory. */
export const CHEAP = 3;
/** A function such as exp costs about as many plain operations. */
const FUNCTION_COST = 12;
/** Plain operations that computing an expression takes. */
export function costOf(expr: Expr): number {
  const seen = new Set<Expr>();
  const visit = (node: Expr): number => {
    if (seen.has(node)) return 0;
    seen.add(node);
    // Index arithmetic is hoisted or folded into addresses.
    if (node.kind === 'read') return 0;
    const own = node.kind === 'call' ? (isFunctionName(node.fn) ? FUNCTION_COST : 1) : 0;
    return childrenOf(node).reduce((sum, child) => sum + visit(child), own);
  };
  return visit(expr);
}

/** Plain operations of a whole kernel. */
export function sizeOfBody(compute: Compute): number {
  return [...compute.stages.map((stage) => stage.body), ...compute.outputs.map((o) => o.value)]
    .map(costOf)
    .reduce((sum, cost) => sum + cost, 0);
}

/** Factors of sums of products are packed: each is computed once along its own axes. */
function isPacked(kernel: Compute): boolean {
  const [stage] = kernel.stages;
  return stage?.by === 'sum' && stage.body.kind === 'call' && stage.body.fn === 'mul';
}

/** How often each element of a value would be computed if it were computed where it is read. */
export function timesComputed(
  consumer: KernelCall & { readonly kernel: Compute },
  value: Value,
): number {
  const input = consumer.inputs.indexOf(value);
  const { axes, stages, outputs } = consumer.kernel;
  let evaluations = 0;
  const count = (expr: Expr, over: readonly Axis[], packed: boolean): void => {
    rewrite(expr, (node) => {
      if (node.kind === 'read' && node.input === input) {
        evaluations += total(packed ? axesIn(at(node.at, 0)) : [...axes, ...over]);
      }
      return node;
    });
  };
  for (const stage of stages) count(stage.body, stage.over, isPacked(consumer.kernel));
  for (const output of outputs) count(output.value, output.over, false);
  return evaluations / Math.max(1, sizeOf(value.spec.shape));
}
