// cloneModel: the same architecture with fresh weights, or with other layers in the place of some.
import { checkOptions } from '../core/arguments.js';
import { ArgumentError, StateError } from '../core/errors.js';
import type { Tensor } from '../core/tensor.js';
import { flattenTree, mapTree } from '../core/tree.js';
import type { CallOptions } from '../layers/call-context.js';
import { InputLayer } from '../layers/input-layer.js';
import { type AnyLayer, Layer } from '../layers/layer.js';
import { serializeLayer } from '../layers/layer-config.js';
import {
  isSymbolic,
  type SymbolicTensor,
  type SymbolicTree,
  type TensorTree,
} from '../layers/symbolic.js';
import { substitute } from '../layers/symbolic-call.js';
import type { WeightHolder } from '../layers/weight-holder.js';
import { deserializeLayer } from './deserialize.js';
import type { FunctionalGraph } from './functional.js';
import { Model } from './model.js';
import { Sequential } from './sequential.js';

/** Options of {@link cloneModel}. */
export interface CloneOptions {
  /** Makes the layer for the copy. Default: one of the same class and config, with fresh weights. */
  readonly cloneFunction?: (layer: AnyLayer) => AnyLayer;
  /** Calls the copies in functional models. Default: `layer.apply(inputs, options)`. */
  readonly callFunction?: (
    layer: AnyLayer,
    inputs: SymbolicTree,
    options: CallOptions,
  ) => SymbolicTree;
  /** Symbolic tensors to build the copy upon, in the order of the model's inputs. */
  readonly inputTensors?: readonly SymbolicTensor[];
  /** Whether the layers of models inside the model are cloned by `cloneFunction` too. */
  readonly recursive?: boolean;
}

/**
 * A model like this one, with fresh weights, for functional models and Sequential. Layers of your
 * own are made by their classes from their configs, which must be plain data. `cloneFunction` may
 * put other layers in the place of some.
 *
 * @throws StateError for a model whose class writes `call`: make another one of it with `new`.
 * @example
 * ```ts
 * import { cloneModel, layers, Sequential } from 'keratin';
 * const model = new Sequential([layers.input({ shape: [2] }), layers.dense({ units: 1 })]);
 * console.log(cloneModel(model).countParams()); // 3
 * const wide = cloneModel(model, { cloneFunction: () => layers.dense({ units: 4 }) });
 * console.log(wide.countParams()); // 12
 * ```
 */
export function cloneModel<Out extends TensorTree = Tensor>(
  model: Model<Out>,
  options: CloneOptions = {},
): Model<Out> {
  checkOptions('cloneModel', options, OPTIONS);
  if (model.graph === undefined) {
    throw new StateError({
      where: `${model.className} "${model.name}"`,
      what: 'only a model that is built of layers can be cloned',
      expected: 'a functional model, or a Sequential that knows its input shape',
      fix: 'build the model first, or make another one with new',
    });
  }
  const plain = Object.keys(options).length === 0;
  const copy = plain ? copyOf(model) : new Cloning(options).modelOf(model);
  if (copy instanceof Model) return copy;
  throw new TypeError('a model was read back as a layer');
}

const OPTIONS: Readonly<Record<keyof CloneOptions, true>> = {
  cloneFunction: true,
  callFunction: true,
  inputTensors: true,
  recursive: true,
};

/** A layer of the same class and config. */
function copyOf(layer: AnyLayer): AnyLayer {
  const classes = new Map<unknown, unknown>();
  if (layer.kerasModule === null) classes.set(layer.className, layer.constructor);
  findClasses(layer, classes);
  const custom = {
    find: (...names: readonly unknown[]): unknown =>
      names.map((name) => classes.get(name)).find((kind) => kind !== undefined),
  };
  // Of the config alone, as in Keras: what a layer was built for, or has learnt, a copy has yet to.
  return deserializeLayer({ ...serializeLayer(layer), build_config: null }, { custom });
}

