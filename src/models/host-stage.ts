// HostStage: the part of a functional model that runs on the host, before the ops of a step. Layers of
// text are in it, and whatever lies before them; what they make goes on as tensors. It stands between
// the sources of batches and the steps; functional.ts runs the rest of the graph.
import { currentEngine } from '../core/engine.js';
import { ArgumentError, DTypeError } from '../core/errors.js';
import { formatShape } from '../core/shape.js';
import { isTensor, Tensor } from '../core/tensor.js';
import { flattenTree, isList, isRecord, type Tree } from '../core/tree.js';
import { leafTensor, toTensorTree } from '../data/batch.js';
import {
  type HostArray,
  type HostData,
  type HostLeaf,
  isHostLeaf,
  isHostTexts,
  toHostArray,
} from '../data/host-array.js';
import type { CallOptions } from '../layers/call-context.js';
import { InputLayer } from '../layers/input-layer.js';
import type { AnyLayer } from '../layers/layer.js';
import { TextLayer } from '../layers/preprocessing/text/text-layer.js';
import {
  type CallNode,
  isSymbolic,
  type SymbolicTensor,
  type SymbolicTree,
  type TensorTree,
} from '../layers/symbolic.js';
import { substitute } from '../layers/symbolic-call.js';
import { matchInputs } from './model-inputs.js';

/** The key of inputs that have been through the stage; the value is a list. */
const PREPARED = '#prepared';

/** What the stage needs to know of a graph. */
export interface StagedGraph {
  readonly inputTree: SymbolicTree;
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];
  readonly nodes: readonly CallNode[];
}

/** A model in the graph that begins with a stage of its own. */
interface InnerModel {
  hostInputs(x: Tree<HostLeaf>): Promise<Tree<HostLeaf>>;
}

/** Where the rest of the graph begins. */
export interface StageResults {
  readonly values: Map<SymbolicTensor, Tensor>;
  /** The inputs of models inside whose own stages have run. */
  readonly begun: ReadonlyMap<CallNode, TensorTree>;
}

function isInnerModel(layer: AnyLayer): layer is AnyLayer & InnerModel {
  return layer.runsOnHost && 'hostInputs' in layer;
}

/** Whether inputs have been through the stage. */
export function isPrepared(inputs: unknown): boolean {
  return isRecord(inputs) && PREPARED in inputs;
}

function isInput(symbol: SymbolicTensor): boolean {
  return symbol.history.node.layer instanceof InputLayer;
}

/** Calls that must be made on the host: those of layers of text, and all that they need. */
function hostNodes(graph: StagedGraph): ReadonlySet<CallNode> {
  const found = new Set<CallNode>();
  const need = (symbol: SymbolicTensor): void => {
    const { node } = symbol.history;
    if (isInput(symbol) || found.has(node)) return;
    found.add(node);
    node.parents.forEach(need);
  };
  for (const node of graph.nodes) {
    if (!node.layer.runsOnHost) continue;
    if (node.layer instanceof TextLayer) found.add(node);
    node.parents.forEach(need);
  }
  return found;
}

/** Values on the host, in this process's memory. */
async function onHost(leaf: HostLeaf): Promise<HostData> {
  return leaf instanceof Tensor ? toHostArray('x', leaf) : leaf;
}

/** Reads what a layer has made, and frees it. */
async function readBack(tensor: Tensor): Promise<HostArray> {
  const read = await toHostArray('x', tensor);
  tensor.dispose();
  return read;
}

/** See the head of the file. */
export class HostStage {
  readonly #graph: StagedGraph;
  /** Calls that are made here. */
  readonly nodes: ReadonlySet<CallNode>;
  /** Models inside that only begin here. */
  readonly #begun: readonly CallNode[];
  /** What the rest of the graph reads. */
  readonly #kept: readonly SymbolicTensor[];

  /** The stage of a graph; undefined where nothing in it runs on the host. */
  static of(graph: StagedGraph): HostStage | undefined {
    const isNeeded = graph.nodes.some(({ layer }) => layer.runsOnHost);
    return isNeeded || graph.inputs.some(({ dtype }) => dtype === 'string')
      ? new HostStage(graph)
      : undefined;
  }

  private constructor(graph: StagedGraph) {
    this.#graph = graph;
    this.nodes = hostNodes(graph);
    const rest = graph.nodes.filter((node) => !this.nodes.has(node));
    this.#begun = rest.filter(({ layer }) => layer.runsOnHost);
    const read = rest.flatMap((node) =>
      node.layer.runsOnHost ? flattenTree(node.options, isSymbolic) : node.parents,
    );
    const isReady = (symbol: SymbolicTensor): boolean =>
      isInput(symbol) || this.nodes.has(symbol.history.node);
    this.#kept = [...new Set([...read, ...graph.outputs])].filter(isReady);
    const strings = this.#kept.find(({ dtype }) => dtype === 'string');
    if (strings === undefined) return;
    throw new ArgumentError({
      where: 'Model',
      what: 'a model cannot return strings',
      received: String(strings),
      fix: 'return what a layer of text makes of them',
    });
  }

