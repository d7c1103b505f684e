// How a functional model's graph is written: layers with the calls that belong to the model, and
// which tensors go in and out. Keras reads and writes the same form.
import type { Plain } from '../core/op.js';
import type { PlainConfig } from '../core/serialized.js';
import { toKerasConfig } from '../core/serialized.js';
import { isList, isRecord, mapTree } from '../core/tree.js';
import type { AnyLayer } from '../layers/layer.js';
import { serializeLayer } from '../layers/layer-config.js';
import { type CallNode, isSymbolic, type SymbolicTensor } from '../layers/symbolic.js';
import type { FunctionalGraph } from './functional.js';

/** Where each call stands among the calls of its layer that belong to the model. */
type NodeIndices = ReadonlyMap<CallNode, number>;

function indicesOf(graph: FunctionalGraph): NodeIndices {
  const own = new Set(graph.nodes);
  const indices = new Map<CallNode, number>();
  for (const layer of graph.layers) {
    const calls = layer.inboundNodes.filter((node) => own.has(node));
    for (const [index, node] of calls.entries()) indices.set(node, index);
  }
  return indices;
}

function tensorNode(symbol: SymbolicTensor, indices: NodeIndices): Plain {
  const { node, tensorIndex } = symbol.history;
  return {
    class_name: '__keras_tensor__',
    config: {
      shape: symbol.shape,
      dtype: symbol.dtype,
      keras_history: [node.layer.name, indices.get(node) ?? 0, tensorIndex],
    },
  };
}

function argument(value: unknown, indices: NodeIndices): Plain {
  if (isSymbolic(value)) return tensorNode(value, indices);
  if (isList(value)) return value.map((item) => argument(item, indices));
  if (isRecord(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, argument(item, indices)]),
    );
  }
  const plain = typeof value === 'number' || typeof value === 'string';
  return plain || typeof value === 'boolean' ? value : null;
}

function isModel(layer: AnyLayer): boolean {
  return 'graph' in layer;
}

function callConfig(node: CallNode, indices: NodeIndices): Plain {
  const options: Record<string, Plain> = {};
  for (const [key, value] of Object.entries(node.options)) {
    options[key] = argument(value, indices);
  }
  // Keras notes the mask of calls of models, even where there is none.
  if (isModel(node.layer) && !('mask' in options)) options.mask = null;
  return {
    args: node.layer.callArguments(node.inputs).map((item) => argument(item, indices)),
    kwargs: toKerasConfig(options),
  };
}

/** Functional models inside others count their calls from 1 here, a habit of Keras's files. */
function firstIndex(layer: AnyLayer): number {
  return layer.className === 'Functional' ? 1 : 0;
}

/** The config of a functional model: layers, input_layers and output_layers. */
export function graphConfig(graph: FunctionalGraph): PlainConfig {
  const indices = indicesOf(graph);
  const own = new Set(graph.nodes);
  const layers = graph.layers.map((layer): Plain => {
    const calls = layer.inboundNodes.filter((node) => own.has(node) && node.parents.length > 0);
    return {
      ...serializeLayer(layer),
      name: layer.name,
      inbound_nodes: calls.map((node) => callConfig(node, indices)),
    };
  });
  const place = (symbol: SymbolicTensor): Plain => {
    const { node, tensorIndex } = symbol.history;
    const index = (indices.get(node) ?? 0) + firstIndex(node.layer);
    return [node.layer.name, index, tensorIndex];
  };
  return {
    layers,
    // Leaves become lists, so the trees are plain data.
    inputLayers: mapTree(graph.inputTree, isSymbolic, place) as Plain,
    outputLayers: mapTree(graph.outputTree, isSymbolic, place) as Plain,
  };
}
