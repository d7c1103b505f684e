// The walk back over a tape: each call's rule turns output gradients into input gradients.
import type { Call, GradientRule } from '../core/op.js';
import type { Tensor } from '../core/tensor.js';
import { add, zerosLike } from '../ops/index.js';

/** Gradients that reached tensors, by tensor id. */
type Gradients = Map<number, Tensor>;

function ruleOf(call: Call): GradientRule<unknown> | undefined {
  // A call keeps its op and attributes together; the rule only ever sees its own attributes.
  return 'none' in call.op.grad ? undefined : (call.op.grad as GradientRule<unknown>);
}

function addTo(gradients: Gradients, tensor: Tensor, gradient: Tensor): void {
  const before = gradients.get(tensor.id);
  gradients.set(tensor.id, before === undefined ? gradient : add(before, gradient));
}

function walkCall(call: Call, active: ReadonlySet<number>, gradients: Gradients): void {
  const outputGradients = call.outputs.map((output) => gradients.get(output.id));
  const [firstOutput] = call.outputs;
  const rule = ruleOf(call);
  if (rule === undefined || firstOutput === undefined) return;
  if (outputGradients.every((gradient) => gradient === undefined)) return;
  const inputGradients = rule({
    inputs: call.inputs,
    outputs: call.outputs,
    attrs: call.attrs,
    outputGradients,
    get dy() {
      return outputGradients[0] ?? zerosLike(firstOutput);
    },
    needs: call.inputs.map((input) => active.has(input.id)),
    walkBack: backward,
  });
  call.inputs.forEach((input, index) => {
    const gradient = inputGradients[index];
    if (gradient !== undefined && active.has(input.id)) addTo(gradients, input, gradient);
  });
}

/**
 * The gradients of `outputs` (each weighted by its seed) with respect to each source;
 * undefined for a source that does not influence them.
 */
export function backward(
  calls: readonly Call[],
  active: ReadonlySet<number>,
  outputs: readonly { readonly tensor: Tensor; readonly seed: Tensor }[],
  sources: readonly Tensor[],
): (Tensor | undefined)[] {
  const gradients: Gradients = new Map();
  for (const { tensor, seed } of outputs) addTo(gradients, tensor, seed);
  for (let index = calls.length - 1; index >= 0; index--) {
    const call = calls[index];
    if (call !== undefined) walkCall(call, active, gradients);
  }
  return sources.map((source) => gradients.get(source.id));
}
