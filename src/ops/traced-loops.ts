// Loops for engines that make programs: one op that holds the traced body. The gradient of a loop
// over slices is a loop in the other direction; what it needs from the way forward, the forward
// loop hands out turn by turn as further outputs.
import { isFloat } from '../core/dtype.js';
import { apply } from '../core/engine.js';
import { StateError } from '../core/errors.js';
import type { Body, Call, GradientCall, LoopControl } from '../core/op.js';
import { at, range } from '../core/sequence.js';
import { type Spec, spec } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import type { Variable } from '../core/variable.js';
import { add } from './arithmetic.js';
import {
  controlOp,
  gradientByReplay,
  hoisted,
  replay,
  sliceSpec,
  spreadActivity,
  traceBody,
} from './bodies.js';
import { arange, scalar, zerosLike } from './create.js';
import { tracedBranch } from './traced-branches.js';
import { inTurn } from './turns.js';

/** One turn: carries and slices to next carries and outputs. */
export type Turn = (
  carries: readonly Tensor[],
  slices: readonly Tensor[],
) => { readonly carries: readonly Tensor[]; readonly outputs: readonly Tensor[] };

/** A loop over slices. */
export interface CountedLoop {
  readonly length: number;
  readonly reverse: boolean;
  readonly carries: readonly Tensor[];
  readonly slices: readonly Tensor[];
  readonly turn: Turn;
}

type LoopGradient = GradientCall<undefined>;

const specOf = ({ shape, dtype }: Spec): Spec => spec(shape, dtype);

/** Tensors that each turn makes; any of them may be needed on the way back. */
function made(calls: readonly Call[]): readonly Tensor[] {
  return calls.flatMap((call) => call.outputs);
}

function outputSpecs({ body, carries, turns }: LoopControl): readonly Spec[] {
  const length = turns.kind === 'counted' ? turns.length : 0;
  return body.results.map((result, index) =>
    index < carries ? specOf(result) : spec([length, ...result.shape], result.dtype),
  );
}

/** Does a loop over slices as one op. */
function applyLoop(control: LoopControl, inputs: readonly Tensor[]): Call {
  const rule = (call: LoopGradient) => gradientOfLoop(control, call);
  const op = controlOp('scan', control, () => outputSpecs(control), rule);
  return { op, inputs, outputs: apply(op, inputs, undefined), attrs: undefined };
}

interface Parts {
  readonly carries: readonly Tensor[];
  readonly slices: readonly Tensor[];
  readonly captures: readonly Tensor[];
}

const joined = ({ carries, slices, captures }: Parts): readonly Tensor[] => [
  ...carries,
  ...slices,
  ...captures,
];

/**
 * Runs a loop over slices. Variables that the body assigns are carried too. The call gives the
 * last carries, the outputs, and for the way back all carries and everything the body makes.
 */
export function tracedLoop(loop: CountedLoop): {
  readonly call: Call;
  readonly carries: readonly Tensor[];
  readonly outputs: readonly Tensor[];
} {
  const own = loop.carries.length;
  // The number of the turn; it goes again where nothing uses it.
  const slices = [...loop.slices, arange(0, loop.length, 1, 'int32')];
  const specs = [...loop.carries.map(specOf), ...slices.map(sliceSpec)];
  const traced = traceBody(specs, (args) =>
    inTurn(at(args, -1), () => {
      const { carries, outputs } = loop.turn(args.slice(0, own), args.slice(own, -1));
      return [...carries, ...outputs];
    }),
  );
  const { calls, captures } = hoisted(traced);
  const variables: readonly Variable[] = [...traced.assigned.keys()];
  const assigned = [...traced.assigned.values()];
  const inner: Parts = {
    carries: [...traced.arguments.slice(0, own), ...assigned.map(({ before }) => before)],
    slices: traced.arguments.slice(own),
    captures: captures.map((capture) => capture.inner),
  };
  const outer: Parts = {
    carries: [...loop.carries, ...variables.map((variable) => variable.value)],
    slices,
    captures: captures.map((capture) => capture.outer),
  };
  const outputs = traced.results.slice(own);
  const results = [
    ...traced.results.slice(0, own),
    ...assigned.map(({ after }) => after),
    ...outputs,
    ...inner.carries,
    ...made(calls),
  ];
  const control: LoopControl = {
    kind: 'loop',
    turns: { kind: 'counted', length: loop.length, reverse: loop.reverse },
    carries: inner.carries.length,
    slices: inner.slices.length,
    body: { arguments: joined(inner), calls, results },
  };
  const call = applyLoop(control, joined(outer));
  variables.forEach((variable, index) => {
    variable.assign(at(call.outputs, own + index));
  });
  const from = control.carries;
  return {
    call,
    carries: call.outputs.slice(0, own),
    outputs: call.outputs.slice(from, from + outputs.length),
  };
}

