// Noting calls while a function is traced: nodes and refusals. What the tracers
// of whole steps (trace.ts) and of bodies (trace-body.ts) share.
import type { Engine } from '../../core/engine.js';
import { StateError } from '../../core/errors.js';
import type { Op } from '../../core/op.js';
import { at } from '../../core/sequence.js';
import type { Tensor } from '../../core/tensor.js';
import { CallSite } from './call-site.js';
import { type GraphNode, GraphTensor } from './graph.js';

export function refuseRead(tensor: Tensor): never {
  const source = tensor instanceof GraphTensor ? tensor.source : undefined;
  const site = source?.kind === 'node' ? ` (made at ${source.node.site.line})` : '';
  const { line } = new CallSite();
  throw new StateError({
    where: line === '' ? 'compiled step' : `compiled step, ${line}`,
    what: 'the value of a tensor was asked for while the step is being traced',
    received: `${String(tensor)}${site}`,
    fix:
      'instead of if and while on values use where (element by element), cond (one of two ' +
      "branches), scan or whileLoop (loops), or compile({ engine: 'eager' })",
  });
}

/** Notes a call: a node with outputs that have no values. */
export function newNode<Attrs>(
  op: Op<Attrs>,
  inputs: readonly GraphTensor[],
  attrs: Attrs,
): GraphNode {
  const outputs: GraphTensor[] = [];
  // The node hands these attributes back to this op alone.
  const node: GraphNode = { op, attrs, inputs, outputs, site: new CallSite() };
  op.infer(inputs, attrs).forEach((spec, output) => {
    outputs.push(new GraphTensor(spec, { kind: 'node', node, output }));
  });
  return node;
}

/** The value of a graph tensor, computed now; `leaf` gives those that no node makes. */
export function compute(
  host: Engine,
  tensor: GraphTensor,
  leaf: (tensor: GraphTensor) => Tensor,
): Tensor {
  const { source } = tensor;
  if (source.kind === 'constant') return source.tensor;
  if (source.kind !== 'node') return leaf(tensor);
  const { op, attrs, inputs } = source.node;
  if (op.control !== undefined) return refuseRead(tensor);
  const values = inputs.map((input) => compute(host, input, leaf));
  // Attributes belong to this op; see newNode.
  return at(host.apply(op, values, attrs as never), source.output);
}
