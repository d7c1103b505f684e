// Single updates of metrics against real Keras: masks with and without weights, weights of other
// shapes, dtypes of 16 bits.
import { describe, expect, it } from 'vitest';
import type { SerializedObject } from '../../src/core/serialized.js';
import { layers, Sequential, tensor } from '../../src/index.js';
import { deserialize, serialize } from '../../src/metrics/index.js';
import {
  expectCloseInDtype,
  type GoldenArray,
  optionalTensor,
  tensorOfGolden,
} from '../golden-arrays.js';
import { goldenCases } from '../golden-cases.js';

interface CallCase {
  readonly name: string;
  readonly metric: SerializedObject;
  readonly arguments: readonly [yTrue: GoldenArray, yPred: GoldenArray];
  readonly sampleWeight: GoldenArray | null;
  /** What the predictions carry. */
  readonly mask: GoldenArray | null;
  readonly result: GoldenArray;
}

describe('updates of metrics equal Keras', () => {
  for (const one of goldenCases<CallCase>('metric-calls')) {
    it(one.name, async () => {
      const metric = deserialize(one.metric);
      const [yTrue, yPred] = one.arguments;
      metric.updateState(tensorOfGolden(yTrue), tensorOfGolden(yPred), {
        sampleWeight: optionalTensor(one.sampleWeight),
        mask: optionalTensor(one.mask),
      });
      await expectCloseInDtype(metric.result(), one.result);
      expect(serialize(deserialize(serialize(metric)))).toEqual(serialize(metric));
    });
  }
});

describe('a model with masked steps', () => {
  it('counts the others only, in training and in evaluate', async () => {
    const model = new Sequential([
      layers.input({ shape: [4], dtype: 'int32' }),
      layers.embedding({ inputDim: 3, outputDim: 2, maskZero: true }),
      layers.dense({ units: 2, activation: 'softmax', useBias: false }),
    ]);
    model.compile({
      optimizer: 'sgd',
      loss: 'sparseCategoricalCrossentropy',
      metrics: ['accuracy'],
    });
    // Word 1 is taken for class 1, word 2 for class 0; word 0 is the mask, taken for class 0.
    model.setWeights([
      tensor([
        [1, 0],
        [0, 1],
        [1, 0],
      ]),
      tensor([
        [3, 0],
        [0, 3],
      ]),
    ]);
    const x = tensor(
      [
        [1, 2, 0, 0],
        [2, 1, 1, 0],
      ],
      'int32',
    );
    const y = tensor(
      [
        [1, 1, 1, 1],
        [0, 0, 1, 1],
      ],
      'int32',
    );
    for (const logs of [
      await model.evaluate(x, y, { verbose: 0 }),
      await model.trainOnBatch(x, y),
    ]) {
      expect(logs['accuracy']).toBeCloseTo(3 / 5, 6);
    }
  });
});
