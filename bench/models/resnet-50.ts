// ResNet-50 (He et al. 2015) layer for layer as Keras's `applications.ResNet50` builds it: the first
// convolution of a block takes the stride, every convolution has a bias. Random weights.

import * as k from '../../src/index.js';

type Symbol = k.SymbolicTensor;
type ConvolutionOptions = Parameters<typeof k.layers.conv2d>[0];

/** Blocks in each stage; filters double from stage to stage. */
const STAGES: readonly number[] = [3, 4, 6, 3];
const EPSILON = 1.001e-5;

/** A convolution and its batch normalization, with Keras's names. */
function convolve(x: Symbol, name: string, options: ConvolutionOptions): Symbol {
  const convolved = k.layers.conv2d({ ...options, name: `${name}_conv` }).apply(x);
  return k.layers.batchNormalization({ epsilon: EPSILON, name: `${name}_bn` }).apply(convolved);
}

interface BlockOptions {
  readonly name: string;
  readonly filters: number;
  readonly strides: number;
  /** Whether the way around the block needs a convolution of its own. */
  readonly convolveShortcut: boolean;
}

function block(x: Symbol, { name, filters, strides, convolveShortcut }: BlockOptions): Symbol {
  const relu = (y: Symbol, part: string): Symbol =>
    k.layers.activation({ activation: 'relu', name: `${name}_${part}` }).apply(y);
  const wide = { filters: 4 * filters, kernelSize: 1 };
  const around = convolveShortcut ? convolve(x, `${name}_0`, { ...wide, strides }) : x;
  const narrow = convolve(x, `${name}_1`, { filters, kernelSize: 1, strides });
  const middle = convolve(relu(narrow, '1_relu'), `${name}_2`, {
    filters,
    kernelSize: 3,
    padding: 'same',
  });
  const through = convolve(relu(middle, '2_relu'), `${name}_3`, wide);
  return relu(k.layers.add({ name: `${name}_add` }).apply([around, through]), 'out');
}

/** Images `[batch, 224, 224, 3]` to probabilities of 1000 classes. 25,636,712 parameters. */
export function resNet50({ size = 224, classes = 1000 } = {}): k.AnyModel {
  const { layers } = k;
  const images = layers.input({ shape: [size, size, 3] });
  const padded = layers.zeroPadding2d({ padding: 3, name: 'conv1_pad' }).apply(images);
  const stem = convolve(padded, 'conv1', { filters: 64, kernelSize: 7, strides: 2 });
  const active = layers.activation({ activation: 'relu', name: 'conv1_relu' }).apply(stem);
  const bordered = layers.zeroPadding2d({ padding: 1, name: 'pool1_pad' }).apply(active);
  let x = layers.maxPooling2d({ poolSize: 3, strides: 2, name: 'pool1_pool' }).apply(bordered);
  for (const [stage, blocks] of STAGES.entries()) {
    for (let index = 0; index < blocks; index += 1) {
      x = block(x, {
        name: `conv${stage + 2}_block${index + 1}`,
        filters: 64 * 2 ** stage,
        strides: index === 0 && stage > 0 ? 2 : 1,
        convolveShortcut: index === 0,
      });
    }
  }
  const pooled = layers.globalAveragePooling2d({ name: 'avg_pool' }).apply(x);
  const probabilities = layers
    .dense({ units: classes, activation: 'softmax', name: 'predictions' })
    .apply(pooled);
  return new k.Model({ inputs: images, outputs: probabilities, name: 'resnet50' });
}

/** Multiplications and additions of one forward pass over images of 224x224. */
export function resNet50Flops(batch: number): number {
  let products = 112 * 112 * 49 * 3 * 64 + 2048 * 1000;
  let channels = 64;
  for (const [stage, blocks] of STAGES.entries()) {
    const pixels = (56 / 2 ** stage) ** 2;
    const filters = 64 * 2 ** stage;
    for (let index = 0; index < blocks; index += 1) {
      const around = index === 0 ? channels * 4 * filters : 0;
      products += pixels * (around + channels * filters + 9 * filters ** 2 + 4 * filters ** 2);
      channels = 4 * filters;
    }
  }
  return 2 * batch * products;
}
