// What whole programs of Keras and ours are compared by: their data, weights, histories and logs.
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Tensor } from '../../src/index.js';
import { expectClose, type GoldenArray, tensorOfGolden } from '../golden-arrays.js';

export type Logs = Readonly<Record<string, number>>;
export type History = Readonly<Record<string, readonly number[]>>;
export interface Program {
  readonly name: string;
  readonly weights: readonly GoldenArray[];
  readonly after?: readonly GoldenArray[];
  readonly logs?: readonly Logs[];
  readonly history?: History;
  readonly losses?: readonly number[];
  readonly chosen?: readonly GoldenArray[];
  readonly [array: string]: unknown;
}

/** How programs fit: quietly, in the order of the data. */
export const short = { verbose: 0, shuffle: false } as const;

/** The cases of a golden file. */
export function casesOf<T>(file: string): readonly T[] {
  const url = new URL(`../golden/${file}`, import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as { cases: T[] }).cases;
}

/** The programs of a golden file, by name. */
export function programsOf(file: string): (name: string) => Program {
  const cases = casesOf<Program>(file);
  return (name) => {
    const found = cases.find((one) => one.name === name);
    if (found === undefined) throw new Error(`there is no program ${name}`);
    return found;
  };
}

export function arrayOf(program: Program, name: string): Tensor {
  return tensorOfGolden(program[name] as GoldenArray);
}

export function start<M extends { setWeights(values: readonly Tensor[]): void }>(
  model: M,
  from: Program,
): M {
  model.setWeights(from.weights.map(tensorOfGolden));
  return model;
}

export function expectNear(actual: number | undefined, wanted: number, name: string): void {
  const difference = Math.abs((actual ?? Number.NaN) - wanted);
  expect(difference, name).toBeLessThanOrEqual(1e-6 + 1e-5 * Math.abs(wanted));
}

export function expectLogs(actual: object, wanted: Logs): void {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(wanted).sort());
  for (const [name, value] of Object.entries(wanted)) {
    expectNear(Number(Reflect.get(actual, name)), value, name);
  }
}

export function expectHistory(actual: object, wanted: History | undefined): void {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(wanted ?? {}).sort());
  for (const [name, values] of Object.entries(wanted ?? {})) {
    const own: unknown = Reflect.get(actual, name);
    values.forEach((value, epoch) => {
      expectNear(Array.isArray(own) ? Number(own[epoch]) : Number.NaN, value, `${name}, ${epoch}`);
    });
  }
}

export async function expectWeights(
  model: { readonly weights: readonly unknown[]; getWeights(): readonly Tensor[] },
  wanted: readonly GoldenArray[] = [],
): Promise<void> {
  expect(model.weights.length).toBe(wanted.length);
  for (const [index, weight] of model.getWeights().entries()) {
    const array = wanted[index];
    if (array !== undefined) await expectClose(weight, array);
  }
}
