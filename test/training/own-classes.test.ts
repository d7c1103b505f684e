// Classes of a program's own train as in Keras: same losses, metrics, weights and optimizer state.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { losses } from '../../src/index.js';
import { expectClose, type GoldenArray, tensorOfGolden } from '../golden-arrays.js';
import { Cubed, ownModel } from './own-classes.js';

interface Named {
  readonly name: string;
  readonly value: GoldenArray;
}

interface TrainingCase {
  readonly name: string;
  readonly x: GoldenArray;
  readonly y: GoldenArray;
  readonly history: Readonly<Record<string, readonly number[]>>;
  readonly weights: readonly Named[];
  readonly state: readonly Named[];
  readonly predictions: GoldenArray;
}

interface LossCase {
  readonly name: string;
  readonly reduction: losses.Reduction;
  readonly yTrue: GoldenArray;
  readonly yPred: GoldenArray;
  readonly sampleWeight: GoldenArray;
  readonly values: readonly [GoldenArray, GoldenArray];
}

const file = new URL('../golden/subclasses.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as {
  cases: readonly (TrainingCase | LossCase)[];
};
const isTraining = (one: TrainingCase | LossCase): one is TrainingCase => 'history' in one;

function slice(array: GoldenArray, rows: number): GoldenArray {
  const width = array.shape[1] ?? 1;
  return { ...array, shape: [rows, width], data: array.data.slice(0, rows * width) };
}

describe('own classes', () => {
  it.each(cases.filter(isTraining))('$name', async (one) => {
    for (const runEagerly of [false, true]) {
      const { model, state } = ownModel(runEagerly);
      const fit = { batchSize: 4, epochs: 3, shuffle: false, verbose: 0 } as const;
      const [x, y] = [tensorOfGolden(one.x), tensorOfGolden(one.y)];
      const { history } = await model.fit(x, y, fit);
      expect(Object.keys(history).sort()).toEqual(Object.keys(one.history).sort());
      for (const [name, wanted] of Object.entries(one.history)) {
        for (const [epoch, value] of wanted.entries()) {
          expect(history[name]?.[epoch], name).toBeCloseTo(value, 5);
        }
      }
      expect(model.weights.map(({ name }) => name)).toEqual(one.weights.map(({ name }) => name));
      for (const [index, weight] of model.getWeights().entries()) {
        await expectClose(weight, one.weights[index]?.value ?? one.x);
      }
      expect(state()).toHaveLength(one.state.length);
      for (const [index, variable] of state().entries()) {
        await expectClose(variable.value, one.state[index]?.value ?? one.x);
      }
      await expectClose(await model.predict(tensorOfGolden(slice(one.x, 3))), one.predictions);
    }
  });

  it.each(cases.filter((one): one is LossCase => !isTraining(one)))('$name', async (one) => {
    const loss = new Cubed({ reduction: one.reduction, name: 'cubed' });
    const [yTrue, yPred] = [tensorOfGolden(one.yTrue), tensorOfGolden(one.yPred)];
    await expectClose(loss.apply(yTrue, yPred), one.values[0]);
    const sampleWeight = tensorOfGolden(one.sampleWeight);
    await expectClose(loss.apply(yTrue, yPred, { sampleWeight }), one.values[1]);
  });
});
