// Noting calls while a function is traced: the node, the user's line, refusals. What the tracers
// of whole steps (trace.ts) and of bodies (trace-body.ts) share.
import type { Engine } from '../../core/engine.js';
import { StateError } from '../../core/errors.js';
import type { Op } from '../../core/op.js';
import { at } from '../../core/sequence.js';
import type { Tensor } from '../../core/tensor.js';
import { type GraphNode, GraphTensor } from './graph.js';

/** Frames of the library itself, which say nothing about the user's program. */
const OWN_FRAME =
  /[\\/](src|dist)[\\/](core|ops|engines|autodiff|layers|models|optimizers|losses|metrics|kernels|index\.|chunk)/;

/** Frames to look through for the user's line; loops, layers and models call deep. */
const MOST_FRAMES = 60;

/** The frames of the present call, from the innermost. */
function frames(): string[] {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = MOST_FRAMES;
  const stack = new Error().stack ?? '';
  Error.stackTraceLimit = stackTraceLimit;
  return stack.split('\n').slice(3);
}

/** The first frame outside of the library: where the user's text made this op. */
function callSite(): string {
  const frame = frames().find((line) => !OWN_FRAME.test(line) && !line.includes('node_modules'));
  const place = frame?.match(/\(?([^()\s]+:\d+:\d+)\)?$/)?.[1] ?? '';
  return place.replace(/^file:\/\//, '');
}

export function refuseRead(tensor: Tensor): never {
  const source = tensor instanceof GraphTensor ? tensor.source : undefined;
  const site = source?.kind === 'node' ? ` (made at ${source.node.site})` : '';
  const line = callSite();
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
  const node: GraphNode = { op, attrs, inputs, outputs, site: callSite() };
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
