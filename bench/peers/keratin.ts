// Keratin itself, as its users write it: eager, one thread.

import { apply } from '../../src/core/engine.js';
import { at } from '../../src/core/sequence.js';
import * as k from '../../src/index.js';
import { convFilterOp, convInputOp, convOp } from '../../src/ops/conv-ops.js';
import { rowwise, workOf } from './keratin-rowwise.js';
import { engineNamed, trainingStep } from './keratin-training.js';
import {
  type Convolution,
  type ConvolutionPart,
  type Peer,
  type UnaryName,
  versionOf,
  type Work,
} from './peer.js';

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
      return rowwise(name, problem, engine);
    },
    async unary(name, x) {
      return UNARY[name](k.tensor(x)).data();
    },
    async training(name, data) {
      return trainingStep(name, data, engine);
    },
  };
}
