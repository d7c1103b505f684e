// Every loss against real Keras: values under all reductions, weights, gradients, configuration.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SerializedObject } from '../../src/core/serialized.js';
import { Variable, valueAndGradient } from '../../src/index.js';
import { deserialize, serialize } from '../../src/losses/index.js';
import { expectClose, type GoldenArray, tensorOfGolden } from '../golden-arrays.js';

interface LossCase {
  name: string;
  yTrue: GoldenArray;
  yPred: GoldenArray;
  sampleWeight: GoldenArray | null;
  results: {
    reduction: string;
    weighted: boolean;
    loss: SerializedObject;
    value: GoldenArray;
    gradient?: GoldenArray;
  }[];
}

const file = new URL('../golden/losses.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: LossCase[] };

/** Options that Keras forgets to write into the configuration. */
const LOST: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'huber delta 0.5': { delta: 0.5 },
  'cosine similarity axis 1': { axis: 1 },
};

describe('losses equal Keras', () => {
  for (const one of cases) {
    it(one.name, async () => {
      for (const { weighted, loss: saved, value, gradient } of one.results) {
        const lost = LOST[one.name];
        const loss = deserialize({ ...saved, config: { ...saved.config, ...lost } });
        if (lost === undefined) expect(serialize(loss)).toEqual(saved);
        else expect(serialize(loss).config).toEqual({ ...saved.config, ...lost });
        const yTrue = tensorOfGolden(one.yTrue);
        const yPred = new Variable(tensorOfGolden(one.yPred));
        const sampleWeight =
          weighted && one.sampleWeight !== null ? tensorOfGolden(one.sampleWeight) : undefined;
        await expectClose(loss.apply(yTrue, yPred.value, { sampleWeight }), value);
        if (gradient === undefined) continue;
        const { gradients } = valueAndGradient(
          () => loss.apply(yTrue, yPred.value, { sampleWeight }),
          [yPred],
        );
        const [found] = gradients;
        if (found === undefined) throw new Error('no gradient');
        await expectClose(found, gradient);
      }
    });
  }
});
