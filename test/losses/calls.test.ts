// Calls of losses against real Keras: masks, also of everything; values without axes; dtypes.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { DType } from '../../src/core/dtype.js';
import type { SerializedObject } from '../../src/core/serialized.js';
import { losses, tensor } from '../../src/index.js';
import { deserialize } from '../../src/losses/index.js';
import { expectClose, type GoldenArray, tensorOfGolden } from '../golden-arrays.js';

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

const file = new URL('../golden/loss-calls.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: CallCase[] };

/** Relative and absolute: a few steps of 16 bits, since every result is rounded to them. */
const TOLERANCES: Readonly<Record<string, readonly [number, number]>> = {
  float16: [2e-3, 1e-3],
  bfloat16: [1.6e-2, 8e-3],
};

function maybe(array: GoldenArray | null) {
  return array === null ? undefined : tensorOfGolden(array);
}

describe('calls of losses equal Keras', () => {
  for (const one of cases) {
    it(one.name, async () => {
      const { loss: saved, dtype, value } = one;
      const loss = deserialize({ ...saved, config: { ...saved.config, dtype } });
      const weights = { sampleWeight: maybe(one.sampleWeight), mask: maybe(one.mask) };
      const found = loss.apply(tensorOfGolden(one.yTrue), tensorOfGolden(one.yPred), weights);
      expect(found.dtype).toBe(value.dtype);
      await expectClose(found, value, ...(TOLERANCES[value.dtype] ?? []));
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
