// The order of a functional model's layers: decreasing depth, then discovery from the outputs.
// It is what `model.layers`, summaries, configs and weight files go by, so it is exactly Keras's.
import { ArgumentError } from '../core/errors.js';
import { InputLayer } from '../layers/input-layer.js';
import type { AnyLayer } from '../layers/layer.js';
import type { CallNode, SymbolicTensor } from '../layers/symbolic.js';

/** Layers and calls in order. */
export interface GraphMap {
  readonly layers: readonly AnyLayer[];
  readonly nodes: readonly CallNode[];
}

interface Walk {
  readonly nodes: readonly CallNode[];
  readonly discovered: ReadonlyMap<AnyLayer, number>;
}

function disconnected(symbol: SymbolicTensor, reached: Iterable<AnyLayer>): ArgumentError {
  const names = [...reached].map((layer) => layer.name);
  return new ArgumentError({
    where: 'Model',
    what: `the graph is cut: ${symbol.toString()} does not come from the inputs of the model`,
    expected: 'every output to be computed from the given inputs',
    received: names.length === 0 ? 'no layer reached yet' : `layers reached: ${names.join(', ')}`,
    fix: `add the input "${symbol.name}" to the inputs of the model`,
  });
}

/** Walks from the outputs back to the inputs; parents are finished before their children. */
function walkBack(inputs: readonly SymbolicTensor[], outputs: readonly SymbolicTensor[]): Walk {
  const roots = new Set(inputs);
  const finished = new Set<CallNode>();
  const discovered = new Map<AnyLayer, number>();
  const visit = (symbol: SymbolicTensor): void => {
    const { node } = symbol.history;
    if (finished.has(node)) return;
    if (!discovered.has(node.layer)) discovered.set(node.layer, discovered.size);
    if (!roots.has(symbol)) {
      if (node.layer instanceof InputLayer) throw disconnected(symbol, discovered.keys());
      for (const parent of node.parents) visit(parent);
    }
    finished.add(node);
  };
  for (const output of outputs) visit(output);
  return { nodes: [...finished], discovered };
}

function checkNames(layers: readonly AnyLayer[]): void {
  const seen = new Set<string>();
  for (const { name } of layers) {
    if (seen.has(name)) {
      throw new ArgumentError({
        where: 'Model',
        what: `two layers have the name "${name}"`,
        expected: 'a name of its own for each layer',
        fix: `give one of them another name, e.g. { name: "${name}_2" }`,
      });
    }
    seen.add(name);
  }
}

/** The layers and calls between inputs and outputs, in Keras's order. */
export function mapGraph(
  inputs: readonly SymbolicTensor[],
  outputs: readonly SymbolicTensor[],
): GraphMap {
  const { nodes, discovered } = walkBack(inputs, outputs);
  const order = new Map(discovered);
  const nodeDepths = new Map<CallNode, number>();
  const layerDepths = new Map<AnyLayer, number>();
  const roots = new Set(inputs.map((symbol) => symbol.history.node));
  for (const node of nodes.toReversed()) {
    const depth = Math.max(nodeDepths.get(node) ?? 0, layerDepths.get(node.layer) ?? 0);
    layerDepths.set(node.layer, depth);
    nodeDepths.set(node, depth);
    if (roots.has(node)) continue;
    for (const parent of node.parents) {
      const { node: before } = parent.history;
      nodeDepths.set(before, Math.max(depth + 1, nodeDepths.get(before) ?? 0));
    }
  }
  // An input that no output needs still belongs to the model.
  for (const node of roots) {
    if (layerDepths.has(node.layer)) continue;
    layerDepths.set(node.layer, 0);
    order.set(node.layer, -1);
    nodeDepths.set(node, 0);
  }
  const byDepth = <T>(depths: ReadonlyMap<T, number>, rank: (item: T) => number): T[] =>
    [...depths]
      .sort(([a, depthA], [b, depthB]) => depthB - depthA || rank(a) - rank(b))
      .map(([item]) => item);
  const layers = byDepth(layerDepths, (layer) => order.get(layer) ?? 0);
  checkNames(layers);
  return { layers, nodes: byDepth(nodeDepths, () => 0) };
}
