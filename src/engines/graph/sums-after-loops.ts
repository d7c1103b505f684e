// Sums over the turns of a loop are taken after it: what every turn adds to a carry that nobody
// else reads becomes one sum with the turns as its outermost axis, over all that the turns left
// behind. So the gradient of a recurrent weight is one product instead of one for each turn.
// A pass over kernels, after fusion.
import { at } from '../../core/sequence.js';
import { add, mul, size } from '../../kernels/ir/build.js';
import { position } from '../../kernels/ir/define.js';
import type { Axis, Expr } from '../../kernels/ir/expr.js';
import { rewriteAll, some } from '../../kernels/ir/expr-walk.js';
import type { Compute, Stage } from '../../kernels/ir/kernel.js';
import { flatLayout } from './flatten.js';
import type { KernelCall, KernelGraph, LoopRegion, Term, Value } from './kernel-graph.js';
import { elementsOf } from './lower.js';
import { isRegion, regionCall } from './regions.js';

/** A kernel that adds something to a carry in every turn. */
interface Accumulation {
  readonly call: KernelCall & { readonly kernel: Compute };
  /** The carry before and after the turn; both lie in `memory`. */
  readonly before: Value;
  readonly after: Value;
  readonly memory: Value;
  /** What is added: the stage of the kernel, or an expression of its own. */
  readonly added: Expr;
}

/** How the place of a value moves in this loop. */
function termsOf(value: Value, counter: number): Term[] {
  const own = value.home?.terms.filter((term) => term.counter === counter) ?? [];
  return value.home === undefined ? own : [...own, ...termsOf(value.home.of, counter)];
}

/** Whether the value, or what it is a part of, is one of these. */
function liesIn(value: Value, values: ReadonlySet<Value>): boolean {
  return values.has(value) || (value.home !== undefined && liesIn(value.home.of, values));
}

/** Whether turns leave the value each in a place of its own, or all find the same. */
function isThereAfterwards(value: Value, counter: number, written: ReadonlySet<Value>): boolean {
  const terms = termsOf(value, counter);
  if (terms.length === 0) return !liesIn(value, written);
  const [only] = terms;
  return terms.length === 1 && value.home?.terms.length === 1 && only?.modulo === undefined;
}

/** The two sides of `carry + added`, where the value of the only output is such a sum. */
function sumOf(call: KernelCall): Pick<Accumulation, 'before' | 'added'> | undefined {
  const { kernel } = call;
  if (kernel.kind !== 'compute' || kernel.outputs.length !== 1) return undefined;
  const output = at(kernel.outputs, 0);
  const { value, over } = output;
  if (value.kind !== 'call' || value.fn !== 'add' || value.type.scalar !== 'f32') return undefined;
  if (over.length > 0 || output.dtype !== 'float32') return undefined;
  const [a, b] = value.args;
  if (a === undefined || b === undefined) return undefined;
  for (const [carry, added] of [
    [a, b],
    [b, a],
  ] as const) {
    if (carry.kind !== 'read') continue;
    const before = at(call.inputs, carry.input);
    const readElsewhere = [added, ...kernel.stages.map(({ body }) => body)].some((expr) =>
      some(expr, (node) => node.kind === 'read' && node.input === carry.input),
    );
    if (!readElsewhere) return { before, added };
  }
  return undefined;
}

/** What is added can be summed over turns: a sum itself, or an expression without stages. */
function isSummable({ stages }: Compute, added: Expr): boolean {
  if (stages.length > 1 || stages.some(({ by }) => by !== 'sum')) return false;
  if (stages.length === 1) return added.kind === 'stage';
  return !some(added, (node) => node.kind === 'stage');
}

function accumulationOf(call: KernelCall, region: LoopRegion): Accumulation | undefined {
  const { kernel } = call;
  const found = sumOf(call);
  if (kernel.kind !== 'compute' || found === undefined) return undefined;
  const { before, added } = found;
  const after = at(call.outputs, 0);
  const memory = after.home?.of;
  const alternates = after.home?.terms.length === 1 && at(after.home.terms, 0).modulo === 2;
  if (memory === undefined || before.home?.of !== memory || !alternates) return undefined;
  if (!isSummable(kernel, added)) return undefined;
  const { calls } = region.body;
  const others = calls.filter((each) => each !== call);
  const inMemory = (value: Value): boolean => value === memory || value.home?.of === memory;
  if (others.some(({ inputs, outputs }) => [...inputs, ...outputs].some(inMemory)))
    return undefined;
  const written = new Set(calls.flatMap(({ outputs }) => outputs));
  const stays = call.inputs.every(
    (value) => value === before || isThereAfterwards(value, region.counter, written),
  );
  return stays ? { call: { ...call, kernel }, before, after, memory, added } : undefined;
}

