// jax-js on its WebAssembly device. Node has no global Worker, hence one thread. Its functions use
// up their arguments unless `.ref` is passed, hence the many refs.

import { jaxTraining } from './jax-training.js';
import {
  addressOf,
  filterToFirst,
  filterToLast,
  type Peer,
  toChannelsFirst,
  toChannelsLast,
  versionOf,
  type Work,
} from './peer.js';

export interface JaxArray {
  readonly ref: JaxArray;
  reshape(shape: readonly number[]): JaxArray;
  blockUntilReady(): Promise<JaxArray>;
  data(): Promise<ArrayLike<number>>;
  dispose(): void;
  add(other: JaxArray | number): JaxArray;
  sub(other: JaxArray | number): JaxArray;
  mul(other: JaxArray | number): JaxArray;
  div(other: JaxArray | number): JaxArray;
  sum(): JaxArray;
  slice(...ranges: (readonly number[])[]): JaxArray;
}

type Function<A, R> = (...inputs: A[]) => R;
type Pair = readonly [number, number];

export interface Jax {
  init(device: string): Promise<string[]>;
  defaultDevice(device: string): string;
  jit<A, R>(body: Function<A, R>): Function<A, R>;
  vjp(
    body: Function<JaxArray, JaxArray>,
    primals: readonly JaxArray[],
  ): [JaxArray, (dy: JaxArray) => readonly JaxArray[]];
  valueAndGrad(
    body: (weights: JaxArray[], x: JaxArray, y: JaxArray) => JaxArray,
  ): (weights: JaxArray[], x: JaxArray, y: JaxArray) => [JaxArray, JaxArray[]];
  readonly numpy: {
    array(values: Float32Array): JaxArray;
    matmul(a: JaxArray, b: JaxArray): JaxArray;
    max(x: JaxArray, axes: readonly number[]): JaxArray;
    sqrt(x: JaxArray): JaxArray;
    transpose(x: JaxArray, order: readonly number[]): JaxArray;
    exp(x: JaxArray): JaxArray;
    log(x: JaxArray): JaxArray;
    tanh(x: JaxArray): JaxArray;
  };
  readonly nn: {
    relu(x: JaxArray): JaxArray;
    gelu(x: JaxArray, options: { approximate: boolean }): JaxArray;
    softmax(x: JaxArray, axis: number): JaxArray;
    standardize(x: JaxArray, axis: number): JaxArray;
    logSoftmax(x: JaxArray, axis: number): JaxArray;
  };
  readonly lax: {
    erf(x: JaxArray): JaxArray;
    conv(x: JaxArray, w: JaxArray, strides: readonly number[], padding: string): JaxArray;
    convWithGeneralPadding(
      x: JaxArray,
      w: JaxArray,
      strides: readonly number[],
      padding: readonly Pair[],
    ): JaxArray;
  };
}

type Convert = (values: ArrayLike<number>) => ArrayLike<number>;

function workOf(
  inputs: readonly JaxArray[],
  compute: (...inputs: JaxArray[]) => JaxArray,
  convert: Convert = (values) => values,
): Work {
  const call = (): JaxArray => compute(...inputs.map((input) => input.ref));
  return {
    name: 'jax-js',
    async run() {
      const output = call();
      await output.blockUntilReady();
      output.dispose();
    },
    async result() {
      return convert(await call().data());
    },
    dispose: () => {
      for (const input of inputs) input.dispose();
    },
  };
}

export async function jaxJs(): Promise<Peer> {
  const jax: Jax = await import(addressOf('@jax-js/jax').replace(/\.cjs$/, '.js'));
  await jax.init('wasm');
  jax.defaultDevice('wasm');
  const { numpy: np, nn, lax } = jax;
  const array = (values: Float32Array, shape: readonly number[]): JaxArray =>
    np.array(values).reshape(shape);
  const conv = (x: JaxArray, w: JaxArray): JaxArray =>
    lax.convWithGeneralPadding(
      x,
      w,
      [1, 1],
      [
        [1, 1],
        [1, 1],
      ],
    );
  return {
    name: 'jax-js',
    version: versionOf('@jax-js/jax'),
    remarks: ['everything inside jit; convolutions in NCHW; one thread, as always in Node'],
    threads: 1,
    async matmul({ sizes: [m, k, n], a, b }) {
      const product = jax.jit((x: JaxArray, y: JaxArray) => np.matmul(x, y));
      return workOf([array(a, [m, k]), array(b, [k, n])], product);
    },
    async convolution({ batch, size, channels: c, filters: f, x, w, dy }, part) {
      const input = array(toChannelsFirst(x, [batch, size, size, c]), [batch, c, size, size]);
      const filter = array(filterToFirst(w, c, f), [f, c, 3, 3]);
      if (part === 'forward') {
        const toLast: Convert = (y) => toChannelsLast(y, [batch, size, size, f]);
        return workOf([input, filter], jax.jit(conv), toLast);
      }
      const seed = array(toChannelsFirst(dy, [batch, size, size, f]), [batch, f, size, size]);
      const forInput = part === 'dInput';
      const gradient = jax.jit((known: JaxArray, from: JaxArray) => {
        const wanted = forInput ? input.ref : filter.ref;
        const body = (free: JaxArray): JaxArray =>
          forInput ? conv(free, known.ref) : conv(known.ref, free);
        const [, back] = jax.vjp(body, [wanted]);
        return back(from)[0] ?? from;
      });
      const convert: Convert = (g) =>
        forInput ? toChannelsLast(g, [batch, size, size, c]) : filterToLast(g, c, f);
      return workOf([forInput ? filter : input, seed], gradient, convert);
    },
    async add(a, b) {
      return workOf([array(a, [a.length]), array(b, [b.length])], (x, y) => x.add(y));
    },
    async rowwise(name, problem) {
      const shape = [problem.rows, problem.columns];
      const x = array(problem.x, shape);
      if (name === 'softmax')
        return workOf(
          [x],
          jax.jit((v: JaxArray) => nn.softmax(v, -1)),
        );
      if (name === 'layerNorm') {
        const [gamma, beta] = [np.array(problem.gamma), np.array(problem.beta)];
        const normalize = (v: JaxArray, g: JaxArray, b: JaxArray): JaxArray =>
          nn.standardize(v, -1).mul(g).add(b);
        return workOf([x, gamma, beta], jax.jit(normalize));
      }
      const chain = (v: JaxArray, r: JaxArray): JaxArray =>
        nn.gelu(v.mul(1.5).add(0.25), { approximate: false }).add(r);
      return workOf([x, array(problem.other, shape)], jax.jit(chain));
    },
    async unary(name, x) {
      const input = np.array(x);
      return (name === 'erf' ? lax.erf(input) : np[name](input)).data();
    },
    async training(problem) {
      return jaxTraining(jax, problem);
    },
  };
}
