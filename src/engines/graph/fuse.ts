// Fusion: kernels that only pass values on to the next become part of it. Three moves, each by
// substitution on flat Computes; what is fused follows from shapes and costs, never from names.
import { at } from '../../core/sequence.js';
import { type Axis, type Expr, type ReadExpr, scalarOf } from '../../kernels/ir/expr.js';
import { rewrite } from '../../kernels/ir/expr-walk.js';
import { type Compute, mapCompute, type Output } from '../../kernels/ir/kernel.js';
import { linear } from '../../kernels/schedule/access.js';
import { CHEAP, costOf, sizeOfBody, timesComputed } from './fuse-cost.js';
import {
  deliveredValues,
  type KernelCall,
  type KernelGraph,
  readersOf,
  type Value,
  writtenInParts,
} from './kernel-graph.js';
import { positionsOf, type Stride } from './positions.js';
import { splitAxes } from './split-axes.js';
import { withoutUnusedInputs } from './unused-inputs.js';

/** Larger kernels gain nothing more and compile slowly. */
const LARGEST_BODY = 160;
/** Devices bind a limited number of buffers. */
const MOST_BUFFERS = 12;

function isMap(call: KernelCall): call is KernelCall & { readonly kernel: Compute } {
  return call.kernel.kind === 'compute' && call.kernel.stages.length === 0;
}

function isCompute(call: KernelCall): call is KernelCall & { readonly kernel: Compute } {
  return call.kernel.kind === 'compute';
}

/** Whether a value is the same after it went through memory: half types and uint8 round or wrap. */
function isReadAsWritten(output: Output): boolean {
  if (output.dtype === 'float16' || output.dtype === 'bfloat16' || output.dtype === 'uint8') {
    return false;
  }
  return output.value.type.scalar === scalarOf(output.dtype);
}

/** How far apart the elements of an output lie along its axes; undefined if that is not plain. */
function stridesOf(output: Output, axes: readonly Axis[]): readonly Stride[] | undefined {
  const address = linear(at(output.at, 0));
  if (address.rest.length > 0 || address.constant !== 0) return undefined;
  const strides = axes.map((axis) => ({ axis, step: address.terms.get(axis) ?? 0 }));
  return strides.every(({ axis, step }) => step > 0 || axis.extent === 1) ? strides : undefined;
}

function substituteAxes(expr: Expr, positions: ReadonlyMap<Axis, Expr>): Expr {
  return rewrite(expr, (node) =>
    node.kind === 'axis' ? (positions.get(node.axis) ?? node) : node,
  );
}

/** A kernel while inputs are added to it; the same value is one input. */
class Inputs {
  readonly values: Value[];
  readonly layouts: Compute['inputs'][number][];

  constructor(call: KernelCall & { readonly kernel: Compute }) {
    this.values = [...call.inputs];
    this.layouts = [...call.kernel.inputs];
  }

  /** Takes over the inputs of another kernel; gives its expressions new input numbers. */
  adopt(call: KernelCall & { readonly kernel: Compute }): (expr: Expr) => Expr {
    const numbers = call.inputs.map((value, index) => {
      const known = this.values.indexOf(value);
      if (known >= 0) return known;
      this.values.push(value);
      this.layouts.push(at(call.kernel.inputs, index));
      return this.values.length - 1;
    });
    return (expr) =>
      rewrite(expr, (node) =>
        node.kind === 'read' ? { ...node, input: at(numbers, node.input) } : node,
      );
  }
}

/** The consumer with the producer's value computed in the place of each read of it. */
function inline(
  producer: KernelCall & { readonly kernel: Compute },
  value: Value,
  original: KernelCall & { readonly kernel: Compute },
): (KernelCall & { readonly kernel: Compute }) | undefined {
  const output = madeBy(producer, value);
  if (output === undefined || !isReadAsWritten(output)) return undefined;
  const strides = stridesOf(output, producer.kernel.axes);
  if (strides === undefined) return undefined;
  const input = original.inputs.indexOf(value);
  const consumer = { ...original, kernel: splitAxes(original.kernel, input, strides) };
  const inputs = new Inputs(consumer);
  const renumber = inputs.adopt(producer);
  const body = renumber(output.value);
  let possible = true;
  const replace = (node: ReadExpr): Expr => {
    const positions = positionsOf(at(node.at, 0), strides);
    if (positions === undefined) {
      possible = false;
      return node;
    }
    return substituteAxes(body, positions);
  };
  const change = (expr: Expr): Expr =>
    rewrite(expr, (node) => (node.kind === 'read' && node.input === input ? replace(node) : node));
  const kernel = mapCompute({ ...consumer.kernel, inputs: inputs.layouts }, change);
  if (!possible || inputs.values.length + consumer.outputs.length > MOST_BUFFERS) return undefined;
  if (sizeOfBody(kernel) > LARGEST_BODY) return undefined;
  return withoutUnusedInputs({
    ...consumer,
    kernel,
    inputs: inputs.values,
    names: [...producer.names, ...consumer.names],
  });
}

