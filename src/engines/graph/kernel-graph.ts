// The graph after lowering: kernels over values. A value is a dense piece of memory that is
// written once; views of it are layouts. Fusion and memory planning work on this.
import type { Layout } from '../../core/layout.js';
import type { BranchOf, LoopOf } from '../../core/loops-and-branches.js';
import type { Spec } from '../../core/shape.js';
import type { Variable } from '../../core/variable.js';
import type { Kernel } from '../../kernels/ir/kernel.js';
import type { StoredTensor } from '../storage.js';

/** Where a value's bytes come from, or that a kernel writes them. */
export type Origin =
  | { readonly kind: 'kernel' }
  /** A piece of another value, as its home says; nothing writes it under this name. */
  | { readonly kind: 'part' }
  | { readonly kind: 'argument'; readonly index: number }
  | { readonly kind: 'variable'; readonly variable: Variable }
  | { readonly kind: 'constant'; readonly tensor: StoredTensor };

/** A dense piece of memory. */
export interface Value {
  readonly id: number;
  readonly spec: Spec;
  readonly origin: Origin;
  /** Where it lies inside of another value. Set once, before passes run. */
  home?: Home;
}

/** A number of elements for each turn of a loop, or for each odd turn. */
export interface Term {
  /** Which loop's turns. */
  readonly counter: number;
  readonly elements: number;
  readonly modulo?: 2;
}

/** A place inside of another value that moves as loops turn. */
export interface Home {
  readonly of: Value;
  readonly elements: number;
  readonly terms: readonly Term[];
}

/** The value that has memory of its own in which a value lies. */
export function rootOf(value: Value): Value {
  return value.home === undefined ? value : rootOf(value.home.of);
}

/** A value seen through a layout. */
export interface Ref {
  readonly value: Value;
  readonly layout: Layout;
}

/** A loop over calls. */
export interface LoopRegion extends LoopOf<KernelGraph, Value> {
  /** What is written before the loop for its first turn. */
  readonly starts: readonly Value[];
}

/** One of two lists of calls. */
export type BranchRegion = BranchOf<KernelGraph, Value>;

export type Region = LoopRegion | BranchRegion;

/**
 * One kernel with the values it reads and writes, by the kernel's input and output numbers; or a
 * region with all that its calls read from outside and leave behind.
 */
export interface KernelCall {
  readonly kernel: Kernel | Region;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** Names of the ops it stands for. */
  readonly names: readonly string[];
}

/** All kernels of a graph, in an order they can run in. */
export interface KernelGraph {
  readonly calls: readonly KernelCall[];
  readonly results: readonly Ref[];
  readonly assignments: ReadonlyMap<Variable, Ref>;
  /**
   * How many of the first calls work on nothing but variables that the graph leaves as they are:
   * their results stay until one of those changes (steady-first.ts). None if absent.
   */
  readonly steady?: number;
}

/** Values that must exist at the end. */
export function deliveredValues(graph: KernelGraph): Set<Value> {
  return new Set([...graph.results, ...graph.assignments.values()].map((ref) => ref.value));
}

/** A value's number for one that a pass adds: above all of these calls. */
export function nextValueId(calls: readonly KernelCall[]): number {
  const values = calls.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]);
  return values.reduce((most, { id }) => Math.max(most, id), 0) + 1;
}

/** What a kernel that a pass adds writes: float32 numbers in a row. */
export function newFloats(id: number, elements: number): Value {
  return { id, spec: { shape: [elements], dtype: 'float32' }, origin: { kind: 'kernel' } };
}

/** Whether a value comes from outside and is the same in every run, until somebody else assigns it. */
export function isLeftAlone({ assignments }: KernelGraph, { origin }: Value): boolean {
  if (origin.kind === 'variable') return !assignments.has(origin.variable);
  return origin.kind === 'constant';
}

/** What the steady calls leave for the others. */
export function keptValues({ calls, steady = 0 }: KernelGraph): Set<Value> {
  const made = new Set(calls.slice(0, steady).flatMap(({ outputs }) => outputs));
  const read = calls.slice(steady).flatMap(({ inputs }) => inputs);
  return new Set(read.map(rootOf).filter((value) => made.has(value)));
}

/** The calls that read each value, in order. */
export function readersOf(calls: readonly KernelCall[]): Map<Value, KernelCall[]> {
  const readers = new Map<Value, KernelCall[]>();
  for (const call of calls) {
    for (const value of new Set(call.inputs)) {
      const list = readers.get(value);
      if (list === undefined) readers.set(value, [call]);
      else list.push(call);
    }
  }
  return readers;
}

/** Values that several kernels write, each a part: none of them alone makes the value. */
export function writtenInParts(calls: readonly KernelCall[]): Set<Value> {
  const written = new Set<Value>();
  const parts = new Set<Value>();
  for (const value of calls.flatMap((call) => call.outputs)) {
    if (written.has(value)) parts.add(value);
    written.add(value);
  }
  return parts;
}