  /** Runs the stage on a batch: the inputs for `begin`, as numbers and tensors. */
  async run(x: Tree<HostLeaf>): Promise<Tree<HostLeaf>> {
    if (isPrepared(x)) return x;
    const { inputTree, inputs, nodes } = this.#graph;
    const values = new Map<SymbolicTensor, HostLeaf>();
    for (const [index, leaf] of matchInputs(inputTree, inputs, x, LEAVES).entries()) {
      const symbol = inputs[index];
      if (symbol !== undefined) values.set(symbol, checkKind(symbol, leaf));
    }
    for (const node of nodes) {
      if (!this.nodes.has(node)) continue;
      const made = await resultsOf(node, values);
      for (const [index, symbol] of flattenTree(node.outputs, isSymbolic).entries()) {
        const value = made[index];
        if (value !== undefined) values.set(symbol, value);
      }
    }
    const prepared = this.#kept.map((symbol): Tree<HostLeaf> => valueIn(values, symbol));
    for (const node of this.#begun) prepared.push(await begin(node, values));
    return { [PREPARED]: prepared };
  }

  /** What `run` gave, written to the device, as the values that the rest of the graph starts with. */
  begin(prepared: TensorTree): StageResults {
    const found = isRecord(prepared) ? prepared[PREPARED] : undefined;
    const parts = isList(found) ? found : [];
    const values = new Map<SymbolicTensor, Tensor>();
    for (const [index, symbol] of this.#kept.entries()) {
      const value = parts[index];
      if (isTensor(value)) values.set(symbol, value);
    }
    const begun = this.#begun.map((node, index): [CallNode, TensorTree] => {
      // The trees of models inside stand behind the tensors, as `run` put them there.
      return [node, parts[this.#kept.length + index] as TensorTree];
    });
    return { values, begun: new Map(begun) };
  }
}

const LEAVES = {
  isLeaf: isHostLeaf,
  reshaped(leaf: HostLeaf, shape: readonly number[]): HostLeaf {
    if (isHostTexts(leaf)) return { ...leaf, shape };
    if (leaf instanceof Tensor) return leaf.reshape(shape);
    return { kind: 'host', values: leaf.values, dtype: leaf.dtype, shape };
  },
};

function checkKind(symbol: SymbolicTensor, leaf: HostLeaf): HostLeaf {
  const wantsTexts = symbol.dtype === 'string';
  if (isHostTexts(leaf) === wantsTexts) return leaf;
  throw new DTypeError({
    where: `input "${symbol.name}"`,
    what: `the input takes ${wantsTexts ? 'strings' : 'numbers'}`,
    expected: wantsTexts ? 'nested arrays of strings' : 'numbers',
    received: `${wantsTexts ? 'numbers' : 'strings'} of shape ${formatShape(leaf.shape)}`,
    fix: 'give the inputs in the order of model.inputNames, or by name',
  });
}

function valueIn(values: ReadonlyMap<SymbolicTensor, HostLeaf>, symbol: SymbolicTensor): HostLeaf {
  const value = values.get(symbol);
  if (value === undefined) throw new TypeError(`no value for ${symbol.toString()}`);
  return value;
}

/** The inputs of a model inside, after its own stage. */
async function begin(
  { layer, inputs }: CallNode,
  values: ReadonlyMap<SymbolicTensor, HostLeaf>,
): Promise<Tree<HostLeaf>> {
  if (!isInnerModel(layer)) throw new TypeError(`${layer.name} has no stage on the host`);
  const given = substitute(inputs, (symbol) => valueIn(values, symbol));
  // Symbols became data and all else stayed.
  return layer.hostInputs(given as Tree<HostLeaf>);
}

/** Makes one call. What it returns is on the host again, where the next layer of text may read it. */
async function resultsOf(
  node: CallNode,
  values: Map<SymbolicTensor, HostLeaf>,
): Promise<readonly HostData[]> {
  const { layer } = node;
  const data = new Map<SymbolicTensor, HostData>();
  for (const parent of node.parents) data.set(parent, await onHost(valueIn(values, parent)));
  if (layer instanceof TextLayer) {
    const given = flattenTree(node.inputs, isSymbolic).map((symbol) => data.get(symbol));
    const known = given.filter((one) => one !== undefined);
    return [await readBack(currentEngine().scope(() => layer.callOnHost(known)))];
  }
  if (layer.rearranges && [...data.values()].some(isHostTexts)) return moveStrings(node, data);
  const inner = isInnerModel(layer) ? await begin(node, data) : undefined;
  const results = currentEngine().scope(() => {
    const tensorOf = (symbol: SymbolicTensor) => leafTensor(valueIn(data, symbol));
    const inputs = inner === undefined ? substitute(node.inputs, tensorOf) : toTensorTree(inner);
    const options = substitute(node.options, tensorOf) as CallOptions;
    return layer.apply(inputs as TensorTree, { ...options, training: false });
  });
  return Promise.all(flattenTree(results, isTensor).map(readBack));
}

/** Strings where a layer that rearranges puts them: it is given the number of each in their place. */
async function moveStrings(
  { layer, inputs, options }: CallNode,
  data: ReadonlyMap<SymbolicTensor, HostData>,
): Promise<readonly HostData[]> {
  const words: string[] = [];
  const numbers = new Map<SymbolicTensor, HostArray>();
  for (const [symbol, given] of data) {
    if (!isHostTexts(given)) continue;
    const { shape, values: texts } = given;
    const values = Int32Array.from(texts, (word) => words.push(word) - 1);
    numbers.set(symbol, { kind: 'host', values, dtype: 'int32', shape });
  }
  const results = currentEngine().scope(() => {
    const tensorOf = (symbol: SymbolicTensor) => leafTensor(valueIn(numbers, symbol));
    return layer.apply(substitute(inputs, tensorOf) as TensorTree, { ...options, training: false });
  });
  const moved = await Promise.all(flattenTree(results, isTensor).map(readBack));
  return moved.map(({ shape, values }) => ({
    kind: 'texts',
    shape,
    values: Array.from(values, (place) => words[place] ?? ''),
  }));
}
