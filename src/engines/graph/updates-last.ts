// Updates last: kernels that change variables where they lie run after all others, so that a step
// that fails on the way has changed nothing. A pass over kernels, after fusion and before planning.
//
// Variables are updated in place, since a second copy of every weight and slot would cost memory
// and bandwidth in each step for the sake of the one that fails. Threads meet before every kernel,
// so whoever runs the first update knows that all threads came through forward and backward.
// Updates that the rest of the step depends on (moving averages of a normalization, seeds) cannot
// wait; they go to the arena, and are copied into their variables when the program is done.
import { at } from '../../core/sequence.js';
import type { KernelCall, KernelGraph, Value } from './kernel-graph.js';

/** For each call, the positions of the calls that read what it writes. */
function directReaders(calls: readonly KernelCall[]): number[][] {
  const writers = new Map<Value, number[]>();
  const readers = calls.map((): number[] => []);
  calls.forEach((call, index) => {
    // A value written in parts has several writers.
    for (const value of new Set(call.inputs)) {
      for (const writer of writers.get(value) ?? []) at(readers, writer).push(index);
    }
    for (const value of call.outputs) {
      const known = writers.get(value);
      if (known === undefined) writers.set(value, [index]);
      else known.push(index);
    }
  });
  return readers;
}

/**
 * The calls that may wait for the end: updates, and readers of updates, as long as everything that
 * depends on them is an update itself or leads to none.
 */
function lateCalls(graph: KernelGraph): boolean[] {
  const assigned = new Set([...graph.assignments.values()].map((ref) => ref.value));
  const isUpdate = graph.calls.map((call) => call.outputs.some((value) => assigned.has(value)));
  const readers = directReaders(graph.calls);
  const leadsToUpdate = [...isUpdate];
  const mayWait = [...isUpdate];
  for (let index = graph.calls.length - 1; index >= 0; index--) {
    const after = at(readers, index);
    leadsToUpdate[index] ||= after.some((reader) => leadsToUpdate[reader]);
    mayWait[index] &&= after.every((reader) => mayWait[reader] || !leadsToUpdate[reader]);
  }
  const late = [...mayWait];
  readers.forEach((after, index) => {
    if (late[index]) for (const reader of after) late[reader] = true;
  });
  return late;
}

/** Moves the updates that can wait behind everything else; the order among both stays. */
export function updatesLast(graph: KernelGraph): KernelGraph {
  const late = lateCalls(graph);
  const before = graph.calls.filter((_, index) => !late[index]);
  return { ...graph, calls: [...before, ...graph.calls.filter((_, index) => late[index])] };
}

/** Position of the first call of the updates at the end; the number of calls where there is none. */
export function firstLateCall(graph: KernelGraph): number {
  const late = lateCalls(graph);
  const lastEarly = late.lastIndexOf(false);
  return lastEarly + 1;
}
