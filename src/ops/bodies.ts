// Bodies of loops and branches: tracing them, taking out what does not change from turn to turn,
// running one again. Between control flow and the engines that trace.
import { isFloat } from '../core/dtype.js';
import { apply, currentEngine, type TracedBody } from '../core/engine.js';
import { StateError } from '../core/errors.js';
import type { Body, Call, Control, GradientCall, GradientRule, Op } from '../core/op.js';
import { at } from '../core/sequence.js';
import { type Spec, spec } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';

type Trace = (
  specs: readonly Spec[],
  body: (args: readonly Tensor[]) => readonly Tensor[],
) => TracedBody;

/** The present engine's way to trace a body; undefined where ops run one by one. */
export function tracer(): Trace | undefined {
  return currentEngine().trace;
}

/** Traces a body under an engine that is known to trace. */
export function traceBody(...given: Parameters<Trace>): TracedBody {
  const trace = tracer();
  if (trace !== undefined) return trace(...given);
  throw new StateError({
    where: 'gradient of a loop or branch',
    what: 'it is taken outside of the compiled step that ran the loop',
    fix: 'take the gradient inside of the same compiled function',
  });
}

/** The same body with its calls that depend on captures alone done once, outside. */
export function hoisted(traced: TracedBody): TracedBody {
  const outside = new Map<Tensor, Tensor>();
  for (const { inner, outer } of traced.captures) outside.set(inner, outer);
  const calls = traced.calls.filter((call) => {
    const inputs = call.inputs.map((input) => outside.get(input));
    const known = inputs.filter((input) => input !== undefined);
    if (known.length < inputs.length) return true;
    // Attributes belong to this op.
    const outputs = apply(call.op, known, call.attrs as never);
    call.outputs.forEach((output, index) => {
      outside.set(output, at(outputs, index));
    });
    return false;
  });
  const captures = [...outside].map(([inner, outer]) => ({ inner, outer }));
  return { ...traced, calls, captures };
}

/** Does the calls of a body again, on these tensors in the place of its arguments. */
export function replay(
  body: Body,
  args: readonly Tensor[],
): { readonly calls: readonly Call[]; readonly results: readonly Tensor[] } {
  const now = new Map<Tensor, Tensor>();
  body.arguments.forEach((argument, index) => {
    now.set(argument, at(args, index));
  });
  const of = (tensor: Tensor): Tensor => now.get(tensor) ?? tensor;
  const calls = body.calls.map((call): Call => {
    const inputs = call.inputs.map(of);
    // Attributes belong to this op.
    const outputs = apply(call.op, inputs, call.attrs as never);
    call.outputs.forEach((output, index) => {
      now.set(output, at(outputs, index));
    });
    return { ...call, inputs, outputs };
  });
  return { calls, results: body.results.map(of) };
}

/** Adds the outputs of every call that depends on an active tensor and has a gradient. */
export function spreadActivity(calls: readonly Call[], active: Set<number>): void {
  for (const call of calls) {
    if ('none' in call.op.grad || !call.inputs.some(({ id }) => active.has(id))) continue;
    for (const output of call.outputs) if (isFloat(output.dtype)) active.add(output.id);
  }
}

/**
 * The gradients of an op's inputs, by doing `body`, which computes the op's outputs, and walking
 * back over it. An input that stands twice gets its gradient once.
 */
export function gradientByReplay(
  body: Body,
  args: readonly Tensor[],
  call: GradientCall<undefined>,
): readonly (Tensor | undefined)[] {
  const { calls, results } = replay(body, args);
  const sources = [...new Set(call.inputs.filter((_, index) => call.needs[index]))];
  const active = new Set(sources.map(({ id }) => id));
  spreadActivity(calls, active);
  const outputs = results.flatMap((tensor, index) => {
    const seed = call.outputGradients[index];
    return seed === undefined || !active.has(tensor.id) ? [] : [{ tensor, seed }];
  });
  const found = call.walkBack(calls, active, outputs, sources);
  return call.inputs.map((input, index) =>
    call.inputs.indexOf(input) === index ? found[sources.indexOf(input)] : undefined,
  );
}

/** The specs of the slices of a tensor along its first axis. */
export function sliceSpec({ shape, dtype }: Spec): Spec {
  return spec(shape.slice(1), dtype);
}

/** An op for one loop or branch. */
export function controlOp(
  name: string,
  control: Control,
  infer: () => readonly Spec[],
  grad: GradientRule<undefined>,
): Op {
  return {
    name,
    infer,
    lower: () => {
      throw new StateError({
        where: name,
        what: 'an engine that runs ops one by one was given a traced loop or branch',
        fix: 'report it with the call that led here',
      });
    },
    grad,
    control,
  };
}
