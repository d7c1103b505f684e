// The models that real Keras saved, with what it predicts: decoded for the tests of this folder.
import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { type DType, isDType } from '../../src/core/dtype.js';
import { isRecord } from '../../src/core/tree.js';
import { Tensor, tensor } from '../../src/index.js';

export const FOLDER = new URL('../fixtures/', import.meta.url);

export const NAMES: readonly string[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.keras'))
  .map((name) => name.slice(0, -'.keras'.length));

export interface RecordedArray {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: readonly number[];
}

/** Arrays as a model takes or gives them: one, a list, or a record. */
export type Recorded = RecordedArray | readonly Recorded[] | { readonly [name: string]: Recorded };

export interface Fixture {
  readonly inputs: Recorded;
  readonly predictions: Recorded;
  readonly trainBatch?: {
    readonly y: Recorded;
    readonly loss: number;
    readonly predictionsAfter: Recorded;
  };
}

export function fixtureBytes(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(name, FOLDER)));
}

export function fixture(name: string): Fixture {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8'));
}

function isArray(value: Recorded): value is RecordedArray {
  return isRecord(value) && Array.isArray(value.data) && isDType(value.dtype);
}

/** Tensors nested in lists and records. */
export type Tensors = Tensor | readonly Tensors[] | { readonly [name: string]: Tensors };

export function tensorsOf(recorded: Recorded): Tensors {
  if (isArray(recorded)) {
    const { dtype, shape } = recorded;
    return tensor(recorded.data, { dtype, shape });
  }
  if (Array.isArray(recorded)) return recorded.map(tensorsOf);
  return Object.fromEntries(
    Object.entries(recorded).map(([name, item]) => [name, tensorsOf(item)]),
  );
}

export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

export const PREDICTION: Tolerance = { relative: 1e-5, absolute: 1e-6 };
/** A step of training divides small numbers by small numbers. */
export const TRAINING: Tolerance = { relative: 1e-4, absolute: 1e-5 };

/** Compares tensors, or lists and records of them, with what Keras computed. */
export async function expectClose(
  got: unknown,
  wanted: Recorded,
  tolerance: Tolerance,
): Promise<void> {
  if (!isArray(wanted)) {
    for (const [key, item] of Object.entries(wanted)) {
      await expectClose(Reflect.get(Object(got), key), item, tolerance);
    }
    return;
  }
  const values = got instanceof Tensor ? await got.data() : got;
  if (!(values instanceof Float32Array)) throw new Error('a float32 array was expected');
  expect(values.length).toBe(wanted.data.length);
  for (const [index, value] of wanted.data.entries()) {
    const difference = Math.abs((values[index] ?? Number.NaN) - value);
    const allowed = tolerance.absolute + tolerance.relative * Math.abs(value);
    expect(difference, `element ${index}`).toBeLessThanOrEqual(allowed);
  }
}
