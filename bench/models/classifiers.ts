// The two small classifiers that every library can be asked to train: a perceptron with two hidden
// layers, and a convolutional network for 28x28 images.

import * as k from '../../src/index.js';

const SIZES: readonly number[] = [784, 512, 512, 10];

/** `[batch, 784]` to probabilities of ten classes. */
export function mlp(): k.AnyModel {
  const { layers } = k;
  return new k.Sequential([
    layers.input({ shape: [784] }),
    layers.dense({ units: 512, activation: 'relu' }),
    layers.dense({ units: 512, activation: 'relu' }),
    layers.dense({ units: 10, activation: 'softmax' }),
  ]);
}

export function mlpFlops(batch: number): number {
  const products = SIZES.slice(1).map((outputs, i) => outputs * (SIZES[i] ?? 0));
  return 2 * batch * products.reduce((sum, product) => sum + product, 0);
}

/** Images `[batch, 28, 28, 1]` to probabilities of ten classes. */
export function cnn(): k.AnyModel {
  const { layers } = k;
  return new k.Sequential([
    layers.input({ shape: [28, 28, 1] }),
    layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu' }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.flatten(),
    layers.dense({ units: 128, activation: 'relu' }),
    layers.dense({ units: 10, activation: 'softmax' }),
  ]);
}

export function cnnFlops(batch: number): number {
  const convolutions = 26 * 26 * 9 * 32 + 11 * 11 * 9 * 32 * 64;
  return 2 * batch * (convolutions + 5 * 5 * 64 * 128 + 128 * 10);
}
