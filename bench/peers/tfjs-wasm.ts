// TensorFlow.js with its WebAssembly backend: SIMD on, one thread.

import {
  addressOf,
  folderOf,
  LAYER_NORM_EPSILON,
  type NamedArray,
  type NetworkProblem,
  type Peer,
  type Rows,
  type RowwiseName,
  type TrainingStep,
  versionOf,
  type Work,
} from './peer.js';
import { type Tf, type TfTensor, workOf } from './tfjs-library.js';
import { tfNetwork } from './tfjs-network.js';

interface TfBackend {
  setWasmPaths(folder: string): void;
  setThreadsCount(count: number): void;
}

/** Packages in CommonJS arrive as the default export. */
async function load<T>(specifier: string): Promise<T> {
  const loaded = await import(addressOf(specifier));
  return loaded.default ?? loaded;
}

/** Kernel and bias of each dense layer of the perceptron. */
function variablesOf(tf: Tf, weights: readonly NamedArray[]): TfTensor[] {
  return weights.map(({ values, shape }) =>
    tf.variable(tf.tensor(Float32Array.from(values), shape)),
  );
}

function mlpStep(tf: Tf, { model, sample, weights }: NetworkProblem): TrainingStep {
  const variables = variablesOf(tf, weights);
  const tensorOf = ({ values, shape }: NetworkProblem['sample']['x']): TfTensor =>
    tf.tensor(Float32Array.from(values), shape);
  const [images, labels] = [tensorOf(sample.x), tensorOf(sample.y)];
  const loss = (): TfTensor => {
    let x = images;
    for (let i = 0; i < variables.length; i += 2) {
      const [w, b] = [variables[i], variables[i + 1]];
      if (w === undefined || b === undefined) throw new Error('Kernel and bias are expected.');
      x = tf.add(tf.matMul(x, w), b);
      if (i < variables.length - 2) x = x.relu();
    }
    return tf.losses.softmaxCrossEntropy(labels, x);
  };
  const optimizer = tf.train.adam(model.learningRate);
  return {
    name: 'tfjs-wasm',
    isExact: true,
    run: () => {
      tf.tidy(() => optimizer.minimize(loss, false));
    },
    async step() {
      const value = tf.tidy(() => optimizer.minimize(loss, true));
      return Number((await value?.data())?.[0]);
    },
  };
}

/** Layer norm and gelu as one writes them there: it has neither as one op. */
function rowwise(tf: Tf, name: RowwiseName, problem: Rows): Work {
  const { rows, columns } = problem;
  const x = tf.tensor(problem.x, [rows, columns]);
  if (name === 'softmax') return workOf([x], () => tf.softmax(x));
  if (name === 'layerNorm') {
    const [gamma, beta] = [tf.tensor(problem.gamma, [columns]), tf.tensor(problem.beta, [columns])];
    return workOf([x, gamma, beta], () =>
      tf.tidy(() => {
        const { mean, variance } = tf.moments(x, -1, true);
        const scale = variance.add(LAYER_NORM_EPSILON).rsqrt().mul(gamma);
        return x.sub(mean).mul(scale).add(beta);
      }),
    );
  }
  const other = tf.tensor(problem.other, [rows, columns]);
  return workOf([x, other], () =>
    tf.tidy(() => {
      const v = x.mul(1.5).add(0.25);
      return v.mul(0.5).mul(v.mul(Math.SQRT1_2).erf().add(1)).add(other);
    }),
  );
}

export async function tfjsWasm(): Promise<Peer> {
  const tf = await load<Tf>('@tensorflow/tfjs');
  const backend = await load<TfBackend>('@tensorflow/tfjs-backend-wasm');
  backend.setWasmPaths(`${folderOf('@tensorflow/tfjs-backend-wasm')}/`);
  backend.setThreadsCount(1);
  await tf.setBackend('wasm');
  await tf.ready();
  return {
    name: 'tfjs-wasm',
    version: versionOf('@tensorflow/tfjs'),
    remarks: [
      'one thread, as always in Node',
      'cannot compute the gradient of a convolution filter, so it cannot train a CNN',
    ],
    threads: 1,
    async matmul({ sizes: [m, k, n], a, b }) {
      const [x, y] = [tf.tensor(a, [m, k]), tf.tensor(b, [k, n])];
      return workOf([x, y], () => tf.matMul(x, y));
    },
    async convolution({ batch, size, channels, filters, x, w, dy }, part) {
      const filter = tf.tensor(w, [3, 3, channels, filters]);
      const shape = [batch, size, size, channels];
      if (part === 'forward') {
        const input = tf.tensor(x, shape);
        return workOf([input, filter], () => tf.conv2d(input, filter, 1, 'same'));
      }
      if (part === 'dFilter') return undefined;
      const seed = tf.tensor(dy, [batch, size, size, filters]);
      return workOf([seed, filter], () => tf.conv2dTranspose(seed, filter, shape, 1, 'same'));
    },
    async add(a, b) {
      const [x, y] = [tf.tensor(a, [a.length]), tf.tensor(b, [b.length])];
      return workOf([x, y], () => tf.add(x, y));
    },
    async rowwise(name, problem) {
      return rowwise(tf, name, problem);
    },
    async unary(name, x) {
      return tf.tensor(x, [x.length])[name]().data();
    },
    async training(problem) {
      return problem.model.name === 'mlp' ? mlpStep(tf, problem) : undefined;
    },
    async inference(problem) {
      return problem.model.name === 'resnet50' ? tfNetwork(tf, problem) : undefined;
    },
  };
}
