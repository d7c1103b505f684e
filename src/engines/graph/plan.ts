// The memory plan: when each value lives, and where in one arena it lies.
// Largest first, each at the lowest place that nothing alive at the same time uses.
import { bytesPerElement } from '../../core/dtype.js';
import { listsOf } from '../../core/loops-and-branches.js';
import { at } from '../../core/sequence.js';
import { sizeOf } from '../../core/shape.js';
import type { Variable } from '../../core/variable.js';
import type { Expr } from '../../kernels/ir/expr.js';
import { some } from '../../kernels/ir/expr-walk.js';
import { linear } from '../../kernels/schedule/access.js';
import {
  deliveredValues,
  type KernelCall,
  type KernelGraph,
  keptValues,
  type Region,
  rootOf,
  type Value,
  writtenInParts,
} from './kernel-graph.js';
import { isRegion } from './regions.js';
import { firstLateCall } from './updates-last.js';

/** Blocks start at whole cache lines, and where a GPU can bind them. */
const ALIGNMENT = 256;

/** Where things are while a program runs. */
export interface MemoryPlan {
  /** Byte offset in the arena of each value that kernels make. */
  readonly offsets: ReadonlyMap<Value, number>;
  /** Values written straight into the memory of a variable. */
  readonly inPlace: ReadonlyMap<Value, Variable>;
  readonly arenaBytes: number;
  /** What the arena would take if every value had its own place. */
  readonly sumBytes: number;
}

interface Lifetime {
  readonly value: Value;
  readonly bytes: number;
  from: number;
  to: number;
}

export function bytesOf(value: Value): number {
  const bytes = sizeOf(value.spec.shape) * bytesPerElement(value.spec.dtype);
  return Math.max(ALIGNMENT, Math.ceil(bytes / ALIGNMENT) * ALIGNMENT);
}

/**
 * Whether a kernel reads `input` only at the element it writes to `output`, when it writes it:
 * then the output may take the input's memory. Terms of reductions are read before.
 */
function readsInStep(call: KernelCall, input: Value, output: Value): boolean {
  const { kernel } = call;
  if (kernel.kind !== 'compute') return false;
  const slot = call.outputs.indexOf(output);
  const written = kernel.outputs.find((candidate) => candidate.output === slot);
  if (written === undefined || kernel.outputs.some(({ over }) => over.length > 0)) return false;
  const target = linear(at(written.at, 0));
  const number = call.inputs.indexOf(input);
  const reads = (expr: Expr, stray: (index: Expr) => boolean): boolean =>
    some(expr, (node) => node.kind === 'read' && node.input === number && stray(at(node.at, 0)));
  if (kernel.stages.some((stage) => reads(stage.body, () => true))) return false;
  return !kernel.outputs.some((each) =>
    reads(each.value, (index) => !sameLinear(linear(index), target)),
  );
}

function sameLinear(a: ReturnType<typeof linear>, b: ReturnType<typeof linear>): boolean {
  if (a.rest.length + b.rest.length > 0 || a.constant !== b.constant) return false;
  return (
    a.terms.size === b.terms.size && [...a.terms].every(([axis, f]) => b.terms.get(axis) === f)
  );
}

/** Where a kernel reads a variable's old value, and as which of its inputs. */
interface OldRead {
  readonly position: number;
  readonly input: Value;
}

function oldReadsOf(calls: readonly KernelCall[]): Map<Variable, OldRead[]> {
  const reads = new Map<Variable, OldRead[]>();
  calls.forEach((call, position) => {
    for (const input of call.inputs) {
      if (input.origin.kind !== 'variable') continue;
      const { variable } = input.origin;
      const known = reads.get(variable) ?? [];
      if (known.length === 0) reads.set(variable, known);
      known.push({ position, input });
    }
  });
  return reads;
}

/** Finds assigned values that can take the place of the variable's old value as they are made. */
function findInPlace(graph: KernelGraph): Map<Value, Variable> {
  const { calls, assignments, results } = graph;
  const inPlace = new Map<Value, Variable>();
  const delivered = new Set(results.map((ref) => ref.value));
  const writer = new Map<Value, number>();
  calls.forEach((call, index) => {
    for (const value of call.outputs) writer.set(value, index);
  });
  const taken = writtenInParts(calls);
  const firstLate = firstLateCall(graph);
  const oldReads = oldReadsOf(calls);
  for (const [variable, { value }] of assignments) {
    const index = writer.get(value);
    if (index === undefined || delivered.has(value) || taken.has(value)) continue;
    if (isRegion(at(calls, index).kernel)) continue;
    // Before this call something may still go wrong, and variables must be as they were.
    if (index < firstLate) continue;
    taken.add(value);
    const call = at(calls, index);
    const safe = (oldReads.get(variable) ?? []).every(
      ({ position, input }) =>
        position < index || (position === index && readsInStep(call, input, value)),
    );
    if (safe) inPlace.set(value, variable);
  }
  return inPlace;
}