/** The same reads, of all turns: input by input, the value that holds them and how they move. */
class TurnReads {
  readonly values: Value[] = [];
  readonly turn: Axis;
  readonly #inputs: readonly { readonly number: number; readonly offset: Expr }[];

  constructor({ call, memory, before }: Accumulation, counter: number, length: number) {
    this.turn = { extent: length };
    const steps = call.inputs.map((value) => termsOf(value, counter)[0]?.elements ?? 0);
    // Loops that run backwards leave their pieces backwards: sums take them front to back.
    const backwards = call.inputs.some((value, index) => value !== before && at(steps, index) < 0);
    this.#inputs = call.inputs.map((value, index) => {
      const { home } = value;
      const step = at(steps, index);
      if (value === before) {
        return { number: this.#numberOf(memory), offset: size(home?.elements ?? 0) };
      }
      if (step === 0 || home === undefined)
        return { number: this.#numberOf(value), offset: size(0) };
      const first = home.elements + (backwards ? step * (length - 1) : 0);
      const stride = size(backwards ? -step : step);
      const offset = add(mul(position(this.turn), stride), size(first));
      return { number: this.#numberOf(home.of), offset };
    });
  }

  #numberOf(value: Value): number {
    const known = this.values.indexOf(value);
    return known >= 0 ? known : this.values.push(value) - 1;
  }

  readonly change = rewriteAll((node) => {
    if (node.kind !== 'read') return node;
    const { number, offset } = at(this.#inputs, node.input);
    return { ...node, input: number, at: [add(at(node.at, 0), offset)] };
  });
}

/** The sum of what all turns add, taken after the loop. */
function sumAfter(accumulation: Accumulation, { counter, turns }: LoopRegion): KernelCall {
  const { call, memory, after, added } = accumulation;
  const length = turns.kind === 'counted' ? turns.length : 0;
  const { kernel } = call;
  const reads = new TurnReads(accumulation, counter, length);
  const [stage] = kernel.stages;
  const summed: Stage = {
    over: [reads.turn, ...(stage?.over ?? [])],
    by: 'sum',
    body: reads.change(stage?.body ?? added),
  };
  const output = at(kernel.outputs, 0);
  const total: Expr = { kind: 'stage', type: summed.body.type, stage: 0 };
  const change = rewriteAll((node) => (node === added ? total : node));
  const slot = length % 2 === 0 ? accumulation.before : after;
  const place = size(slot.home?.elements ?? 0);
  const compute: Compute = {
    ...kernel,
    inputs: reads.values.map((value) => flatLayout(value.spec, elementsOf(value))),
    stages: [summed],
    outputs: [
      {
        ...output,
        shape: [elementsOf(memory)],
        at: [add(at(output.at, 0), place)],
        value: reads.change(change(output.value)),
      },
    ],
  };
  return { ...call, kernel: compute, inputs: reads.values, outputs: [memory] };
}

/** A loop without its sums, and the sums. */
function loopAndSums(call: KernelCall, region: LoopRegion): readonly KernelCall[] {
  if (region.turns.kind !== 'counted' || region.turns.length === 0) return [call];
  const found = region.body.calls.flatMap((each) => accumulationOf(each, region) ?? []);
  if (found.length === 0) return [call];
  const removed = new Set(found.flatMap(({ call: { outputs } }) => outputs));
  const { calls, results, assignments } = region.body;
  const body: KernelGraph = {
    calls: calls.filter(({ outputs }) => !outputs.some((value) => removed.has(value))),
    results: results.filter(({ value }) => !removed.has(value)),
    assignments,
  };
  const loop = regionCall({ ...region, body }, call);
  return [loop, ...found.map((accumulation) => sumAfter(accumulation, region))];
}

/** Takes sums over turns out of the loops of a list. */
export function sumsAfterLoops(graph: KernelGraph): KernelGraph {
  const calls = graph.calls.flatMap((call) => {
    const { kernel } = call;
    return isRegion(kernel) && kernel.kind === 'loop' ? loopAndSums(call, kernel) : [call];
  });
  return { ...graph, calls };
}
