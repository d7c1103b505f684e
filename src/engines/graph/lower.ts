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

class Lowering {
  readonly calls: KernelCall[] = [];
  readonly #refs = new Map<Tensor, Ref>();
  #nextValue = 0;

  newValue(spec: Spec, origin: Origin = { kind: 'kernel' }): Value {
    return { id: this.#nextValue++, spec: { shape: spec.shape, dtype: spec.dtype }, origin };
  }

  /** The value and layout of a graph tensor. */
  ref(tensor: GraphTensor): Ref {
    const known = this.#refs.get(tensor);
    if (known !== undefined) return known;
    const { source } = tensor;
    if (source.kind === 'node') throw new Error('a node is used before it is made');
    const ref =
      source.kind === 'constant'
        ? { value: this.newValue(tensor, source), layout: source.tensor.layout }
        : { value: this.newValue(tensor, source), layout: layoutOf(tensor.dtype, tensor.shape) };
    this.#refs.set(tensor, ref);
    return ref;
  }

  node(node: GraphNode): void {
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
      this.#add(kernel, inputs, outputs, [op.name], node.site);
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
    site: string,
  ): void {
    const values = inputs.map((input) => input.value);
    const elements = values.map((value) => elementsOf(value));
    const flat = kernel.kind === 'compute' ? flatten(kernel, elements) : kernel;
    this.calls.push({ kernel: flat, inputs: values, outputs, names, site });
  }

  /** A dense value for what must be delivered: a copy where it is a view or comes from outside. */
  delivered(tensor: GraphTensor, own: boolean): Ref {
    const ref = this.ref(tensor);
    const whole = isDense(ref.layout) && ref.layout.offset === 0;
    if (whole && (!own || ref.value.origin.kind === 'kernel')) return ref;
    const value = this.newValue(tensor);
    const [view] = viewsOf([ref.layout]);
    if (view === undefined) return ref;
    const copy = mapKernel([view], value.spec, (index) => read(view, index));
    this.#add(copy, [ref], [value], ['copy'], '');
    return { value, layout: layoutOf(tensor.dtype, tensor.shape) };
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
  for (const node of graph.nodes) lowering.node(node);
  const results = graph.results.map((result) => lowering.delivered(result, true));
  const assignments = new Map(
    [...graph.assignments].map(([variable, value]) => [variable, lowering.delivered(value, true)]),
  );
  return { calls: lowering.calls, results, assignments };
}
