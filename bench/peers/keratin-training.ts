// Whole training steps of Keratin: the very models of the others, with compile() and Adam.

import * as k from '../../src/index.js';
import { rowwise } from './keratin-rowwise.js';
import {
  type Peer,
  type TrainingData,
  type TrainingName,
  type TrainingStep,
  versionOf,
} from './peer.js';

function modelOf(name: TrainingName): k.Sequential {
  const { layers } = k;
  if (name === 'mlp') {
    return new k.Sequential([
      layers.input({ shape: [784] }),
      layers.dense({ units: 512, activation: 'relu' }),
      layers.dense({ units: 512, activation: 'relu' }),
      layers.dense({ units: 10, activation: 'softmax' }),
    ]);
  }
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

/** One of the engines of the cpu device, on one thread. */
export function engineNamed(name: 'eager' | 'graph'): k.Engine {
  k.setThreads(1);
  k.setEngine(name);
  return k.currentEngine();
}

/** The step that `fit` runs, on a batch that is on the device already, as the others have it. */
export function trainingStep(
  name: TrainingName,
  data: TrainingData,
  engine: k.Engine,
): TrainingStep {
  const { batch, images, labels } = data;
  const inEngine = <T>(body: () => T): T => k.withEngine(engine, () => k.scope(body));
  const model = k.withEngine(engine, () => modelOf(name));
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });
  const flat = name === 'mlp';
  const x = k.withEngine(engine, () =>
    k.tensor(images, { shape: flat ? [batch, 784] : [batch, 28, 28, 1] }),
  );
  const y = k.withEngine(engine, () => k.tensor(labels, { shape: [batch, 10] }));
  const step = engine.compile((batchOf: { x: k.Tensor; y: k.Tensor }) => model.trainStep(batchOf));
  // The first step makes the optimizer's state, which a program must find ready.
  inEngine(() => void model.trainStep({ x, y }));
  return {
    name: 'keratin',
    run() {
      const logs = inEngine(() => step({ x, y }));
      for (const log of Object.values(logs)) log.dispose();
    },
    async loss() {
      // Metrics are means since they were last reset.
      k.withEngine(engine, () => model.resetMetrics());
      const { loss } = inEngine(() => model.testStep({ x, y }));
      const [value] = loss === undefined ? [] : await engine.read(loss);
      return Number(value);
    },
    dispose() {
      x.dispose();
      y.dispose();
    },
  };
}

/** The same steps as one program each. */
export async function keratinGraph(): Promise<Peer> {
  const engine = engineNamed('graph');
  return {
    name: 'keratin graph',
    version: versionOf('../..'),
    remarks: ['the same steps, each compiled to one program'],
    async rowwise(name, problem) {
      return rowwise(name, problem, engine);
    },
    async training(name, data) {
      return trainingStep(name, data, engine);
    },
  };
}
