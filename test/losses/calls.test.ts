// Calls of losses against real Keras: masks, also of everything; values without axes; dtypes.
import { describe, expect, it } from 'vitest';
import type { DType } from '../../src/core/dtype.js';
import type { SerializedObject } from '../../src/core/serialized.js';
import { losses, tensor } from '../../src/index.js';
import { deserialize } from '../../src/losses/index.js';
import {
  expectCloseInDtype,
  type GoldenArray,
  optionalTensor,
  tensorOfGolden,
} from '../golden-arrays.js';
import { goldenCases } from '../golden-cases.js';

interface CallCase {
  readonly name: string;
  readonly loss: SerializedObject;
  readonly dtype: string | null;
  readonly yTrue: GoldenArray;
  readonly yPred: GoldenArray;
  readonly sampleWeight: GoldenArray | null;
  readonly mask: GoldenArray | null;
  readonly value: GoldenArray;
}

describe('calls of losses equal Keras', () => {
  for (const one of goldenCases<CallCase>('loss-calls')) {
    it(one.name, async () => {
      const { loss: saved, dtype, value } = one;
      const loss = deserialize({ ...saved, config: { ...saved.config, dtype } });
      const weights = {
        sampleWeight: optionalTensor(one.sampleWeight),
        mask: optionalTensor(one.mask),
      };
      const found = loss.apply(tensorOfGolden(one.yTrue), tensorOfGolden(one.yPred), weights);
      await expectCloseInDtype(found, value);
    });
  }
});

describe('the dtype of a loss', () => {
  it('is that of predictions of float64, where none is asked for', async () => {
    const y = tensor([[1, 2]], 'float64');
    const value = new losses.MeanSquaredError().apply(y, tensor([[1, 2.5]], 'float64'));
    expect([value.dtype, await value.item()]).toEqual(['float64', 0.125]);
  });

  it('leaves class numbers whole for functions of yours, and makes floats of yes and no', () => {
    const seen: DType[] = [];
    const loss = losses.get((yTrue, yPred) => {
      seen.push(yTrue.dtype);
      return yPred.mean();
    });
    for (const dtype of ['int32', 'bool', 'float16'] as const) {
      loss.apply(tensor([[1]], dtype), tensor([[1]], 'float16'));
    }
    expect(seen).toEqual(['int32', 'float32', 'float32']);
  });
});
