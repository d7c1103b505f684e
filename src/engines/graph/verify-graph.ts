// What must hold of a graph between any two passes: everything that is read was made before, and
// what kernels and ops say of shapes and dtypes is true. Tests verify after every pass (passes.ts).
import { KeratinError } from '../../core/errors.js';
import { listsOf } from '../../core/loops-and-branches.js';
import type { Op } from '../../core/op.js';
import { at, sameNumbers } from '../../core/sequence.js';
import { sizeOf } from '../../core/shape.js';
import type { Expr } from '../../kernels/ir/expr.js';
import { some } from '../../kernels/ir/expr-walk.js';
import type { Compute } from '../../kernels/ir/kernel.js';
import { deliveries, type Graph, type GraphNode, type GraphTensor } from './graph.js';
import {
  isLeftAlone,
  type KernelCall,
  type KernelGraph,
  rootOf,
  type Value,
} from './kernel-graph.js';
import { isRegion } from './regions.js';

function refuse(pass: string, where: string, what: string): never {
  throw new KeratinError({ where: `after the pass "${pass}", ${where}`, what });
}

function verifyNode(pass: string, node: GraphNode, known: ReadonlySet<GraphTensor>): void {
  const where = `${node.op.name} ${node.site.line}`;
  node.inputs.forEach((input, index) => {
    const isMade = input.source.kind !== 'node' || known.has(input);
    if (!isMade) refuse(pass, where, `input ${index} is used before it is made`);
  });
  // Attributes belong to this op; see trace.ts.
  const specs = (node.op as Op<unknown>).infer(node.inputs, node.attrs);
  node.outputs.forEach((output, index) => {
    const { source } = output;
    // Passes inside of bodies give the node of a loop or branch anew and keep its tensors.
    const isOwn = source.kind === 'node' && (source.node === node || node.op.control !== undefined);
    if (!isOwn || source.output !== index) {
      refuse(pass, where, `output ${index} says that it comes from elsewhere`);
    }
    const spec = at(specs, index);
    if (!sameNumbers(spec.shape, output.shape) || spec.dtype !== output.dtype) {
      refuse(pass, where, `output ${index} is not what the op infers`);
    }
  });
}

/** Checks a graph of ops; throws an error that names the pass and the op. */
export function verifyGraph(pass: string, graph: Graph): void {
  const known = new Set<GraphTensor>();
  for (const node of graph.nodes) {
    verifyNode(pass, node, known);
    for (const output of node.outputs) known.add(output);
  }
  deliveries(graph).forEach((tensor, index) => {
    const isMade = tensor.source.kind !== 'node' || known.has(tensor);
    if (!isMade) refuse(pass, 'the graph', `delivery ${index} is not made by any node`);
  });
}

/** Expressions of a compute that may read inputs. */
function expressionsOf(kernel: Compute): readonly Expr[] {
  return [
    ...kernel.stages.map(({ body }) => body),
    ...kernel.outputs.flatMap(({ value, at: places }) => [value, ...places]),
  ];
}

function verifyCompute(pass: string, where: string, call: KernelCall, kernel: Compute): void {
  if (kernel.inputs.length !== call.inputs.length) {
    refuse(pass, where, 'the kernel has another number of inputs than the call');
  }
  kernel.inputs.forEach(({ dtype }, index) => {
    if (dtype !== at(call.inputs, index).spec.dtype) {
      refuse(pass, where, `input ${index} has another dtype than its value`);
    }
  });
  const strays = (expr: Expr): boolean =>
    some(expr, (node) => node.kind === 'read' && node.input >= call.inputs.length);
  if (expressionsOf(kernel).some(strays)) refuse(pass, where, 'it reads an input it does not have');
  for (const output of kernel.outputs) {
    const value = call.outputs[output.output];
    if (value === undefined) refuse(pass, where, 'it writes an output it does not have');
    if (sizeOf(output.shape) !== sizeOf(value.spec.shape) || output.dtype !== value.spec.dtype) {
      refuse(pass, where, `output ${output.output} has another size or dtype than its value`);
    }
  }
}

/**
 * Whether nothing in the graph has to write a value: it comes from outside, is a piece of another,
 * or has no elements.
 */
function isGiven({ origin, home, spec }: Value): boolean {
  return origin.kind !== 'kernel' || home !== undefined || sizeOf(spec.shape) === 0;
}

/** All values that the calls of a region write, at any depth. */
function writtenInside(calls: readonly KernelCall[], written: Set<Value>): Set<Value> {
  for (const call of calls) {
    for (const value of call.outputs) written.add(value);
    if (!isRegion(call.kernel)) continue;
    for (const list of listsOf(call.kernel)) writtenInside(list.calls, written);
  }
  return written;
}

function verifyCall(pass: string, call: KernelCall, known: Set<Value>): void {
  const where = call.names.join(' + ');
  call.inputs.forEach((value, index) => {
    if (isGiven(value) || known.has(value)) return;
    refuse(pass, where, `input ${index} (value ${value.id}) is read before it is written`);
  });
  const { kernel } = call;
  if (isRegion(kernel)) {
    // A turn may read what the turn before it wrote.
    const inside = writtenInside([call], new Set(known));
    if (kernel.kind === 'loop') for (const value of kernel.starts) inside.add(value);
    for (const list of listsOf(kernel)) verifyCalls(pass, list.calls, inside);
  } else if (kernel.kind === 'compute') verifyCompute(pass, where, call, kernel);
}

function verifyCalls(pass: string, calls: readonly KernelCall[], known: Set<Value>): void {
  for (const call of calls) {
    verifyCall(pass, call, known);
    for (const value of call.outputs) known.add(value);
  }
}

/** What is worked out once must not depend on what differs from run to run. */
function verifySteady(pass: string, graph: KernelGraph): void {
  const first = graph.calls.slice(0, graph.steady ?? 0);
  const made = new Set(first.flatMap(({ outputs }) => outputs));
  const stays = (value: Value): boolean => made.has(value) || isLeftAlone(graph, value);
  for (const { inputs, names } of first) {
    if (inputs.map(rootOf).every(stays)) continue;
    refuse(pass, names.join(' + '), 'it is worked out once and reads what changes');
  }
}

/** Checks a graph of kernels; throws an error that names the pass and the kernel. */
export function verifyKernels(pass: string, graph: KernelGraph): void {
  const known = new Set<Value>();
  verifyCalls(pass, graph.calls, known);
  verifySteady(pass, graph);
  for (const { value } of [...graph.results, ...graph.assignments.values()]) {
    if (isGiven(value) || known.has(value)) continue;
    refuse(pass, 'the graph', `value ${value.id} is delivered but never written`);
  }
}
