// What a drawing of a model shows: its layers as boxes, models inside as groups of boxes, and which box
// feeds which. model-to-dot.ts spells it for Graphviz, saving/plot-model.ts as SVG.
import { nameOf as activationName } from '../activations/index.js';
import { StateError } from '../core/errors.js';
import { isList, isRecord } from '../core/tree.js';
import type { AnyLayer } from '../layers/layer.js';
import { isSymbolic, type SymbolicTensor } from '../layers/symbolic.js';
import { type AnyModel, Model } from './model.js';
import { Sequential } from './sequential.js';

/** What is shown of each layer. */
export interface DrawingOptions {
  /** Shapes of inputs and outputs. Default false. */
  readonly showShapes?: boolean;
  /** Dtypes of outputs. Default false. */
  readonly showDtype?: boolean;
  /** Names of layers beside their classes. Default true. */
  readonly showLayerNames?: boolean;
  /** Activations of layers that have one. Default false. */
  readonly showLayerActivations?: boolean;
  /** Whether layers with weights are trained. Default false. */
  readonly showTrainable?: boolean;
  /** Draw the layers of models inside instead of one box for each model. Default false. */
  readonly expandNested?: boolean;
}

/** A fact about a layer: `Output shape`, `(None, 3)`. */
export interface Fact {
  readonly kind: 'shape' | 'dtype' | 'trainable' | 'frozen';
  readonly title: string;
  readonly value: string;
}

/** A layer in a drawing. */
export interface LayerBox {
  readonly number: number;
  readonly className: string;
  /** Undefined where names are not shown. */
  readonly name: string | undefined;
  readonly activation: string | undefined;
  readonly facts: readonly Fact[];
}

/** The boxes of one model. */
export interface ModelDrawing {
  readonly name: string;
  readonly boxes: readonly LayerBox[];
  /** Pairs of numbers of boxes, also of boxes in groups. */
  readonly edges: readonly (readonly [from: number, to: number])[];
  /** Models inside that are drawn with their layers. */
  readonly groups: readonly ModelDrawing[];
}

function shapeText(shape: readonly (number | null)[]): string {
  const sizes = shape.map((size) => size ?? 'None');
  return `(${sizes.join(', ')}${sizes.length === 1 ? ',' : ''})`;
}

/** Leaves of a structure as Python writes them. */
function treeText(tree: unknown, leaf: (symbol: SymbolicTensor) => string): string {
  if (isSymbolic(tree)) return leaf(tree);
  if (isList(tree)) return `[${tree.map((item) => treeText(item, leaf)).join(', ')}]`;
  if (!isRecord(tree)) return '?';
  return Object.entries(tree)
    .map(([key, item]) => `${key}: ${treeText(item, leaf)}`)
    .join(', ');
}

/** Keras has texts in lists of dtypes between quotes. */
function dtypeText(tree: unknown): string {
  if (isSymbolic(tree)) return tree.dtype;
  return treeText(tree, ({ dtype }) => `'${dtype}'`);
}

function activationOf(layer: AnyLayer): string | undefined {
  const given: unknown = Reflect.get(layer.config, 'activation');
  if (!('activation' in layer.config) || given === null || given === undefined) {
    return 'activation' in layer.config ? 'linear' : undefined;
  }
  if (typeof given === 'string') return activationName(given);
  if (typeof given === 'function') return given.name;
  return isRecord(given) ? String(given['config']) : undefined;
}

function shapeFacts(layer: AnyLayer): Fact[] {
  // As in Keras, those of the first call.
  const node = layer.inboundNodes[0];
  const text = (tree: unknown): string => treeText(tree, ({ shape }) => shapeText(shape));
  const output: Fact = { kind: 'shape', title: 'Output shape', value: text(node?.outputs) };
  if (layer.className === 'InputLayer') return [output];
  return [{ kind: 'shape', title: 'Input shape', value: text(node?.inputs) }, output];
}

function factsOf(layer: AnyLayer, options: DrawingOptions): Fact[] {
  const facts = options.showShapes === true ? shapeFacts(layer) : [];
  if (options.showDtype === true) {
    const value = dtypeText(layer.inboundNodes[0]?.outputs);
    facts.push({ kind: 'dtype', title: 'Output dtype', value });
  }
  if (options.showTrainable === true && layer.weights.length > 0) {
    const { trainable } = layer;
    const value = trainable ? 'Trainable' : 'Non-trainable';
    facts.push({ kind: trainable ? 'trainable' : 'frozen', title: '', value });
  }
  return facts;
}

