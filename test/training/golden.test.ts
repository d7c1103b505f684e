// fit, evaluate and predict against real Keras: histories, final weights, predictions.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CustomRegistry } from '../../src/core/custom-objects.js';
import type { PlainConfig } from '../../src/core/serialized.js';
import type { ArrayTree } from '../../src/data/host-array.js';
import { type callbacks, Tensor } from '../../src/index.js';
import { deserializeLayer } from '../../src/models/deserialize.js';
import { Model } from '../../src/models/model.js';
import type { ValidationData } from '../../src/models/sources.js';
import { compileOptionsFrom } from '../../src/saving/compile-config.js';
import { expectClose, type GoldenArray, tensorOfGolden } from '../golden-arrays.js';

type Arrays = GoldenArray | GoldenArray[] | { readonly [name: string]: GoldenArray };
type Numbers = Readonly<Record<string, callbacks.LogValue>>;

interface TrainingCase {
  name: string;
  model: { compile_config: PlainConfig };
  initialWeights: { path: string; value: GoldenArray }[];
  finalWeights: { path: string; value: GoldenArray }[];
  x: Arrays;
  y: Arrays;
  fit: {
    batchSize: number;
    epochs: number;
    classWeight: Record<number, number> | null;
    sampleWeight: GoldenArray | null;
    validation: { x: Arrays; y: Arrays } | null;
  };
  history: Numbers[];
  iterations: number;
  evaluate: { named: Numbers };
  predictions: Arrays;
}

const folder = new URL('../golden/', import.meta.url);
const cases = readdirSync(folder)
  .filter((name) => name.startsWith('training'))
  .flatMap((name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    return (JSON.parse(text) as { cases: TrainingCase[] }).cases;
  });

function isArray(arrays: Arrays): arrays is GoldenArray {
  return 'data' in arrays && Array.isArray(arrays.data);
}

/** `change` on the only array, or on each of several, keeping the form. */
function each<T>(arrays: Arrays, change: (array: GoldenArray) => T): T | T[] | Record<string, T> {
  if (Array.isArray(arrays)) return arrays.map(change);
  if (isArray(arrays)) return change(arrays);
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, change(array)]));
}

function tensors(arrays: Arrays): ArrayTree {
  return each(arrays, tensorOfGolden);
}

function firstThree(arrays: Arrays): ArrayTree {
  return each(arrays, (array) => {
    const row = array.data.length / (array.shape[0] ?? 1);
    const shape = [3, ...array.shape.slice(1)];
    return tensorOfGolden({ ...array, shape, data: array.data.slice(0, 3 * row) });
  });
}

/** How far a logged number may be from Keras's, relative to it. */
const RELATIVE = 1e-5;

function expectNumbers(actual: Numbers, expected: Numbers): void {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, value] of Object.entries(expected)) {
    const difference = Math.abs(Number(actual[name]) - Number(value));
    expect(difference, name).toBeLessThanOrEqual(RELATIVE * Math.abs(Number(value)));
  }
}

describe('training equals Keras', () => {
  for (const [one, runEagerly] of cases.flatMap((one) => [
    [one, false] as const,
    [one, true] as const,
  ])) {
    it(`${one.name}, ${runEagerly ? 'op by op' : 'compiled'}`, async () => {
      const model = deserializeLayer(one.model);
      if (!(model instanceof Model)) throw new Error('not a model');
      const compile = compileOptionsFrom(one.model.compile_config, new CustomRegistry());
      model.compile({ ...compile, runEagerly });
      model.setWeights(one.initialWeights.map(({ value }) => tensorOfGolden(value)));
      const { fit } = one;
      const history = await model.fit(tensors(one.x), tensors(one.y), {
        batchSize: fit.batchSize,
        epochs: fit.epochs,
        shuffle: false,
        verbose: 0,
        classWeight: fit.classWeight,
        sampleWeight: fit.sampleWeight === null ? null : tensorOfGolden(fit.sampleWeight),
        validationData:
          fit.validation === null
            ? null
            : ([tensors(fit.validation.x), tensors(fit.validation.y)] as ValidationData),
      });
      one.history.forEach((expected, epoch) => {
        const actual = Object.fromEntries(
          Object.entries(history.history).map(([name, values]) => [name, values[epoch] ?? NaN]),
        );
        expectNumbers(actual, expected);
      });
      expect(await model.optimizer.iterations.item()).toBe(one.iterations);
      for (const [index, { value }] of one.finalWeights.entries()) {
        const weight = model.weights[index];
        if (weight === undefined) throw new Error('a weight is missing');
        await expectClose(weight.value, value);
      }
      const evaluated = await model.evaluate(tensors(one.x), tensors(one.y), {
        batchSize: fit.batchSize,
        verbose: 0,
      });
      expectNumbers(evaluated, one.evaluate.named);
      const predicted = await model.predict(firstThree(one.x), { verbose: 0 });
      const wanted = isArray(one.predictions) ? [one.predictions] : one.predictions;
      for (const [key, expected] of Object.entries(wanted)) {
        const found: unknown =
          predicted instanceof Tensor ? predicted : Reflect.get(predicted, key);
        if (!(found instanceof Tensor)) throw new Error('a prediction is missing');
        await expectClose(found, expected);
      }
    });
  }
});
