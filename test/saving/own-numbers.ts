// What the models of this folder are made of besides layers: their form, and numbers to feed them.
import type { AnyModel } from '../../src/index.js';
import type { Recorded, RecordedArray } from './fixtures.js';

export interface OwnModel {
  readonly model: AnyModel;
  readonly inputs: Recorded;
  /** Targets of a training step; none for models whose training is random. */
  readonly y?: Recorded;
}

/** Small numbers that look random and are the same each time. */
export function numbers(shape: readonly number[], seed = 1): RecordedArray {
  const count = shape.reduce((total, size) => total * size, 1);
  const data = Array.from({ length: count }, (_, index) =>
    Math.fround((((index + seed) * 7919) % 201) / 100 - 1),
  );
  return { shape, dtype: 'float32', data };
}

export function integers(shape: readonly number[], below: number): RecordedArray {
  const { data } = numbers(shape);
  return { shape, dtype: 'int32', data: data.map((_, index) => (index * 7 + 3) % below) };
}