/** The layer inside of models that gives what `symbol` stands for. */
function sourceOf(symbol: SymbolicTensor): AnyLayer {
  const { node, tensorIndex } = symbol.history;
  let { layer } = node;
  let index = tensorIndex;
  while (layer instanceof Model) {
    const last: SymbolicTensor | undefined = layer.graph?.outputs[index];
    if (layer instanceof Sequential || last === undefined) {
      const inner = layer instanceof Sequential ? layer.layers.at(-1) : undefined;
      if (inner === undefined) break;
      layer = inner;
      index = 0;
    } else {
      ({ layer } = last.history.node);
      index = last.history.tensorIndex;
    }
  }
  return layer;
}

/** The layer inside of models that takes input number `index`. */
function targetOf(layer: AnyLayer, index: number): AnyLayer {
  let target = layer;
  while (target instanceof Model) {
    const inner: AnyLayer | undefined =
      target instanceof Sequential
        ? target.layers[0]
        : target.graph?.inputs[index]?.history.node.layer;
    if (inner === undefined) break;
    target = inner;
  }
  return target;
}

class Drawer {
  readonly #options: DrawingOptions;
  readonly #numbers = new Map<AnyLayer, number>();

  constructor(options: DrawingOptions) {
    this.#options = options;
  }

  draw(model: AnyModel): ModelDrawing {
    const { name } = model;
    const layers = this.#layersOf(model);
    if (layers === undefined) return { name, boxes: [this.#box(model)], edges: [], groups: [] };
    const isGroup = (layer: AnyLayer): layer is AnyModel => {
      return this.#options.expandNested === true && this.#layersOf(layer) !== undefined;
    };
    const boxes = layers.filter((layer) => !isGroup(layer)).map((layer) => this.#box(layer));
    const groups = layers.filter(isGroup).map((layer) => this.draw(layer));
    const edges = model instanceof Sequential ? this.#inRow(layers) : this.#inGraph(model, layers);
    return { name, boxes, edges, groups };
  }

  /** The layers of a model that has a graph; undefined for others. */
  #layersOf(layer: AnyLayer): readonly AnyLayer[] | undefined {
    if (layer instanceof Sequential) return layer.layers;
    return layer instanceof Model ? layer.graph?.layers : undefined;
  }

  #box(layer: AnyLayer): LayerBox {
    const { className, name } = layer;
    const { showLayerNames = true, showLayerActivations = false } = this.#options;
    return {
      number: this.#numberOf(layer),
      className,
      name: showLayerNames ? name : undefined,
      activation: showLayerActivations ? activationOf(layer) : undefined,
      facts: factsOf(layer, this.#options),
    };
  }

  #numberOf(layer: AnyLayer): number {
    const known = this.#numbers.get(layer);
    if (known !== undefined) return known;
    this.#numbers.set(layer, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  #inRow(layers: readonly AnyLayer[]): [number, number][] {
    return layers.slice(1).map((layer, index) => {
      const before = layers[index] ?? layer;
      return this.#edge(before, layer, 0, before.outputs[0]);
    });
  }

  #inGraph(model: AnyModel, layers: readonly AnyLayer[]): [number, number][] {
    const own = new Set(model.graph?.nodes);
    const edges = new Map<string, [number, number]>();
    for (const layer of layers) {
      for (const node of layer.inboundNodes.filter((one) => own.has(one))) {
        for (const [index, symbol] of node.parents.entries()) {
          const edge = this.#edge(symbol.history.node.layer, layer, index, symbol);
          edges.set(edge.join(), edge);
        }
      }
    }
    return [...edges.values()];
  }

  #edge(
    from: AnyLayer,
    to: AnyLayer,
    index: number,
    symbol: SymbolicTensor | undefined,
  ): [number, number] {
    if (this.#options.expandNested !== true) return [this.#numberOf(from), this.#numberOf(to)];
    const source = symbol === undefined ? from : sourceOf(symbol);
    return [this.#numberOf(source), this.#numberOf(targetOf(to, index))];
  }
}

/** The drawing of a model that is built. */
export function modelDrawing(
  where: string,
  model: AnyModel,
  options: DrawingOptions,
): ModelDrawing {
  if (model.built) return new Drawer(options).draw(model);
  throw new StateError({
    where,
    what: `the model "${model.name}" has no layers that are built yet`,
    expected: 'a model that is built',
    fix: 'call model.build(inputShape), or the model on data, first',
  });
}
