// What the bench uses of TensorFlow.js, typed, and how its ops become work to be timed.

import type { Work } from './peer.js';

export interface TfTensor {
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

export interface TfOptimizer {
  minimize(loss: () => TfTensor, returnCost: boolean): TfTensor | null;
}

export interface Tf {
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  tensor(values: Float32Array, shape: readonly number[]): TfTensor;
  variable(initial: TfTensor): TfTensor;
  tidy<T>(body: () => T): T;
  matMul(a: TfTensor, b: TfTensor): TfTensor;
  add(a: TfTensor, b: TfTensor): TfTensor;
  softmax(x: TfTensor): TfTensor;
  pad(x: TfTensor, borders: readonly (readonly [number, number])[]): TfTensor;
  maxPool(x: TfTensor, size: number, strides: number, padding: string): TfTensor;
  mean(x: TfTensor, axes: readonly number[]): TfTensor;
  readonly fused: {
    conv2d(options: {
      readonly x: TfTensor;
      readonly filter: TfTensor;
      readonly strides: number;
      readonly pad: string;
      readonly bias: TfTensor;
      readonly activation: 'relu' | 'linear';
    }): TfTensor;
  };
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

export function workOf(inputs: readonly TfTensor[], compute: () => TfTensor): Work {
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