/** Which tensors of a loop's body depend on inputs whose gradient matters; follows the carries. */
function activityOf({ body, carries }: LoopControl, needs: readonly boolean[]): Set<number> {
  const active = new Set<number>();
  body.arguments.forEach(({ id, dtype }, index) => {
    if (needs[index] && isFloat(dtype)) active.add(id);
  });
  for (;;) {
    const before = active.size;
    spreadActivity(body.calls, active);
    for (const index of range(carries)) {
      if (active.has(at(body.results, index).id)) active.add(at(body.arguments, index).id);
    }
    if (active.size === before) return active;
  }
}

/** Where a tensor of the forward body is found from outside of it: turn by turn, or always. */
function finder(
  { body, carries, slices }: LoopControl,
  { inputs, outputs }: LoopGradient,
): (tensor: Tensor) => { readonly slices?: Tensor; readonly whole?: Tensor } {
  const places = new Map<Tensor, { readonly slices?: Tensor; readonly whole?: Tensor }>();
  body.results.forEach((result, index) => {
    if (index >= carries) places.set(result, { slices: at(outputs, index) });
  });
  body.arguments.forEach((argument, index) => {
    if (index >= carries + slices) places.set(argument, { whole: at(inputs, index) });
    else if (index >= carries) places.set(argument, { slices: at(inputs, index) });
  });
  return (tensor) => places.get(tensor) ?? { whole: tensor };
}

/** Positions, among a loop's inputs and results, of what takes part in the way back. */
interface Backward {
  readonly active: ReadonlySet<number>;
  readonly carries: readonly number[];
  readonly slices: readonly number[];
  readonly captures: readonly number[];
  /** Results that were stacked and whose gradient is known. */
  readonly seeded: readonly number[];
}

function planBackward(control: LoopControl, call: LoopGradient): Backward {
  const { body, carries, slices } = control;
  const active = activityOf(control, call.needs);
  const isActive = (index: number): boolean => active.has(at(body.arguments, index).id);
  const given = range(body.arguments.length).filter(isActive);
  return {
    active,
    carries: given.filter((index) => index < carries),
    slices: given.filter((index) => index >= carries && index < carries + slices),
    captures: given.filter((index) => index >= carries + slices),
    seeded: range(body.results.length).filter(
      (index) =>
        index >= carries &&
        call.outputGradients[index] !== undefined &&
        active.has(at(body.results, index).id),
    ),
  };
}

/** The loop back: its carries are the gradients of the carries and the sums for the captures. */
function gradientOfLoop(control: LoopControl, call: LoopGradient): readonly (Tensor | undefined)[] {
  const { body, turns } = control;
  if (turns.kind !== 'counted') return [];
  const plan = planBackward(control, call);
  const gradientOf = (index: number): Tensor | undefined => call.outputGradients[index];
  const starts = [
    ...plan.carries.map((index) => gradientOf(index) ?? zerosLike(at(call.outputs, index))),
    ...plan.captures.map((index) => zerosLike(at(call.inputs, index))),
  ];
  const seeds = plan.seeded.flatMap((index) => gradientOf(index) ?? []);
  const untouched = new Set<number>();
  const traced = traceBody([...starts.map(specOf), ...seeds.map(sliceSpec)], (args) => {
    const sources = [...plan.carries, ...plan.captures, ...plan.slices];
    const outputs = [...plan.carries, ...plan.seeded].map((index, position) => {
      const later = position < plan.carries.length ? 0 : plan.captures.length;
      return { tensor: at(body.results, index), seed: at(args, position + later) };
    });
    const found = call.walkBack(
      body.calls,
      plan.active,
      outputs,
      sources.map((index) => at(body.arguments, index)),
    );
    return sources.map((index, position) => {
      const gradient = found[position];
      if (position < plan.carries.length || position >= starts.length) {
        return gradient ?? zerosLike(at(body.arguments, index));
      }
      const sum = at(args, position);
      if (gradient === undefined) untouched.add(index);
      return gradient === undefined ? sum : add(sum, gradient);
    });
  });
  const back = runBackward(control, call, { traced, starts, seeds, reverse: !turns.reverse });
  const gradients: (Tensor | undefined)[] = call.inputs.map(() => undefined);
  [...plan.carries, ...plan.captures, ...plan.slices].forEach((index, position) => {
    if (!untouched.has(index)) gradients[index] = at(back, position);
  });
  return gradients;
}

