// The networks of the suites by name. A network is added here and nowhere else.

import { noise } from '../harness/verify.js';
import { bertBase, bertFlops } from './bert-base.js';
import { cnn, cnnFlops, mlp, mlpFlops } from './classifiers.js';
import { gpt, gptFlops } from './gpt.js';
import { lstm, lstmFlops } from './lstm.js';
import type { BenchModel, HostArray } from './model.js';
import { resNet50, resNet50Flops } from './resnet-50.js';

function numbers(shape: readonly number[], seed: number): HostArray {
  return {
    values: noise(
      shape.reduce((product, size) => product * size, 1),
      seed,
    ),
    shape,
  };
}

function tokens(shape: readonly number[], vocabulary: number, seed: number): HostArray {
  const { values } = numbers(shape, seed);
  return { values: Int32Array.from(values, (value) => (value + 0.5) * vocabulary), shape };
}

function oneHot(batch: number, classes: number): HostArray {
  const values = new Float32Array(batch * classes);
  for (let i = 0; i < batch; i += 1) values[i * classes + (i % classes)] = 1;
  return { values, shape: [batch, classes] };
}

export const MODELS = {
  mlp: {
    name: 'mlp',
    title: 'MLP 784-512-512-10',
    build: mlp,
    sample: (batch) => ({ x: numbers([batch, 784], 1), y: oneHot(batch, 10) }),
    flops: mlpFlops,
    optimizer: 'adam',
    learningRate: 1e-3,
    loss: 'probabilities',
  },
  cnn: {
    name: 'cnn',
    title: 'CNN conv32-pool-conv64-pool-dense128',
    build: cnn,
    sample: (batch) => ({ x: numbers([batch, 28, 28, 1], 1), y: oneHot(batch, 10) }),
    flops: cnnFlops,
    optimizer: 'adam',
    learningRate: 1e-3,
    loss: 'probabilities',
  },
  gpt: {
    name: 'gpt',
    title: 'GPT 6 layers d384 T128 V8192',
    build: gpt,
    sample: (batch) => ({
      x: tokens([batch, 128], 8192, 1),
      y: tokens([batch, 128], 8192, 2),
    }),
    flops: gptFlops,
    optimizer: 'adamw',
    learningRate: 1e-3,
    loss: 'logits of tokens',
  },
  lstm: {
    name: 'lstm',
    title: 'LSTM 2x256 T64',
    build: lstm,
    sample: (batch) => ({ x: numbers([batch, 64, 64], 1), y: oneHot(batch, 10) }),
    flops: lstmFlops,
    optimizer: 'adam',
    learningRate: 1e-3,
    loss: 'probabilities',
  },
  resnet50: {
    name: 'resnet50',
    title: 'ResNet-50 224x224',
    build: resNet50,
    sample: (batch) => ({ x: numbers([batch, 224, 224, 3], 1), y: oneHot(batch, 1000) }),
    flops: resNet50Flops,
    optimizer: 'sgd',
    // Untrained, its gradients explode: with larger steps roundings alone part two right libraries.
    learningRate: 1e-4,
    loss: 'probabilities',
  },
  bert: {
    name: 'bert',
    title: 'BERT-base body s128',
    build: bertBase,
    sample: (batch) => ({ x: numbers([batch, 128, 768], 1), y: numbers([batch, 128, 768], 2) }),
    flops: bertFlops,
    optimizer: 'sgd',
    learningRate: 1e-3,
    loss: 'squares',
  },
} as const satisfies Readonly<Record<string, BenchModel>>;

export type ModelName = keyof typeof MODELS;

export function modelNamed(name: string): BenchModel {
  for (const model of Object.values(MODELS)) if (model.name === name) return model;
  throw new Error(`No model "${name}". Known: ${Object.keys(MODELS).join(', ')}.`);
}
