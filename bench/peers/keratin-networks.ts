// Whole networks of Keratin as users run them: the steps of fit and predict, eager or compiled.

import * as k from '../../src/index.js';
import type { HostArray } from '../models/model.js';
import { buildModel, compileModel, tensorOf } from '../models/step.js';
import { workOf } from './keratin-rowwise.js';
import type { InferenceProblem, NamedArray, NetworkProblem, TrainingStep, Work } from './peer.js';

/** Every weight of a network, for those who must start from the same. */
export async function weightsOf(model: k.AnyModel, engine: k.Engine): Promise<NamedArray[]> {
  const arrays: NamedArray[] = [];
  for (const weight of model.weights) {
    const values = await engine.read(weight.value);
    arrays.push({ path: weight.path, shape: weight.shape, values: Float32Array.from(values) });
  }
  return arrays;
}

function tensorsOf(weights: readonly HostArray[]): k.Tensor[] {
  return weights.map(({ values, shape }) => k.tensor(values, { shape }));
}

/** The network with the weights of the problem, on the engine that is current. */
export function networkOf({ model, weights }: NetworkProblem): k.AnyModel {
  return k.scope(() => {
    const built = buildModel(model);
    built.setWeights(tensorsOf(weights));
    return built;
  });
}

/** The step that `fit` runs, on a batch that is on the device already, as the others have it. */
export function trainingStep(problem: NetworkProblem, engine: k.Engine): TrainingStep {
  const { sample } = problem;
  const { built, x, y } = k.withEngine(engine, () => {
    const network = networkOf(problem);
    compileModel(problem.model, network);
    return { built: network, x: tensorOf(sample.x), y: tensorOf(sample.y) };
  });
  const step = engine.compile((batch: { x: k.Tensor; y: k.Tensor }) => built.trainStep(batch));
  const run = () => k.withEngine(engine, () => k.scope(() => step({ x, y })));
  return {
    name: 'keratin',
    isExact: true,
    run() {
      for (const log of Object.values(run())) log.dispose();
    },
    async step() {
      // Metrics are means since they were last reset.
      k.withEngine(engine, () => built.resetMetrics());
      const logs = run();
      const values = logs.loss === undefined ? [] : await engine.read(logs.loss);
      for (const log of Object.values(logs)) log.dispose();
      return Number(values[0]);
    },
    dispose() {
      x.dispose();
      y.dispose();
    },
  };
}

/** The step that `predict` runs. */
export function inferenceWork(problem: InferenceProblem, engine: k.Engine): Work {
  return k.withEngine(engine, () => {
    const built = networkOf(problem);
    return workOf(engine, [tensorOf(problem.sample.x)], (x) => {
      const output = built.predictStep({ x });
      if (output instanceof k.Tensor) return output;
      throw new Error('A network with one output is expected.');
    });
  });
}
