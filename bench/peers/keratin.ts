// Keratin itself, as its users write it: eager, one thread.

import { apply } from '../../src/core/engine.js';
import { at } from '../../src/core/sequence.js';
import * as k from '../../src/index.js';
import { convFilterOp, convInputOp, convOp } from '../../src/ops/conv-ops.js';
import { engineNamed, trainingStep } from './keratin-training.js';
import {
  type Convolution,
  type ConvolutionPart,
  LAYER_NORM_EPSILON,
  type Peer,
  type Rows,
  type RowwiseName,
  type UnaryName,
  versionOf,
  type Work,
} from './peer.js';

function workOf(inputs: readonly k.Tensor[], compute: () => k.Tensor): Work {
  return {
    name: 'keratin',
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

function rowwise(name: RowwiseName, problem: Rows): Work {
  const shape = [problem.rows, problem.columns];
  const x = k.tensor(problem.x, { shape });
  if (name === 'softmax') return workOf([x], () => k.softmax(x));
  if (name === 'layerNorm') {
    const [gamma, beta] = [k.tensor(problem.gamma), k.tensor(problem.beta)];
    const normalize = (): k.Tensor =>
      k.add(k.mul(k.layerNorm(x, { epsilon: LAYER_NORM_EPSILON }), gamma), beta);
    return workOf([x, gamma, beta], () => k.scope(normalize));
  }
  const other = k.tensor(problem.other, { shape });
  const chain = (): k.Tensor => k.add(k.gelu(k.add(k.mul(x, 1.5), 0.25)), other);
  return workOf([x, other], () => k.scope(chain));
}

/** Each part by its op alone, which is what a training step runs. */
function convolution(problem: Convolution, part: ConvolutionPart): Work {
  const { batch, size, channels, filters } = problem;
  const image = [size, size];
  const pair = [1, 1];
  const windows = { size: [3, 3], strides: pair, dilation: pair, before: pair };
  const sizes = { input: image, output: image, batch, groups: 1, channels, filters };
  const attrs = { ...windows, ...sizes };
  const x = k.tensor(problem.x, { shape: [batch, size, size, channels] });
  const w = k.tensor(problem.w, { shape: [3, 3, channels, filters] });
  const dy = k.tensor(problem.dy, { shape: [batch, size, size, filters] });
  const parts = {
    forward: () => apply(convOp, [x, w], attrs),
    dInput: () => apply(convInputOp, [dy, w], attrs),
    dFilter: () => apply(convFilterOp, [x, dy], attrs),
  };
  return workOf([x, w, dy], () => at(parts[part](), 0));
}

const UNARY: Readonly<Record<UnaryName, (x: k.Tensor) => k.Tensor>> = {
  exp: k.exp,
  log: k.log,
  tanh: k.tanh,
  erf: k.erf,
};

export async function keratin(): Promise<Peer> {
  const engine = engineNamed('eager');
  return {
    name: 'keratin',
    version: versionOf('../..'),
    remarks: ['eager'],
    async matmul({ sizes: [m, inner, n], a, b }) {
      const [x, y] = [k.tensor(a, { shape: [m, inner] }), k.tensor(b, { shape: [inner, n] })];
      return workOf([x, y], () => k.matmul(x, y));
    },
    async convolution(problem, part) {
      return convolution(problem, part);
    },
    async add(a, b) {
      const [x, y] = [k.tensor(a), k.tensor(b)];
      return workOf([x, y], () => k.add(x, y));
    },
    async rowwise(name, problem) {
      return rowwise(name, problem);
    },
    async unary(name, x) {
      return UNARY[name](k.tensor(x)).data();
    },
    async training(name, data) {
      return trainingStep(name, data, engine);
    },
  };
}
