// FunctionalGraph: the layers between some symbolic inputs and outputs, in Keras's order, and
// how to run them. Models hold one; building blocks are the call nodes that `layer.apply` leaves.
import { ArgumentError } from '../core/errors.js';
import { isInferring } from '../core/inference.js';
import { isTensor, type Tensor } from '../core/tensor.js';
import { flattenTree, mapTree } from '../core/tree.js';
import { type CallOptions, callAsNode, toldTraining } from '../layers/call-context.js';
import { InputLayer } from '../layers/input-layer.js';
import type { AnyLayer } from '../layers/layer.js';
import {
  type CallNode,
  isSymbolic,
  type SymbolicTensor,
  type SymbolicTree,
  type TensorTree,
} from '../layers/symbolic.js';
import { substitute } from '../layers/symbolic-call.js';
import { HostStage, isPrepared, type StageResults } from './host-stage.js';
import { matchTensors } from './model-inputs.js';
import { reroot } from './reroot.js';
import { mapGraph } from './topology.js';

function requireSome(noun: string, tree: SymbolicTree): readonly SymbolicTensor[] {
  const found = flattenTree(tree, isSymbolic);
  if (found.length > 0) return found;
  throw new ArgumentError({
    where: 'Model',
    what: `the model has no ${noun}`,
    expected: `symbolic tensors as ${noun}`,
    fix: `start from layers.input(...), and pass what layers return as ${noun}`,
  });
}

/** The part of the layer graph that one model runs. */
export class FunctionalGraph {
  /** In the structure the user gave. */
  readonly inputTree: SymbolicTree;
  readonly outputTree: SymbolicTree;
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];
  /** Calls in the order they run. */
  readonly nodes: readonly CallNode[];
  /** By decreasing depth, then in order of discovery: `model.layers`. */
  readonly layers: readonly AnyLayer[];
  /** The part of it that runs on the host before each step; undefined where there is none. */
  readonly hostStage: HostStage | undefined;

  constructor(inputTree: SymbolicTree, outputTree: SymbolicTree) {
    requireSome('inputs', inputTree);
    requireSome('outputs', outputTree);
    const rooted = reroot(inputTree, outputTree);
    this.inputTree = rooted.inputs;
    this.outputTree = rooted.outputs;
    this.inputs = flattenTree(rooted.inputs, isSymbolic);
    this.outputs = flattenTree(rooted.outputs, isSymbolic);
    const map = mapGraph(this.inputs, this.outputs);
    this.nodes = map.nodes;
    this.layers = map.layers;
    this.hostStage = HostStage.of(this);
  }

  /** Names of the inputs, in order. */
  get inputNames(): readonly string[] {
    return this.inputs.map((symbol) => symbol.history.node.layer.name);
  }

  /** The name of the layer that makes each output. */
  get outputNames(): readonly string[] {
    return this.outputs.map((symbol) => symbol.history.node.layer.name);
  }

  /** Calls every layer on tensors and returns the outputs in their structure. */
  run(inputs: TensorTree): TensorTree {
    const training = toldTraining();
    const { values, begun } = this.#start(inputs);
    const isDone = isPrepared(inputs) ? this.hostStage?.nodes : undefined;
    const valueOf = (symbol: SymbolicTensor): Tensor => {
      const value = values.get(symbol);
      if (value === undefined) throw new TypeError(`no value for ${symbol.toString()}`);
      return value;
    };
    for (const node of this.nodes) {
      if (node.layer instanceof InputLayer || isDone?.has(node)) continue;
      this.#runNode(node, begun.get(node), valueOf, values, training);
    }
    return mapTree(this.outputTree, isSymbolic, valueOf);
  }

  /** The values that calls begin with: those of the inputs, or what the host has made of them. */
  #start(inputs: TensorTree): StageResults {
    const { hostStage } = this;
    if (hostStage !== undefined && isPrepared(inputs)) return hostStage.begin(inputs);
    if (hostStage !== undefined && !isInferring()) {
      throw new ArgumentError({
        where: 'Model',
        what: 'the model begins on the host, so it cannot be called on tensors',
        expected: 'data, in predict, evaluate or fit',
        fix: 'write await model.predictOnBatch(data), or model.predict(data)',
      });
    }
    const matched = matchTensors(this.inputTree, this.inputs, inputs);
    const values = new Map<SymbolicTensor, Tensor>();
    for (const [index, symbol] of this.inputs.entries()) {
      const value = matched[index];
      if (value !== undefined) values.set(symbol, value);
    }
    return { values, begun: new Map() };
  }

  #runNode(
    node: CallNode,
    begun: TensorTree | undefined,
    valueOf: (symbol: SymbolicTensor) => Tensor,
    values: Map<SymbolicTensor, Tensor>,
    told: boolean | undefined,
  ): void {
    // Symbols become tensors and all else stays, so both keep their structure.
    const inputs = begun ?? (substitute(node.inputs, valueOf) as TensorTree);
    const options = substitute(node.options, valueOf) as CallOptions;
    // The model's call decides, as in Keras: files note `training: true` beside layers that augment.
    const training = told ?? options.training ?? node.layer.trainingByDefault;
    const results = callAsNode(() => node.layer.apply(inputs, { ...options, training }));
    const flat = flattenTree(results, isTensor);
    for (const [index, symbol] of flattenTree(node.outputs, isSymbolic).entries()) {
      const value = flat[index];
      if (value !== undefined) values.set(symbol, value);
    }
  }
}
