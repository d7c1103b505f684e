// Kernels keep the inputs of what they were made from: those that are not read any more are left out.
// For the passes that write kernels anew.
import { at } from '../../core/sequence.js';
import { inputsIn, rewriteAll } from '../../kernels/ir/expr-walk.js';
import { type Compute, mapCompute } from '../../kernels/ir/kernel.js';
import type { KernelCall } from './kernel-graph.js';

/** Leaves out inputs that are not read any more. */
export function withoutUnusedInputs(
  call: KernelCall & { readonly kernel: Compute },
): KernelCall & { readonly kernel: Compute } {
  const { kernel } = call;
  const roots = [
    ...kernel.stages.map(({ body }) => body),
    ...kernel.outputs.flatMap(({ value, at: places }) => [value, ...places]),
  ];
  const used = new Set(roots.flatMap((root) => [...inputsIn(root)]));
  if (used.size === call.inputs.length) return call;
  const kept = call.inputs.map((_, index) => index).filter((index) => used.has(index));
  const number = new Map(kept.map((old, index) => [old, index]));
  // What outputs share stays shared.
  const renumber = rewriteAll((node) =>
    node.kind === 'read' ? { ...node, input: number.get(node.input) ?? 0 } : node,
  );
  return {
    ...call,
    inputs: kept.map((index) => at(call.inputs, index)),
    kernel: mapCompute(
      { ...kernel, inputs: kept.map((index) => at(kernel.inputs, index)) },
      renumber,
    ),
  };
}
