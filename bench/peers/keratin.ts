// Keratin itself, as its users write it: eager or compiled, on as many threads as asked for.

import { apply } from '../../src/core/engine.js';
import { at } from '../../src/core/sequence.js';
import * as k from '../../src/index.js';
import { convFilterOp, convInputOp, convOp } from '../../src/ops/conv-ops.js';
import { type DeviceKind, type EngineKind, placeOn } from './keratin-engines.js';
import { inferenceWork, trainingStep } from './keratin-networks.js';
import { rowwise, workOf } from './keratin-rowwise.js';
import {
  type Convolution,
  type ConvolutionPart,
  type Peer,
  type UnaryName,
  versionOf,
  type Work,
} from './peer.js';

/** Each part by its op alone, which is what a training step runs. */
function convolution(engine: k.Engine, problem: Convolution, part: ConvolutionPart): Work {
  const { batch, size, channels, filters } = problem;
  const image = [size, size];
  const pair = [1, 1];
  const windows = { size: [3, 3], strides: pair, dilation: pair, before: pair };
  const sizes = { input: image, output: image, batch, groups: 1, channels, filters };
  const attrs = { ...windows, ...sizes };
  return k.withEngine(engine, () => {
    const x = k.tensor(problem.x, { shape: [batch, size, size, channels] });
    const w = k.tensor(problem.w, { shape: [3, 3, channels, filters] });
    const dy = k.tensor(problem.dy, { shape: [batch, size, size, filters] });
    const parts = {
      forward: { op: convOp, inputs: [x, w] },
      dInput: { op: convInputOp, inputs: [dy, w] },
      dFilter: { op: convFilterOp, inputs: [x, dy] },
    };
    const { op, inputs } = parts[part];
    return workOf(engine, inputs, (...tensors) => at(apply(op, tensors, attrs), 0));
  });
}

const UNARY: Readonly<Record<UnaryName, (x: k.Tensor) => k.Tensor>> = {
  exp: k.exp,
  log: k.log,
  tanh: k.tanh,
  erf: k.erf,
};

/** One of Keratin's engines, as it takes part in a suite. */
export interface Contender {
  /** Under this name in the tables. */
  readonly name: string;
  readonly engine: EngineKind;
  readonly device: DeviceKind;
  readonly threads: number;
}

const HOW: Readonly<Record<EngineKind, string>> = {
  eager: 'op by op',
  graph: 'each step compiled to one program',
};
const WHERE: Readonly<Record<DeviceKind, string>> = {
  cpu: 'WebAssembly',
  native: "setDevice('native'): the same kernels as C, by the system's compiler",
};

export async function keratin(contender: Contender): Promise<Peer> {
  const { name, device } = contender;
  const { engine, threads: available } = await placeOn(device, contender.engine, contender.threads);
  const place = <T>(body: () => T): T => k.withEngine(engine, body);
  return {
    name,
    version: versionOf('../..'),
    remarks: [`${WHERE[device]}, ${HOW[contender.engine]}, ${available} thread(s)`],
    threads: available,
    async matmul({ sizes: [m, inner, n], a, b }) {
      const inputs = place(() => [
        k.tensor(a, { shape: [m, inner] }),
        k.tensor(b, { shape: [inner, n] }),
      ]);
      return workOf(engine, inputs, (x, y) => k.matmul(x, y));
    },
    async convolution(problem, part) {
      return convolution(engine, problem, part);
    },
    async add(a, b) {
      const inputs = place(() => [k.tensor(a), k.tensor(b)]);
      return workOf(engine, inputs, (x, y) => k.add(x, y));
    },
    async rowwise(row, problem) {
      return rowwise(row, problem, engine);
    },
    async unary(functionName, x) {
      return engine.read(place(() => UNARY[functionName](k.tensor(x))));
    },
    async training(problem) {
      return trainingStep(problem, engine);
    },
    async inference(problem) {
      return inferenceWork(problem, engine);
    },
  };
}
