// Passes over the traced graph: fold constants, share equal nodes, drop unused ones.
// Each gives a new graph; none knows an op by name.
import type { Engine } from '../../core/engine.js';
import type { Plain } from '../../core/op.js';
import { sizeOf } from '../../core/shape.js';
import { plainKey } from '../programs.js';
import { storedTensor } from '../storage.js';
import { deliveries, type Graph, type GraphNode, GraphTensor } from './graph.js';
import { insideBodies, pruneNode } from './simplify-bodies.js';

/** A graph in which tensors are replaced as `replacement` says, and only `nodes` are left. */
class Rebuilder {
  readonly #replaced = new Map<GraphTensor, GraphTensor>();

  replace(old: GraphTensor, by: GraphTensor): void {
    this.#replaced.set(old, by);
  }

  of(tensor: GraphTensor): GraphTensor {
    const next = this.#replaced.get(tensor);
    return next === undefined ? tensor : this.of(next);
  }

  /** The node with replaced inputs; its outputs are new tensors only if an input changed. */
  node(node: GraphNode): GraphNode {
    const inputs = node.inputs.map((input) => this.of(input));
    if (inputs.every((input, index) => input === node.inputs[index])) return node;
    const outputs: GraphTensor[] = [];
    const next: GraphNode = { ...node, inputs, outputs };
    node.outputs.forEach((old, output) => {
      const tensor = new GraphTensor(old, { kind: 'node', node: next, output });
      outputs.push(tensor);
      this.replace(old, tensor);
    });
    return next;
  }

  graph(from: Graph, nodes: readonly GraphNode[]): Graph {
    return {
      arguments: from.arguments,
      nodes,
      results: from.results.map((result) => this.of(result)),
      assignments: new Map(
        [...from.assignments].map(([variable, value]) => [variable, this.of(value)]),
      ),
    };
  }
}

/** Results larger than this are computed each time rather than kept. */
const LARGEST_CONSTANT = 1 << 16;

/** Computes nodes whose inputs are all constants. */
export function foldConstants(graph: Graph, host: Engine): Graph {
  const rebuilder = new Rebuilder();
  const nodes: GraphNode[] = [];
  for (const old of graph.nodes) {
    const node = insideBodies(rebuilder.node(old), (body) => foldConstants(body, host));
    const constants = node.inputs.flatMap(({ source }) =>
      source.kind === 'constant' ? [source.tensor] : [],
    );
    const small = node.outputs.every((output) => sizeOf(output.shape) <= LARGEST_CONSTANT);
    if (constants.length < node.inputs.length || !small || node.op.control !== undefined) {
      nodes.push(node);
      continue;
    }
    // Attributes belong to this op; see trace.ts.
    const values = host.apply(node.op, constants, node.attrs as never);
    node.outputs.forEach((output, index) => {
      const value = values[index];
      if (value === undefined) return;
      const tensor = storedTensor(host.keep(value), 'constant folding');
      const constant = new GraphTensor(output, { kind: 'constant', tensor });
      const original = old.outputs[index];
      if (original !== undefined) rebuilder.replace(original, constant);
    });
  }
  return rebuilder.graph(graph, nodes);
}

/** Computes equal nodes once. */
export function shareEqual(graph: Graph): Graph {
  const rebuilder = new Rebuilder();
  const opIds = new Map<object, number>();
  const idOf = (op: object): number => {
    const known = opIds.get(op) ?? opIds.size;
    opIds.set(op, known);
    return known;
  };
  const first = new Map<string, GraphNode>();
  const nodes: GraphNode[] = [];
  for (const old of graph.nodes) {
    const node = insideBodies(rebuilder.node(old), shareEqual);
    const inputs = node.inputs.map((input) => input.id).join();
    // Attributes are plain data by contract (core/op.ts).
    const key = `${idOf(node.op)}|${inputs}|${plainKey(node.attrs as Plain)}`;
    const same = first.get(key);
    if (same === undefined) {
      first.set(key, node);
      nodes.push(node);
      continue;
    }
    old.outputs.forEach((output, index) => {
      const shared = same.outputs[index];
      if (shared !== undefined) rebuilder.replace(output, shared);
    });
  }
  return rebuilder.graph(graph, nodes);
}

/** Leaves out nodes that nothing delivered depends on, and of loops and branches what is unused. */
export function dropUnused(graph: Graph): Graph {
  const needed = new Set<GraphTensor>(deliveries(graph));
  const rebuilder = new Rebuilder();
  const kept: GraphNode[] = [];
  for (let index = graph.nodes.length - 1; index >= 0; index--) {
    const node = graph.nodes[index];
    if (node === undefined || !node.outputs.some((output) => needed.has(output))) continue;
    const pruned = pruneNode(node, (output) => needed.has(output), dropUnused);
    for (const [old, next] of pruned.replaced) rebuilder.replace(old, next);
    for (const input of pruned.node.inputs) needed.add(input);
    kept.push(pruned.node);
  }
  const nodes = kept.reverse();
  if (nodes.every(({ op }) => op.control === undefined)) return { ...graph, nodes };
  return rebuilder.graph(
    graph,
    nodes.map((node) => rebuilder.node(node)),
  );
}
