// A network of Keratin's layers as an ONNX model with the same weights. Images are in NCHW there,
// as ONNX wants them; everything else keeps its shape.

import { flattenTree } from '../../src/core/tree.js';
import type { AnyLayer } from '../../src/layers/layer.js';
import { isSymbolic, type SymbolicTensor } from '../../src/layers/symbolic.js';
import type { OnnxAttribute, OnnxConstant, OnnxNode } from './onnx-model.js';
import { onnxModel } from './onnx-model.js';
import { filterToFirst, type InferenceProblem, type NamedArray } from './peer.js';

export interface OnnxNetwork {
  readonly bytes: Uint8Array;
  readonly input: readonly number[];
  readonly output: readonly number[];
}

/** A layer that is being translated: its settings, weights, and the names of its inputs. */
interface Site {
  readonly layer: AnyLayer;
  readonly weights: readonly NamedArray[];
  readonly inputs: readonly string[];
  /** Shape of the first input as Keratin has it. */
  readonly shape: readonly number[];
}

type Translator = (writer: Writer, site: Site) => string;

class Writer {
  readonly nodes: OnnxNode[] = [];
  readonly constants: OnnxConstant[] = [];
  #count = 0;

  /** Adds a node; gives the name of its output. */
  add(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    floats: Readonly<Record<string, number>> = {},
  ): string {
    const output = `t${this.#count++}`;
    this.nodes.push({ operator, inputs, output, attributes, floats });
    return output;
  }

  constant(values: Float32Array, shape: readonly number[]): string {
    const name = `c${this.#count++}`;
    this.constants.push({ name, shape, values });
    return name;
  }

  integers(values: readonly number[]): string {
    const name = `c${this.#count++}`;
    const wide = BigInt64Array.from(values, BigInt);
    this.constants.push({ name, shape: [values.length], values: wide });
    return name;
  }
}

function setting(layer: AnyLayer, name: string): unknown {
  return Reflect.get(layer.config, name);
}

function numberSetting(layer: AnyLayer, name: string): number {
  return Number(setting(layer, name));
}

/** A setting for two directions, which may be given as one number. */
function pairSetting(layer: AnyLayer, name: string): readonly number[] {
  const value = setting(layer, name);
  return Array.isArray(value) ? value.map(Number) : [Number(value), Number(value)];
}

function weightAt({ layer, weights }: Site, index: number): NamedArray {
  const weight = weights[index];
  if (weight === undefined) throw new Error(`${layer.name} lacks weight ${index}`);
  return weight;
}

/** A weight as a constant, in another shape if one is given. */
function use(writer: Writer, weight: NamedArray, shape = weight.shape): string {
  return writer.constant(Float32Array.from(weight.values), shape);
}

function only({ layer, inputs }: Site): string {
  const [input] = inputs;
  if (input === undefined) throw new Error(`${layer.name} has no input`);
  return input;
}

const ACTIVATIONS: Readonly<Record<string, string>> = {
  relu: 'Relu',
  gelu: 'Gelu',
  tanh: 'Tanh',
  sigmoid: 'Sigmoid',
};

function activated(writer: Writer, { layer }: Site, x: string): string {
  const name = setting(layer, 'activation');
  if (name === undefined || name === null || name === 'linear') return x;
  if (name === 'softmax') return writer.add('Softmax', [x], {}, {});
  const operator = ACTIVATIONS[String(name)];
  if (operator === undefined) throw new Error(`no translation of activation ${String(name)}`);
  return writer.add(operator, [x]);
}

function convolution(writer: Writer, site: Site): string {
  const { layer, weights } = site;
  const kernel = weightAt(site, 0);
  const [height = 1, width = 1, channels = 1, filters = 1] = kernel.shape;
  const values = filterToFirst(kernel.values, channels, filters);
  const inputs = [only(site), writer.constant(values, [filters, channels, height, width])];
  if (weights[1] !== undefined) inputs.push(use(writer, weights[1]));
  const padding = setting(layer, 'padding') === 'same' ? 'SAME_UPPER' : 'VALID';
  const attributes = { strides: pairSetting(layer, 'strides'), auto_pad: padding };
  return activated(writer, site, writer.add('Conv', inputs, attributes));
}

function batchNormalization(writer: Writer, site: Site): string {
  const rest = [0, 1, 2, 3].map((index) => use(writer, weightAt(site, index)));
  const epsilon = numberSetting(site.layer, 'epsilon');
  return writer.add('BatchNormalization', [only(site), ...rest], {}, { epsilon });
}

function layerNormalization(writer: Writer, site: Site): string {
  const rest = [0, 1].map((index) => use(writer, weightAt(site, index)));
  const epsilon = numberSetting(site.layer, 'epsilon');
  return writer.add('LayerNormalization', [only(site), ...rest], {}, { epsilon });
}

/** A product with a matrix and the addition of a bias. */
function affine(
  writer: Writer,
  x: string,
  weights: readonly (NamedArray | undefined)[],
  [inputs, outputs]: readonly [number, number],
): string {
  const [kernel, bias] = weights;
  if (kernel === undefined) throw new Error('a kernel is expected');
  const product = writer.add('MatMul', [x, use(writer, kernel, [inputs, outputs])]);
  return bias === undefined ? product : writer.add('Add', [product, use(writer, bias, [outputs])]);
}

