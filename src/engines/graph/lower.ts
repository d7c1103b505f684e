// From ops to kernels: views become layouts, everything else is lowered and made flat.
// Between the passes on ops (simplify.ts) and those on kernels (fuse.ts).
import { isDense, layoutOf } from '../../core/layout.js';
import type { Op } from '../../core/op.js';
import { at } from '../../core/sequence.js';
import { type Spec, sizeOf } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import { mapKernel, read } from '../../kernels/ir/define.js';
import type { Kernel } from '../../kernels/ir/kernel.js';
import { viewsOf } from '../programs.js';
import { flatten } from './flatten.js';
import type { Graph, GraphNode, GraphTensor } from './graph.js';
import type { KernelCall, KernelGraph, Origin, Ref, Value } from './kernel-graph.js';
import { lowerControl } from './lower-control.js';

/** Lowers nodes to calls; loops and branches through lower-control.ts. */
export class Lowering {
  #calls: KernelCall[] = [];
  /** Values that the calls of the present list make. */
  #made = new Set<Value>();
  readonly #rings = new Set<Value>();
  readonly #refs = new Map<Tensor, Ref>();
  #nextValue = 0;
  #nextCounter = 0;

  newValue(spec: Spec, origin: Origin = { kind: 'kernel' }): Value {
    const { shape, dtype } = spec;
    const value = { id: this.#nextValue++, spec: { shape, dtype }, origin };
    if (origin.kind === 'kernel') this.#made.add(value);
    return value;
  }

  /** Memory for the values a carry has one after the other. */
  newRing(spec: Spec): Value {
    const ring = this.newValue(spec);
    this.#rings.add(ring);
    return ring;
  }

  isRing(value: Value): boolean {
    return this.#rings.has(value);
  }

  newCounter(): number {
    return this.#nextCounter++;
  }

  /** The calls that `body` adds, as a list of their own. */
  list<T>(body: () => T): { readonly calls: readonly KernelCall[]; readonly value: T } {
    const [calls, made] = [this.#calls, this.#made];
    this.#calls = [];
    this.#made = new Set();
    const value = body();
    const own = this.#calls;
    this.#calls = calls;
    this.#made = made;
    return { calls: own, value };
  }

  /** Whether a call of the present list makes the value. */
  makes(value: Value): boolean {
    return this.#made.has(value);
  }

  bind(tensor: Tensor, ref: Ref): void {
    this.#refs.set(tensor, ref);
  }

  push(call: KernelCall): void {
    this.#calls.push(call);
  }

  /** The value and layout of a graph tensor. */
  ref(tensor: GraphTensor): Ref {
    const known = this.#refs.get(tensor);
    if (known !== undefined) return known;
    const { source } = tensor;
    if (source.kind === 'node' || source.kind === 'stand-in')
      throw new Error('a node is used before it is made');
    const ref =
      source.kind === 'constant'
        ? { value: this.newValue(tensor, source), layout: source.tensor.layout }
        : { value: this.newValue(tensor, source), layout: layoutOf(tensor.dtype, tensor.shape) };
    this.#refs.set(tensor, ref);
    return ref;
  }

  node(node: GraphNode): void {
    const { control } = node.op;
    if (control !== undefined) {
      lowerControl(this, node, control);
      return;
    }
    const inputs = node.inputs.map((input) => this.ref(input));
    const layouts = inputs.map((ref) => ref.layout);
    // Attributes belong to this op; see trace.ts.
    const op = node.op as Op<unknown>;
    const first = inputs[0];
    const view = first === undefined ? undefined : op.view?.(first.layout, node.attrs);
    if (view !== undefined && first !== undefined) {
      this.#refs.set(at(node.outputs, 0), { value: first.value, layout: view });
      return;
    }
    const outputs = node.outputs.map((output) => this.#output(output));
    if (outputs.every((output) => sizeOf(output.spec.shape) === 0)) return;
    const specs = outputs.map((output) => output.spec);
    const call = { inputs: viewsOf(layouts), outputs: specs, attrs: node.attrs };
    for (const kernel of op.lower(call)) {
      this.#add(kernel, inputs, outputs, [op.name]);
    }
  }

  #output(tensor: GraphTensor): Value {
    const value = this.newValue(tensor);
    this.#refs.set(tensor, { value, layout: layoutOf(tensor.dtype, tensor.shape) });
    return value;
  }

  #add(
    kernel: Kernel,
    inputs: readonly Ref[],
    outputs: readonly Value[],
    names: readonly string[],
  ): void {
    const values = inputs.map((input) => input.value);
    const elements = values.map((value) => elementsOf(value));
    const flat = kernel.kind === 'compute' ? flatten(kernel, elements) : kernel;
    this.push({ kernel: flat, inputs: values, outputs, names });
  }

  /** A dense value for what must be delivered: a copy where it is a view or comes from outside. */
  delivered(tensor: GraphTensor, own: boolean): Ref {
    const ref = this.ref(tensor);
    const all = sizeOf(ref.layout.shape) === elementsOf(ref.value);
    const whole = all && isDense(ref.layout) && ref.layout.offset === 0;
    if (whole && (!own || ref.value.origin.kind === 'kernel')) return ref;
    return this.copy(ref, this.newValue(tensor));
  }

  /** Writes a dense copy into `value`. */
  copy(from: Ref, value: Value): Ref {
    const [view] = viewsOf([from.layout]);
    if (view !== undefined && sizeOf(view.shape) > 0) {
      const kernel = mapKernel([view], { ...value.spec, shape: view.shape }, (index) =>
        read(view, index),
      );
      this.#add(kernel, [from], [value], ['copy']);
    }
    return { value, layout: layoutOf(from.layout.dtype, from.layout.shape) };
  }
}

/** Elements that a value's memory holds; constants may be views of something larger. */
export function elementsOf(value: Value): number {
  if (value.origin.kind === 'constant') {
    const { layout } = value.origin.tensor;
    const reach = layout.shape.map(
      (extent, axis) => (extent - 1) * Math.max(0, layout.strides[axis] ?? 0),
    );
    return layout.offset + reach.reduce((sum, part) => sum + part, 1);
  }
  return sizeOf(value.spec.shape);
}

/** All kernels of a graph. */
export function lowerGraph(graph: Graph): KernelGraph {
  const lowering = new Lowering();
  const { calls, value } = lowering.list(() => {
    for (const node of graph.nodes) lowering.node(node);
    const results = graph.results.map((result) => lowering.delivered(result, true));
    const assignments = new Map(
      [...graph.assignments].map(([variable, next]) => [variable, lowering.delivered(next, true)]),
    );
    return { results, assignments };
  });
  return { calls, ...value };
}
