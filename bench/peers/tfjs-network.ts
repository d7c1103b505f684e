// A convolutional network of Keratin's layers run with TensorFlow.js's ops, as its converter would
// leave it: batch normalization folded into the convolution before, relu fused where it can be.

import { flattenTree } from '../../src/core/tree.js';
import type { AnyLayer } from '../../src/layers/layer.js';
import { isSymbolic, type SymbolicTensor } from '../../src/layers/symbolic.js';
import type { InferenceProblem, NamedArray, Work } from './peer.js';
import { type Tf, type TfTensor, workOf } from './tfjs-library.js';

/** A convolution that has not been written down yet, so that what follows can join it. */
interface Pending {
  readonly x: SymbolicTensor;
  readonly kernel: Float32Array;
  readonly shape: readonly number[];
  readonly bias: Float32Array;
  readonly strides: number;
  readonly padding: string;
}

type Values = Map<SymbolicTensor, TfTensor>;
type Step = (values: Values) => void;

function setting(layer: AnyLayer, name: string): unknown {
  return Reflect.get(layer.config, name);
}

function firstNumber(value: unknown): number {
  return Number((Array.isArray(value) ? value : [value]).flat(2)[0]);
}

function floats(weight: NamedArray | undefined): Float32Array {
  if (weight === undefined) throw new Error('a weight is missing');
  return Float32Array.from(weight.values);
}

/** The convolution with the normalization's factor and shift inside. */
function folded(pending: Pending, layer: AnyLayer, weights: readonly NamedArray[]): Pending {
  const [gamma, beta, mean, variance] = weights.map(floats);
  if (!gamma || !beta || !mean || !variance) throw new Error('four weights are expected');
  const epsilon = Number(setting(layer, 'epsilon'));
  const scale = gamma.map((g, i) => g / Math.sqrt((variance[i] ?? 0) + epsilon));
  const filters = scale.length;
  return {
    ...pending,
    kernel: pending.kernel.map((value, i) => value * (scale[i % filters] ?? 0)),
    bias: pending.bias.map((b, i) => (b - (mean[i] ?? 0)) * (scale[i] ?? 0) + (beta[i] ?? 0)),
  };
}

/** Turns layers into steps. */
class Planner {
  readonly steps: Step[] = [];
  readonly #pending = new Map<SymbolicTensor, Pending>();

  constructor(private readonly tf: Tf) {}

  #emit(output: SymbolicTensor, compute: (values: Values) => TfTensor): void {
    this.steps.push((values) => void values.set(output, compute(values)));
  }

  #convolve(output: SymbolicTensor, pending: Pending, activation: 'relu' | 'linear'): void {
    const { tf } = this;
    const filter = tf.tensor(pending.kernel, pending.shape);
    const bias = tf.tensor(pending.bias, [pending.bias.length]);
    const { strides, padding: pad } = pending;
    this.#emit(output, (values) =>
      tf.fused.conv2d({ x: read(values, pending.x), filter, strides, pad, bias, activation }),
    );
  }

  /** Writes down what others are about to read. */
  #settle(symbol: SymbolicTensor): SymbolicTensor {
    const pending = this.#pending.get(symbol);
    this.#pending.delete(symbol);
    if (pending !== undefined) this.#convolve(symbol, pending, 'linear');
    return symbol;
  }

  add(
    layer: AnyLayer,
    weights: readonly NamedArray[],
    parents: readonly SymbolicTensor[],
    output: SymbolicTensor,
  ): void {
    const { tf } = this;
    const [parent] = parents;
    if (parent === undefined) throw new Error(`${layer.name} has no input`);
    const waiting = this.#pending.get(parent);
    if (layer.className === 'Conv2D') {
      this.#pending.set(output, convolutionOf(layer, weights, this.#settle(parent)));
    } else if (layer.className === 'BatchNormalization' && waiting !== undefined) {
      this.#pending.delete(parent);
      this.#pending.set(output, folded(waiting, layer, weights));
    } else if (layer.className === 'Activation' && waiting !== undefined) {
      this.#pending.delete(parent);
      this.#convolve(output, waiting, 'relu');
    } else {
      const compute = plain(tf, layer, weights);
      const inputs = parents.map((symbol) => this.#settle(symbol));
      this.#emit(output, (values) => compute(inputs.map((symbol) => read(values, symbol))));
    }
  }
}

function read(values: Values, symbol: SymbolicTensor): TfTensor {
  const value = values.get(symbol);
  if (value === undefined) throw new Error(`${symbol.name} has no value yet`);
  return value;
}

function convolutionOf(
  layer: AnyLayer,
  weights: readonly NamedArray[],
  x: SymbolicTensor,
): Pending {
  const [kernel, bias] = weights;
  const strides = firstNumber(setting(layer, 'strides'));
  const padding = String(setting(layer, 'padding'));
  const shape = kernel?.shape ?? [];
  return { x, kernel: floats(kernel), shape, bias: floats(bias), strides, padding };
}

/** Layers that are one op there. */
function plain(
  tf: Tf,
  layer: AnyLayer,
  weights: readonly NamedArray[],
): (inputs: readonly TfTensor[]) => TfTensor {
  const one = (inputs: readonly TfTensor[]): TfTensor => {
    const [input] = inputs;
    if (input === undefined) throw new Error(`${layer.name} has no input`);
    return input;
  };
  switch (layer.className) {
    case 'Activation':
      return (inputs) => one(inputs).relu();
    case 'Add':
      return ([a, b]) => tf.add(one(a ? [a] : []), one(b ? [b] : []));
    case 'ZeroPadding2D': {
      const size = firstNumber(setting(layer, 'padding'));
      const none: readonly [number, number] = [0, 0];
      return (inputs) => tf.pad(one(inputs), [none, [size, size], [size, size], none]);
    }
    case 'MaxPooling2D': {
      const pool = firstNumber(setting(layer, 'poolSize'));
      const strides = firstNumber(setting(layer, 'strides'));
      return (inputs) => tf.maxPool(one(inputs), pool, strides, 'valid');
    }
    case 'GlobalAveragePooling2D':
      return (inputs) => tf.mean(one(inputs), [1, 2]);
    case 'Dense': {
      const [w, b] = weights;
      const kernel = tf.tensor(floats(w), w?.shape ?? []);
      const bias = tf.tensor(floats(b), b?.shape ?? []);
      return (inputs) => tf.softmax(tf.add(tf.matMul(one(inputs), kernel), bias));
    }
    default:
      throw new Error(`no translation of layer ${layer.className}`);
  }
}

/** The network as work on its sample. */
export function tfNetwork(tf: Tf, { network, weights, sample }: InferenceProblem): Work {
  const { graph } = network;
  const [input] = graph?.inputs ?? [];
  const [output] = graph?.outputs ?? [];
  if (graph === undefined || !input || !output) throw new Error('a functional model is expected');
  const byPath = new Map(weights.map((weight) => [weight.path, weight]));
  const planner = new Planner(tf);
  for (const { layer, parents, outputs } of graph.nodes) {
    if (layer.className === 'InputLayer') continue;
    const own = layer.weights.flatMap(({ path }) => byPath.get(path) ?? []);
    const [result] = flattenTree(outputs, isSymbolic);
    if (result === undefined) throw new Error(`${layer.name} gives nothing`);
    planner.add(layer, own, parents, result);
  }
  const x = tf.tensor(Float32Array.from(sample.x.values), sample.x.shape);
  return workOf([x], () =>
    tf.tidy(() => {
      const values: Values = new Map([[input, x]]);
      for (const step of planner.steps) step(values);
      return read(values, output);
    }),
  );
}