function dense(writer: Writer, site: Site): string {
  const [inputs = 1, units = 1] = weightAt(site, 0).shape;
  return activated(writer, site, affine(writer, only(site), site.weights, [inputs, units]));
}

/** As exporters write it: projections, heads apart, scores, softmax, heads together. */
function selfAttention(writer: Writer, site: Site): string {
  const [batch = 1, length = 1, size = 1] = site.shape;
  const [, heads = 1, width = 1] = weightAt(site, 0).shape;
  const inner = heads * width;
  const x = only(site);
  const split = writer.integers([batch, length, heads, width]);
  const headsOf = (index: number, perm: readonly number[]): string => {
    const projected = affine(writer, x, site.weights.slice(2 * index, 2 * index + 2), [
      size,
      inner,
    ]);
    return writer.add('Transpose', [writer.add('Reshape', [projected, split])], { perm });
  };
  const query = headsOf(0, [0, 2, 1, 3]);
  const key = headsOf(1, [0, 2, 3, 1]);
  const value = headsOf(2, [0, 2, 1, 3]);
  const scale = writer.constant(Float32Array.of(1 / Math.sqrt(width)), []);
  const scores = writer.add('Mul', [writer.add('MatMul', [query, key]), scale]);
  const seen = writer.add('MatMul', [writer.add('Softmax', [scores]), value]);
  const together = writer.add('Transpose', [seen], { perm: [0, 2, 1, 3] });
  const flat = writer.add('Reshape', [together, writer.integers([batch, length, inner])]);
  return affine(writer, flat, site.weights.slice(6, 8), [inner, size]);
}

/** Keras writes `[[top, bottom], [left, right]]`. */
function zeroPadding(writer: Writer, site: Site): string {
  const given = setting(site.layer, 'padding');
  const flat = (Array.isArray(given) ? given : [given]).flat().map(Number);
  const [one = 0] = flat;
  const [top, bottom, left, right] = flat.length === 4 ? flat : [one, one, one, one];
  const pads = [0, 0, top ?? one, left ?? one, 0, 0, bottom ?? one, right ?? one];
  return writer.add('Pad', [only(site), writer.integers(pads)]);
}

function maxPooling(writer: Writer, site: Site): string {
  const { layer } = site;
  if (setting(layer, 'padding') === 'same') throw new Error('pooling without padding is expected');
  const attributes = {
    kernel_shape: pairSetting(layer, 'poolSize'),
    strides: pairSetting(layer, 'strides'),
  };
  return writer.add('MaxPool', [only(site)], attributes);
}

const TRANSLATORS: Readonly<Record<string, Translator>> = {
  Conv2D: convolution,
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
  Dense: dense,
  MultiHeadAttention: selfAttention,
  ZeroPadding2D: zeroPadding,
  MaxPooling2D: maxPooling,
  Activation: (writer, site) => activated(writer, site, only(site)),
  Add: (writer, { inputs }) => writer.add('Add', inputs),
  GlobalAveragePooling2D: (writer, site) =>
    writer.add('Flatten', [writer.add('GlobalAveragePool', [only(site)])]),
};

function sizes(symbol: SymbolicTensor, batch: number): number[] {
  return symbol.shape.map((size) => size ?? batch);
}

/** [n, h, w, c] as [n, c, h, w]; other shapes as they are. */
export function onnxShape(shape: readonly number[]): readonly number[] {
  const [n = 1, h = 1, w = 1, c = 1] = shape;
  return shape.length === 4 ? [n, c, h, w] : shape;
}

/** Translates a network with one input and one output. */
export function onnxNetwork({ network, weights, batch }: InferenceProblem): OnnxNetwork {
  const { graph } = network;
  const [input] = graph?.inputs ?? [];
  const [output] = graph?.outputs ?? [];
  if (graph === undefined || !input || !output) throw new Error('a functional model is expected');
  const byPath = new Map(weights.map((weight) => [weight.path, weight]));
  const writer = new Writer();
  const names = new Map<SymbolicTensor, string>([[input, 'x']]);
  for (const { layer, parents, outputs } of graph.nodes) {
    if (layer.className === 'InputLayer') continue;
    const translate = TRANSLATORS[layer.className];
    if (translate === undefined) throw new Error(`no translation of layer ${layer.className}`);
    const [first] = parents;
    const result = translate(writer, {
      layer,
      weights: layer.weights.flatMap(({ path }) => byPath.get(path) ?? []),
      // Attention of a tensor to itself is called with it more than once.
      inputs: parents.map((parent) => names.get(parent) ?? ''),
      shape: first === undefined ? [] : sizes(first, batch),
    });
    for (const symbol of flattenTree(outputs, isSymbolic)) names.set(symbol, result);
  }
  const shape = onnxShape(sizes(input, batch));
  const last = { name: names.get(output) ?? '', shape: sizes(output, batch) };
  return {
    bytes: onnxModel({
      inputs: [{ name: 'x', shape }],
      constants: writer.constants,
      nodes: writer.nodes,
      output: last,
    }),
    input: shape,
    output: last.shape,
  };
}
