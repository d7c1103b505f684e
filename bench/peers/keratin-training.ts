// Whole training steps of Keratin: the very models of the others, with compile() and Adam.

import * as k from '../../src/index.js';
import * as layers from '../../src/layers/factories.js';
import { Sequential } from '../../src/models/sequential.js';
import type { TrainingData, TrainingName, TrainingStep } from './peer.js';

function modelOf(name: TrainingName): Sequential {
  if (name === 'mlp') {
    return new Sequential([
      layers.input({ shape: [784] }),
      layers.dense({ units: 512, activation: 'relu' }),
      layers.dense({ units: 512, activation: 'relu' }),
      layers.dense({ units: 10, activation: 'softmax' }),
    ]);
  }
  return new Sequential([
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

/** The step that `fit` runs, on a batch that is on the device already, as the others have it. */
export function trainingStep(name: TrainingName, data: TrainingData): TrainingStep {
  const { batch, images, labels } = data;
  const model = modelOf(name);
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });
  const x = k.tensor(images, { shape: name === 'mlp' ? [batch, 784] : [batch, 28, 28, 1] });
  const y = k.tensor(labels, { shape: [batch, 10] });
  const step = k.currentEngine().compile(() => model.trainStep({ x, y }));
  return {
    name: 'keratin',
    run() {
      const logs = k.scope(step);
      for (const log of Object.values(logs)) log.dispose();
    },
    async loss() {
      // Metrics are means since they were last reset.
      model.resetMetrics();
      const logs = k.scope(() => model.testStep({ x, y }));
      return Number(await logs.loss?.item());
    },
    dispose() {
      x.dispose();
      y.dispose();
    },
  };
}