/** Puts maps into the kernels that read them, where that does not repeat costly work. */
export function inlineMaps(graph: KernelGraph): KernelGraph {
  const delivered = deliveredValues(graph);
  const readers = readersOf(graph.calls);
  const parts = writtenInParts(graph.calls);
  const made = new Map<Value, KernelCall>();
  const calls: KernelCall[] = [];
  for (const original of graph.calls) {
    let call = original;
    for (const value of original.inputs) {
      const producer = made.get(value);
      if (producer === undefined || parts.has(value)) continue;
      if (!isMap(producer) || !isCompute(call)) continue;
      const single = readers.get(value)?.length === 1 && !delivered.has(value);
      const output = producer.kernel.outputs.find(
        (candidate) => producer.outputs[candidate.output] === value,
      );
      const cost = output === undefined ? Number.POSITIVE_INFINITY : costOf(output.value);
      const times = timesComputed(call, value);
      // A value with one reader need not go through memory, which is worth some repeated work.
      if (cost * times > (single ? cost + 4 * CHEAP : CHEAP)) continue;
      const fused = inline(producer, value, call);
      if (fused !== undefined) call = fused;
    }
    calls.push(call);
    for (const value of call.outputs) made.set(value, call);
  }
  return dropUnusedCalls({ ...graph, calls });
}

/** Leaves out kernels whose outputs nobody reads. */
export function dropUnusedCalls(graph: KernelGraph): KernelGraph {
  const needed = deliveredValues(graph);
  const kept: KernelCall[] = [];
  for (let index = graph.calls.length - 1; index >= 0; index--) {
    const call = at(graph.calls, index);
    if (!call.outputs.some((value) => needed.has(value))) continue;
    for (const value of call.inputs) needed.add(value);
    kept.push(call);
  }
  return { ...graph, calls: kept.reverse() };
}

/** The output of a kernel that a value is; undefined where several make it together. */
function madeBy(call: KernelCall & { readonly kernel: Compute }, value: Value): Output | undefined {
  const slot = call.outputs.indexOf(value);
  const made = call.kernel.outputs.filter((candidate) => candidate.output === slot);
  return made.length === 1 ? made[0] : undefined;
}

/** A map written in terms of the axes of the kernel whose output it reads. */
function asFinish(
  producer: KernelCall & { readonly kernel: Compute },
  value: Value,
  consumer: KernelCall & { readonly kernel: Compute },
): (KernelCall & { readonly kernel: Compute }) | undefined {
  const output = madeBy(producer, value);
  if (output === undefined || !isReadAsWritten(output)) return undefined;
  const inputs = new Inputs(producer);
  const renumber = inputs.adopt(consumer);
  const element = at(output.at, 0);
  const outputs: Output[] = [...producer.kernel.outputs];
  const values = [...producer.outputs];
  for (const extra of consumer.kernel.outputs) {
    const strides = stridesOf(extra, consumer.kernel.axes);
    // The map must have one element for each of the producer's, in the same order.
    if (strides === undefined || at(extra.shape, 0) !== at(output.shape, 0)) return undefined;
    const positions = positionsOf(element, strides);
    if (positions === undefined) return undefined;
    let same = true;
    // The map may read several outputs of the producer; none of them is in memory yet.
    const change = (expr: Expr): Expr =>
      rewrite(substituteAxes(renumber(expr), positions), (node) => {
        if (node.kind !== 'read') return node;
        const made = madeBy(producer, at(inputs.values, node.input));
        if (made === undefined) return node;
        if (!sameAxes(made.over, output.over) || !isReadAsWritten(made)) same = false;
        if (!sameSum(at(node.at, 0), at(made.at, 0))) same = false;
        return made.value;
      });
    const next = { ...extra, output: values.length, over: output.over, at: extra.at.map(change) };
    outputs.push({ ...next, value: change(extra.value) });
    values.push(at(consumer.outputs, extra.output));
    if (!same) return undefined;
  }
  if (inputs.values.length + values.length > MOST_BUFFERS) return undefined;
  const kernel = { ...producer.kernel, inputs: inputs.layouts, outputs };
  if (sizeOfBody(kernel) > LARGEST_BODY) return undefined;
  return withoutUnusedInputs({
    kernel,
    inputs: inputs.values,
    outputs: values,
    names: [...producer.names, ...consumer.names],
  });
}

