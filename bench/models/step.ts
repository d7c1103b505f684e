// A network's compiled or eager step with its data, on the engine that is current.

import * as k from '../../src/index.js';
import type { BenchModel, HostArray, LossName, Optimizer } from './model.js';

export type Mode = 'train' | 'infer';

export function tensorOf({ values, shape }: HostArray): k.Tensor {
  const dtype = values instanceof Int32Array ? 'int32' : 'float32';
  return k.keep(k.tensor(values, { shape, dtype }));
}

function optimizerOf(name: Optimizer, learningRate: number): k.optimizers.Optimizer {
  if (name === 'sgd') return new k.optimizers.SGD({ learningRate });
  if (name === 'adam') return new k.optimizers.Adam({ learningRate });
  return new k.optimizers.AdamW({ learningRate });
}

const LOSSES: Readonly<Record<LossName, () => k.losses.Loss>> = {
  probabilities: () => new k.losses.CategoricalCrossentropy(),
  'logits of tokens': () => new k.losses.SparseCategoricalCrossentropy({ fromLogits: true }),
  squares: () => new k.losses.MeanSquaredError(),
};

/** Seeded, so that every engine and library starts from the same weights. */
export function buildModel(model: BenchModel): k.AnyModel {
  k.setRandomSeed(1);
  return model.build();
}

/** Gives optimizer and loss, and makes the optimizer's state, which a program must find ready. */
export function compileModel(model: BenchModel, built: k.AnyModel): void {
  built.compile({
    optimizer: optimizerOf(model.optimizer, model.learningRate),
    loss: LOSSES[model.loss](),
  });
  built.optimizer.build(built.trainableWeights);
}

/** One step as a function of its tensors. */
export function stepOf(model: BenchModel, batch: number, mode: Mode) {
  const built = buildModel(model);
  const sample = model.sample(batch);
  const [x, y] = [tensorOf(sample.x), tensorOf(sample.y)];
  if (mode === 'infer') {
    const step = (images: k.Tensor): unknown => built.predictStep({ x: images });
    return { built, step, args: [x] };
  }
  compileModel(model, built);
  const step = (images: k.Tensor, targets: k.Tensor): unknown =>
    built.trainStep({ x: images, y: targets });
  return { built, step, args: [x, y] };
}
