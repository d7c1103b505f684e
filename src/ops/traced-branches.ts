// Branches for engines that make programs: one op that holds both traced bodies. The gradient is a
// branch too; it computes again what the branch taken had computed.
import type { TracedBody } from '../core/engine.js';
import { apply, currentEngine } from '../core/engine.js';
import type { Body, BranchControl, GradientCall } from '../core/op.js';
import { at } from '../core/sequence.js';
import { spec } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import type { Variable } from '../core/variable.js';
import { controlOp, gradientByReplay, traceBody } from './bodies.js';
import { zerosLike } from './create.js';
import { requireSameSpecs } from './state-trees.js';

type Branch = () => readonly Tensor[];

/** Both bodies take the captures of both; each uses its own. */
function closed(body: TracedBody, stand: readonly Tensor[], results: readonly Tensor[]): Body {
  return { arguments: stand, calls: body.calls, results };
}

/** What a variable holds at the end of a branch, which may not have touched it. */
function afterwards(body: TracedBody, variables: readonly Variable[], old: readonly Tensor[]) {
  return variables.map((variable, index) => body.assigned.get(variable)?.after ?? at(old, index));
}

/** The results of the branch that `test` (one int32) chooses. Both may assign variables. */
export function tracedBranch(
  name: string,
  test: Tensor,
  whenTrue: Branch,
  whenFalse: Branch,
): readonly Tensor[] {
  const bodies = [traceBody([], whenTrue), traceBody([], whenFalse)] as const;
  const [yes, no] = bodies;
  requireSameSpecs(name, 'the two branches give different tensors', yes.results, no.results);
  const variables = [...new Set(bodies.flatMap(({ assigned }) => [...assigned.keys()]))];
  const old = variables.map((variable) => currentEngine().readVariable(variable));
  const starts = bodies.flatMap(({ assigned }) =>
    variables.flatMap((variable, index) => {
      const found = assigned.get(variable);
      return found === undefined ? [] : [{ inner: found.before, outer: at(old, index) }];
    }),
  );
  const own = old.map((outer) => ({ inner: outer, outer }));
  const captures = [...yes.captures, ...no.captures, ...starts, ...own];
  const stand = captures.map(({ inner }) => inner);
  const [whenTrueBody, whenFalseBody] = bodies.map((body) =>
    closed(body, stand, [...body.results, ...afterwards(body, variables, old)]),
  );
  if (whenTrueBody === undefined || whenFalseBody === undefined) return [];
  const control: BranchControl = {
    kind: 'branch',
    whenTrue: whenTrueBody,
    whenFalse: whenFalseBody,
  };
  const outputs = applyBranch(
    control,
    test,
    captures.map(({ outer }) => outer),
  );
  variables.forEach((variable, index) => {
    variable.assign(at(outputs, yes.results.length + index));
  });
  return outputs.slice(0, yes.results.length);
}

function applyBranch(
  control: BranchControl,
  test: Tensor,
  captures: readonly Tensor[],
): readonly Tensor[] {
  const specs = control.whenTrue.results.map(({ shape, dtype }) => spec(shape, dtype));
  const op = controlOp(
    'cond',
    control,
    () => specs,
    (call) => gradientOfBranch(control, call),
  );
  return apply(op, [test, ...captures], undefined);
}

/** The branch back: each body computes again what it had computed, and walks back over it. */
function gradientOfBranch(
  { whenTrue, whenFalse }: BranchControl,
  call: GradientCall<undefined>,
): readonly (Tensor | undefined)[] {
  const wanted = call.inputs.filter(
    (input, index) => call.needs[index] && call.inputs.indexOf(input) === index,
  );
  const backward = (body: Body) => (): readonly Tensor[] => {
    const found = gradientByReplay(body, call.inputs.slice(1), call);
    return wanted.map((input) => found[call.inputs.indexOf(input)] ?? zerosLike(input));
  };
  const test = at(call.inputs, 0);
  const gradients = tracedBranch('cond', test, backward(whenTrue), backward(whenFalse));
  return call.inputs.map((input, index) =>
    call.inputs.indexOf(input) === index ? gradients[wanted.indexOf(input)] : undefined,
  );
}
