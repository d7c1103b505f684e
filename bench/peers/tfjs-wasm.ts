// TensorFlow.js with its WebAssembly backend: SIMD on, one thread.

import {
  addressOf,
  folderOf,
  glorot,
  LAYER_NORM_EPSILON,
  type Peer,
  type Rows,
  type RowwiseName,
  type TrainingStep,
  versionOf,
  type Work,
} from './peer.js';

interface TfTensor {
  readonly shape: number[];
  data(): Promise<ArrayLike<number>>;
  dispose(): void;
  add(other: TfTensor | number): TfTensor;
  sub(other: TfTensor): TfTensor;
  mul(other: TfTensor | number): TfTensor;
  rsqrt(): TfTensor;
  relu(): TfTensor;
  exp(): TfTensor;
  log(): TfTensor;
  tanh(): TfTensor;
  erf(): TfTensor;
}

interface TfOptimizer {
  minimize(loss: () => TfTensor, returnCost: boolean): TfTensor | null;
}

interface Tf {
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  tensor(values: Float32Array, shape: readonly number[]): TfTensor;
  variable(initial: TfTensor): TfTensor;
  tidy<T>(body: () => T): T;
  matMul(a: TfTensor, b: TfTensor): TfTensor;
  add(a: TfTensor, b: TfTensor): TfTensor;
  softmax(x: TfTensor): TfTensor;
  moments(x: TfTensor, axis: number, keepDims: boolean): { mean: TfTensor; variance: TfTensor };
  conv2d(x: TfTensor, w: TfTensor, stride: number, padding: string): TfTensor;
  conv2dTranspose(
    dy: TfTensor,
    w: TfTensor,
    shape: readonly number[],
    stride: number,
    padding: string,
  ): TfTensor;
  train: { adam(rate: number): TfOptimizer };
  losses: { softmaxCrossEntropy(labels: TfTensor, logits: TfTensor): TfTensor };
}

interface TfBackend {
  setWasmPaths(folder: string): void;
  setThreadsCount(count: number): void;
}

/** Packages in CommonJS arrive as the default export. */
async function load<T>(specifier: string): Promise<T> {
  const loaded = await import(addressOf(specifier));
  return loaded.default ?? loaded;
}

function workOf(inputs: readonly TfTensor[], compute: () => TfTensor): Work {
  return {
    name: 'tfjs-wasm',
    run: () => compute().dispose(),
    async result() {
      const output = compute();
      const values = await output.data();
      output.dispose();
      return values;
    },
    dispose: () => {
      for (const input of inputs) input.dispose();
    },
  };
}

function mlpStep(tf: Tf, images: TfTensor, labels: TfTensor): TrainingStep {
  const sizes = [784, 512, 512, 10];
  const layers = sizes.slice(1).map((outputs, i) => {
    const inputs = sizes[i] ?? 1;
    return {
      w: tf.variable(tf.tensor(glorot(inputs, outputs, i), [inputs, outputs])),
      b: tf.variable(tf.tensor(new Float32Array(outputs), [outputs])),
    };
  });
  const loss = (): TfTensor => {
    let x = images;
    for (const [i, layer] of layers.entries()) {
      x = tf.add(tf.matMul(x, layer.w), layer.b);
      if (i < layers.length - 1) x = x.relu();
    }
    return tf.losses.softmaxCrossEntropy(labels, x);
  };
  const optimizer = tf.train.adam(1e-3);
  return {
    name: 'tfjs-wasm',
    run: () => {
      tf.tidy(() => optimizer.minimize(loss, false));
    },
    async loss() {
      return Number((await tf.tidy(loss).data())[0]);
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
    remarks: ['cannot compute the gradient of a convolution filter, so it cannot train a CNN'],
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
    async training(name, { batch, images, labels }) {
      if (name === 'cnn') return undefined;
      return mlpStep(tf, tf.tensor(images, [batch, 784]), tf.tensor(labels, [batch, 10]));
    },
  };
}
