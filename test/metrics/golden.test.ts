// Every metric against real Keras: results after each update, state, reset, configuration.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SerializedObject } from '../../src/core/serialized.js';
import { deserialize, Mean, Sum, serialize } from '../../src/metrics/index.js';
import { expectClose, type GoldenArray, tensorOfGolden } from '../golden-arrays.js';

interface MetricCase {
  name: string;
  metric: SerializedObject;
  updates: { arguments: GoldenArray[]; sampleWeight: GoldenArray | null; result: GoldenArray }[];
  variables: { name: string; value: GoldenArray }[];
  resultAfterReset: GoldenArray;
}

const file = new URL('../golden/metrics.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: MetricCase[] };

describe('metrics equal Keras', () => {
  for (const one of cases) {
    it(one.name, async () => {
      const metric = deserialize(one.metric);
      expect(serialize(metric)).toEqual(one.metric);
      for (const { arguments: given, sampleWeight, result } of one.updates) {
        const [first, second] = given.map(tensorOfGolden);
        if (first === undefined) throw new Error('no arguments');
        const weight = sampleWeight === null ? undefined : tensorOfGolden(sampleWeight);
        if (metric instanceof Mean || metric instanceof Sum) {
          if (second === undefined) metric.update(first, weight);
          else metric.updateState(first, second, { sampleWeight: weight });
        } else metric.updateState(first, second ?? first, { sampleWeight: weight });
        await expectClose(metric.result(), result);
      }
      for (const { name, value } of one.variables) {
        const variable = metric.variables.find((candidate) => candidate.name === name);
        if (variable === undefined) throw new Error(`there is no variable ${name}`);
        await expectClose(variable.value, value);
      }
      metric.resetState();
      await expectClose(metric.result(), one.resultAfterReset);
    });
  }
});