/** One call of cloneModel: every layer gets one copy, however often it is used. */
class Cloning {
  readonly #options: CloneOptions;
  readonly #copies = new Map<AnyLayer, AnyLayer>();

  constructor(options: CloneOptions) {
    this.#options = options;
  }

  /** The copy of a model that has a graph. */
  modelOf(model: AnyLayer): AnyLayer {
    if (model instanceof Sequential) return this.#stack(model);
    if (model instanceof Model && model.graph !== undefined) {
      return this.#functional(model, model.graph);
    }
    throw new TypeError('the model has no graph');
  }

  #copy(layer: AnyLayer): AnyLayer {
    const known = this.#copies.get(layer);
    if (known !== undefined) return known;
    const isInner = this.#options.recursive === true && layer instanceof Model;
    const { cloneFunction = copyOf } = this.#options;
    const inner = isInner && layer.graph !== undefined;
    const copy = inner ? new Cloning(this.#inner()).modelOf(layer) : cloneFunction(layer);
    if (!(copy instanceof Layer)) {
      throw new ArgumentError({
        where: 'cloneModel',
        what: `cloneFunction gave no layer for "${layer.name}"`,
        expected: 'a layer',
        received: typeof copy,
        fix: 'return the layer for the copy; return the same layer to share its weights',
      });
    }
    this.#copies.set(layer, copy);
    return copy;
  }

  /** The options for models inside, which have inputs of their own. */
  #inner(): CloneOptions {
    const { inputTensors: _, ...rest } = this.#options;
    return rest;
  }

  #stack(model: Sequential): Sequential {
    const [given] = this.#options.inputTensors ?? [];
    const [first] = model.allLayers;
    const input = given ?? (first instanceof InputLayer ? freshInput(first.output) : undefined);
    const layers = model.layers.map((layer) => this.#copy(layer));
    const { name, trainable } = model;
    return new Sequential(input === undefined ? layers : [input, ...layers], { name, trainable });
  }

  #functional(model: AnyLayer, graph: FunctionalGraph): AnyLayer {
    const symbols = new Map<SymbolicTensor, SymbolicTensor>();
    for (const [index, symbol] of graph.inputs.entries()) {
      symbols.set(symbol, this.#options.inputTensors?.[index] ?? freshInput(symbol));
    }
    const newOf = (symbol: SymbolicTensor): SymbolicTensor => symbols.get(symbol) ?? symbol;
    const call =
      this.#options.callFunction ?? ((layer, inputs, options) => layer.apply(inputs, options));
    for (const node of graph.nodes) {
      if (node.layer instanceof InputLayer) continue;
      // Symbols become symbols and all else stays, so both keep their structure.
      const inputs = substitute(node.inputs, newOf) as SymbolicTree;
      const options = substitute(node.options, newOf) as CallOptions;
      const results = flattenTree(call(this.#copy(node.layer), inputs, options), isSymbolic);
      for (const [index, symbol] of flattenTree(node.outputs, isSymbolic).entries()) {
        const made = results[index];
        if (made !== undefined) symbols.set(symbol, made);
      }
    }
    const { name, trainable } = model;
    return new Model<TensorTree>({
      inputs: mapTree(graph.inputTree, isSymbolic, newOf),
      outputs: mapTree(graph.outputTree, isSymbolic, newOf),
      name,
      trainable,
    });
  }
}

function freshInput(symbol: SymbolicTensor): SymbolicTensor {
  const { name } = symbol.history.node.layer;
  return new InputLayer({ batchShape: symbol.shape, dtype: symbol.dtype, name }).output;
}

/** The classes of users inside a model, by name. */
function findClasses(holder: WeightHolder, into: Map<unknown, unknown>): void {
  for (const layer of holder.sublayers) {
    if (layer.kerasModule === null) into.set(layer.className, layer.constructor);
    findClasses(layer, into);
  }
}