function sameAxes(a: readonly Axis[], b: readonly Axis[]): boolean {
  return a.length === b.length && a.every((axis, index) => axis === b[index]);
}

/** Whether two element numbers are the same sum over axes. */
function sameSum(a: Expr, b: Expr): boolean {
  const first = linear(a);
  const second = linear(b);
  if (first.rest.length + second.rest.length > 0 || first.constant !== second.constant)
    return false;
  const axes = new Set([...first.terms.keys(), ...second.terms.keys()]);
  return [...axes].every((axis) => (first.terms.get(axis) ?? 0) === (second.terms.get(axis) ?? 0));
}

/** Leaves out outputs of a kernel that nobody needs. */
function withoutUnusedOutputs(
  call: KernelCall & { readonly kernel: Compute },
  isNeeded: (value: Value) => boolean,
): KernelCall {
  const kept = call.kernel.outputs.filter((output) => isNeeded(at(call.outputs, output.output)));
  if (kept.length === call.kernel.outputs.length || kept.length === 0) return call;
  const outputs = kept.map((output, index) => ({ ...output, output: index }));
  return withoutUnusedInputs({
    ...call,
    kernel: { ...call.kernel, outputs },
    outputs: kept.map((output) => at(call.outputs, output.output)),
  });
}

/**
 * Lets a kernel finish with the map that reads its output first: bias, activation, the next
 * elementwise step. The fused kernel stands where the map stood.
 */
export function fuseFinish(graph: KernelGraph): KernelGraph {
  const delivered = deliveredValues(graph);
  const parts = writtenInParts(graph.calls);
  const isWhole = (call: KernelCall): boolean => !call.outputs.some((value) => parts.has(value));
  const assigned = new Set([...graph.assignments.values()].map((ref) => ref.value));
  const isUpdate = (call: KernelCall): boolean => call.outputs.some((value) => assigned.has(value));
  const calls: (KernelCall | undefined)[] = [...graph.calls];
  const position = new Map<Value, number>();
  const lastRead = new Map<Value, number>();
  graph.calls.forEach((call, index) => {
    for (const value of call.outputs) position.set(value, index);
    for (const value of call.inputs) lastRead.set(value, index);
  });
  for (let index = 0; index < calls.length; index++) {
    const map = calls[index];
    if (map === undefined || !isMap(map) || !isWhole(map)) continue;
    for (const value of map.inputs) {
      const from = position.get(value);
      const producer = from === undefined ? undefined : calls[from];
      if (from === undefined || producer === undefined) continue;
      if (!isCompute(producer) || !isWhole(producer)) continue;
      // Updates wait for the end (updates-last.ts): a sum fused with one would wait too, and keep
      // all that it reads alive, where its result alone takes less.
      if (isUpdate(map) && producer.kernel.stages.length > 0) continue;
      if (!isFirstReader(calls, producer, from, index)) continue;
      const fused = asFinish(producer, value, map);
      if (fused === undefined) continue;
      calls[from] = undefined;
      // What comes later reads as it did: only what came before has been fused.
      const isReadLater = (made: Value): boolean => (lastRead.get(made) ?? -1) > index;
      const result = withoutUnusedOutputs(
        fused,
        (made) => delivered.has(made) || isReadLater(made),
      );
      calls[index] = result;
      for (const output of result.outputs) position.set(output, index);
      break;
    }
  }
  const left = calls.filter((call) => call !== undefined);
  return dropUnusedCalls({ ...graph, calls: left });
}

/** Whether nothing between two kernels reads what the first writes. */
function isFirstReader(
  calls: readonly (KernelCall | undefined)[],
  producer: KernelCall,
  from: number,
  to: number,
): boolean {
  for (let index = from + 1; index < to; index++) {
    const between = calls[index];
    if (between?.inputs.some((value) => producer.outputs.includes(value))) return false;
  }
  return true;
}
