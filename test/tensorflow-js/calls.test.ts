// Calls of TensorFlow.js's functions and methods, with its arguments, against its own answers.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { DType, NestedArray } from '../../src/index.js';
import * as tf from '../../src/tfjs/index.js';

interface Answer {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly values: readonly number[];
}

interface Case {
  readonly call?: string;
  readonly method?: string;
  readonly args: readonly unknown[];
  readonly results: readonly Answer[];
}

const file = new URL('../golden/tensorflow-js-calls.json', import.meta.url);
const golden = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Case[] };

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Arguments as they were given there. */
function alive(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(alive);
  if (!isRecord(value)) return value;
  if ('tensor' in value) {
    return tf.tensor(value['tensor'] as NestedArray, undefined, value['dtype'] as DType);
  }
  if (Array.isArray(value['data'])) return { ...value, data: new Uint8Array(value['data']) };
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, alive(one)]));
}

function tensorsIn(value: unknown): tf.Tensor[] {
  if (value instanceof tf.Tensor) return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(tensorsIn);
}

function functionAt(path: string): (...args: readonly unknown[]) => unknown {
  const found: unknown = path
    .split('.')
    .reduce<unknown>((owner, name) => Reflect.get(Object(owner), name), tf);
  if (typeof found !== 'function') throw new Error(`tf.${path} is no function`);
  return (...args) => Reflect.apply(found, undefined, args);
}

async function expectAnswers(value: unknown, expected: readonly Answer[]): Promise<void> {
  const results = tensorsIn(await value);
  expect(results.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
  for (const [index, { values }] of expected.entries()) {
    const actual = [...((await results[index]?.data()) ?? [])];
    for (const [at, wanted] of values.entries()) {
      const distance = Math.abs((actual[at] ?? Number.NaN) - wanted);
      const isSame = Object.is(actual[at], wanted) || distance <= 1e-6 + 1e-5 * Math.abs(wanted);
      if (!isSame) expect(actual, `element ${at}`).toEqual(values);
    }
  }
}

describe('functions of TensorFlow.js', () => {
  const cases = golden.cases.filter(({ call }) => call !== undefined);
  it.each(cases)('tf.$call %#', async ({ call = '', args, results }) => {
    await expectAnswers(functionAt(call)(...args.map(alive)), results);
  });
});

describe('methods of tensors of TensorFlow.js', () => {
  const cases = golden.cases.filter(({ method }) => method !== undefined);
  it.each(cases)('x.$method %#', async ({ method = '', args, results }) => {
    const [x, ...rest] = args.map(alive);
    const found: unknown = Reflect.get(Object(x), method);
    if (typeof found !== 'function') throw new Error(`tensors have no method ${method}`);
    await expectAnswers(Reflect.apply(found, x, rest), results);
  });
});