/** The positions that a region takes; what comes from outside lives through all of them. */
interface Span {
  readonly from: number;
  to: number;
}

/** When each value with memory of its own is made and last used, over all lists of calls. */
class Lifetimes {
  readonly #found = new Map<Value, Lifetime & { readonly path: readonly Span[] }>();
  readonly #uses: { value: Value; position: number; path: readonly Span[] }[] = [];
  #position = 0;

  constructor(
    graph: KernelGraph,
    private readonly inPlace: ReadonlyMap<Value, Variable>,
  ) {
    this.#visit(graph.calls, []);
    for (const value of [...deliveredValues(graph), ...keptValues(graph)]) this.#use(value, []);
  }

  #declare(value: Value, path: readonly Span[]): void {
    if (value.home !== undefined || this.inPlace.has(value) || this.#found.has(value)) return;
    const never = { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY };
    this.#found.set(value, { value, bytes: bytesOf(value), ...never, path });
  }

  #use(value: Value, path: readonly Span[]): void {
    this.#uses.push({ value: rootOf(value), position: this.#position, path });
  }

  #visit(calls: readonly KernelCall[], path: readonly Span[]): void {
    for (const call of calls) {
      for (const value of call.outputs) this.#declare(value, path);
      for (const value of [...call.inputs, ...call.outputs]) this.#use(value, path);
      if (isRegion(call.kernel)) this.#region(call.kernel, path);
      this.#position++;
    }
  }

  #region(region: Region, path: readonly Span[]): void {
    const span = { from: this.#position, to: this.#position };
    this.#position++;
    for (const { calls } of listsOf(region)) {
      this.#visit(calls, [...path, span]);
      // Whether to go on is read after the test's calls, before anything else is written.
      if (region.kind === 'loop' && region.turns.kind === 'while') {
        this.#use(region.turns.flag, [...path, span]);
      }
      this.#position++;
    }
    span.to = this.#position;
  }

  all(): Lifetime[] {
    for (const { value, position, path } of this.#uses) {
      const lifetime = this.#found.get(value);
      if (lifetime === undefined) continue;
      const span = path[lifetime.path.length] ?? { from: position, to: position };
      lifetime.from = Math.min(lifetime.from, span.from);
      lifetime.to = Math.max(lifetime.to, span.to);
    }
    return [...this.#found.values()];
  }
}

/** A value's memory in the arena. */
interface Placed extends Lifetime {
  readonly offset: number;
}

function liveTogether(a: Lifetime, b: Lifetime): boolean {
  return a.from <= b.to && b.from <= a.to;
}

/** The lowest offset at which a value fits between those that live at the same time. */
function lowestGap(byOffset: readonly Placed[], value: Lifetime): number {
  let offset = 0;
  for (const other of byOffset) {
    if (!liveTogether(other, value)) continue;
    if (other.offset - offset >= value.bytes) return offset;
    offset = Math.max(offset, other.offset + other.bytes);
  }
  return offset;
}

/** Adds to values that are in the order of their offsets. */
function insert(byOffset: Placed[], placed: Placed): void {
  const next = byOffset.findIndex(({ offset }) => offset > placed.offset);
  byOffset.splice(next < 0 ? byOffset.length : next, 0, placed);
}

/** Plans the memory of a kernel graph. */
export function planMemory(graph: KernelGraph): MemoryPlan {
  const inPlace = findInPlace(graph);
  const all = new Lifetimes(graph, inPlace).all().sort((a, b) => b.bytes - a.bytes);
  const offsets = new Map<Value, number>();
  const byOffset: Placed[] = [];
  let arenaBytes = 0;
  for (const lifetime of all) {
    const offset = lowestGap(byOffset, lifetime);
    insert(byOffset, { ...lifetime, offset });
    offsets.set(lifetime.value, offset);
    arenaBytes = Math.max(arenaBytes, offset + lifetime.bytes);
  }
  const sumBytes = all.reduce((sum, { bytes }) => sum + bytes, 0);
  return { offsets, inPlace, arenaBytes, sumBytes };
}
