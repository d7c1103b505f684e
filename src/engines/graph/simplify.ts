// Passes over the traced graph: fold constants, share equal nodes, drop unused ones.
// Each gives a new graph; none knows an op by name.
import type { Engine } from '../../core/engine.js';
import type { Plain } from '../../core/op.js';
import { at } from '../../core/sequence.js';
import { sizeOf } from '../../core/shape.js';
import { plainKey } from '../programs.js';
import { storedTensor } from '../storage.js';
import { deliveries, type Graph, type GraphNode, GraphTensor } from './graph.js';
import { insideBodies, type Pruned, pruneNode } from './simplify-bodies.js';

/** A graph in which tensors are replaced as `replacement` says, and only `nodes` are left. */
class Rebuilder {
  readonly #replaced = new Map<GraphTensor, GraphTensor>();

  replace(old: GraphTensor, by: GraphTensor): void {
    this.#replaced.set(old, by);
  }

  of(tensor: GraphTensor): GraphTensor {
    return this.#replaced.get(tensor) ?? tensor;
  }

  /** The node with replaced inputs; its outputs are new tensors only if an input changed. */
  node(node: GraphNode): GraphNode {
    const inputs = node.inputs.map((input) => this.of(input));
    if (inputs.every((input, index) => input === node.inputs[index])) return node;
    return this.#renewed({ ...node, inputs }, node.outputs);
  }

  /** A node with another op over some of its inputs, of which some outputs are left. */
  pruned(node: GraphNode, { op, inputs, outputs }: Pruned): GraphNode {
    return this.#renewed(
      { ...node, op, inputs: inputs.map((index) => this.of(at(node.inputs, index))) },
      outputs.map((index) => at(node.outputs, index)),
    );
  }

  /** A loop or branch after a pass over its bodies; other nodes with replaced inputs. */
  inside(node: GraphNode, pass: (body: Graph) => Graph): GraphNode {
    const { control } = node.op;
    if (control === undefined) return this.node(node);
    const op = { ...node.op, control: insideBodies(control, pass) };
    const inputs = node.inputs.map((input) => this.of(input));
    return this.#renewed({ ...node, op, inputs }, node.outputs);
  }

  #renewed(node: GraphNode, old: readonly GraphTensor[]): GraphNode {
    const outputs: GraphTensor[] = [];
    const next: GraphNode = { ...node, outputs };
    old.forEach((before, output) => {
      const tensor = new GraphTensor(before, { kind: 'node', node: next, output });
      outputs.push(tensor);
      this.replace(before, tensor);
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
    const node = rebuilder.inside(old, (body) => foldConstants(body, host));
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
    const node = rebuilder.inside(old, shareEqual);
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
  const kept: { readonly node: GraphNode; readonly pruned: Pruned | undefined }[] = [];
  for (let index = graph.nodes.length - 1; index >= 0; index--) {
    const node = graph.nodes[index];
    if (node === undefined || !node.outputs.some((output) => needed.has(output))) continue;
    const pruned = pruneNode(node, (output) => needed.has(output), dropUnused);
    node.inputs.forEach((input, position) => {
      if (pruned === undefined || pruned.inputs.includes(position)) needed.add(input);
    });
    kept.push({ node, pruned });
  }
  const rebuilder = new Rebuilder();
  const nodes = kept
    .reverse()
    .map(({ node, pruned }) =>
      pruned === undefined ? rebuilder.node(node) : rebuilder.pruned(node, pruned),
    );
  return rebuilder.graph(graph, nodes);
}