/** The traced way back as an op: what it takes from the forward body comes slice by slice. */
function runBackward(
  control: LoopControl,
  call: LoopGradient,
  back: {
    readonly traced: ReturnType<typeof traceBody>;
    readonly starts: readonly Tensor[];
    readonly seeds: readonly Tensor[];
    readonly reverse: boolean;
  },
): readonly Tensor[] {
  const { traced, starts, seeds, reverse } = back;
  const find = finder(control, call);
  const places = traced.captures.map(({ inner, outer }) => ({ inner, ...find(outer) }));
  const turning = places.flatMap(({ inner, slices }) =>
    slices === undefined ? [] : [{ inner, outer: slices }],
  );
  const staying = places.flatMap(({ inner, whole }) =>
    whole === undefined ? [] : [{ inner, outer: whole }],
  );
  const { calls, captures } = hoisted({ ...traced, captures: staying });
  const count = starts.length;
  const inner: Parts = {
    carries: traced.arguments.slice(0, count),
    slices: [...traced.arguments.slice(count), ...turning.map((place) => place.inner)],
    captures: captures.map((place) => place.inner),
  };
  const outer: Parts = {
    carries: starts,
    slices: [...seeds, ...turning.map((place) => place.outer)],
    captures: captures.map((place) => place.outer),
  };
  const { turns } = control;
  const length = turns.kind === 'counted' ? turns.length : 0;
  const results = [...traced.results, ...inner.carries, ...made(calls)];
  const next: LoopControl = {
    kind: 'loop',
    turns: { kind: 'counted', length, reverse },
    carries: count,
    slices: inner.slices.length,
    body: { arguments: joined(inner), calls, results },
  };
  return applyLoop(next, joined(outer)).outputs;
}

/** A loop that a value ends. */
export interface TestedLoop {
  readonly initial: readonly Tensor[];
  /** Gives one int32 that is not 0 while the loop goes on. */
  readonly test: (state: readonly Tensor[]) => Tensor;
  readonly turn: (state: readonly Tensor[]) => readonly Tensor[];
  readonly most: number | undefined;
}

/** The same loop over a fixed number of turns, of which those after the end do nothing. */
function gradientOfTested(
  control: LoopControl,
  call: LoopGradient,
): readonly (Tensor | undefined)[] {
  const { turns, body, carries } = control;
  if (turns.kind !== 'while') return [];
  const { test, most } = turns;
  if (most === undefined) {
    throw new StateError({
      where: 'whileLoop',
      what: 'a compiled loop without a bound has no gradient',
      fix: 'pass maximumIterations, use scan, or wrap what comes before in stopGradient',
    });
  }
  const staying = call.inputs.slice(carries);
  const turn: Turn = (state) => {
    const args = [...state, ...staying];
    const goesOn = at(replay(test, args).results, 0);
    const turned = () => replay(body, args).results;
    return { carries: tracedBranch('whileLoop', goesOn, turned, () => state), outputs: [] };
  };
  const start = call.inputs.slice(0, carries);
  const bounded = { length: most, reverse: false, carries: start, slices: [], turn };
  const traced = traceBody([], () => tracedLoop(bounded).carries);
  const args = traced.captures.map(({ inner }) => inner);
  const captured = traced.captures.map(({ outer }) => outer);
  return gradientByReplay({ ...traced, arguments: args }, captured, call);
}

function bodyOf(
  traced: { readonly calls: readonly Call[]; readonly results: readonly Tensor[] },
  args: readonly Tensor[],
): Body {
  return { arguments: args, calls: traced.calls, results: traced.results };
}

/** Runs a loop that a value ends; gives the last state. */
export function tracedWhile(loop: TestedLoop): readonly Tensor[] {
  // The number of the turn; it goes again where nothing uses it.
  const initial = [...loop.initial, scalar(0, 'int32')];
  const specs = initial.map(specOf);
  const turning = (turn: (state: readonly Tensor[]) => readonly Tensor[]) =>
    traceBody(specs, (args) => inTurn(at(args, -1), () => turn(args)));
  const test = hoisted(turning((args) => [loop.test(args.slice(0, -1))]));
  const body = hoisted(
    turning((args) => [...loop.turn(args.slice(0, -1)), add(at(args, -1), scalar(1, 'int32'))]),
  );
  if (test.assigned.size + body.assigned.size > 0) {
    const [name = ''] = [...test.assigned.keys(), ...body.assigned.keys()].map((v) => v.path);
    throw new StateError({
      where: 'whileLoop',
      what: `variable "${name}" is assigned inside of a compiled loop without a fixed length`,
      fix: 'carry its value through the loop and assign it afterwards, or use scan',
    });
  }
  const count = specs.length;
  const testCaptures = test.captures.map(({ inner }) => inner);
  const bodyCaptures = body.captures.map(({ inner }) => inner);
  // Each of the two gets stand-ins for what only the other uses.
  const control: LoopControl = {
    kind: 'loop',
    turns: {
      kind: 'while',
      test: bodyOf(test, [...test.arguments, ...testCaptures, ...bodyCaptures]),
      most: loop.most,
    },
    carries: count,
    slices: 0,
    body: bodyOf(body, [...body.arguments, ...testCaptures, ...bodyCaptures]),
  };
  const captured = [...test.captures, ...body.captures].map(({ outer }) => outer);
  const rule = (call: LoopGradient) => gradientOfTested(control, call);
  const op = controlOp('whileLoop', control, () => outputSpecs(control), rule);
  return apply(op, [...initial, ...captured], undefined).slice(0, -1);
}
