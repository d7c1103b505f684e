// Class weights: one weight for each sample, looked up by its class.
import { ArgumentError } from '../core/errors.js';
import { Tensor } from '../core/tensor.js';
import type { HostBatch } from './batch.js';
import { type HostArray, isHostArray, toHostArray } from './host-array.js';

/** Weight by class number; classes that are missing weigh 1. */
export type ClassWeight = Readonly<Record<number, number>> | ReadonlyMap<number, number>;

function weightOf(classWeight: ClassWeight, label: number): number {
  const weight =
    classWeight instanceof Map ? classWeight.get(label) : Reflect.get(classWeight, label);
  return typeof weight === 'number' ? weight : 1;
}

/** The class of each sample: one-hot rows by their largest entry, others as they are. */
function labelsOf(y: HostArray): number[] {
  const count = y.shape[0] ?? 0;
  const columns = y.shape.length > 1 ? (y.shape.at(-1) ?? 1) : 1;
  const row = count === 0 ? 1 : y.values.length / count;
  if (row !== columns) {
    throw new ArgumentError({
      where: 'fit',
      what: 'classWeight needs one class for each sample',
      expected: 'targets of shape [samples] or [samples, classes]',
      received: `[${y.shape.join(', ')}]`,
      fix: 'use sampleWeight instead',
    });
  }
  return Array.from({ length: count }, (_, sample) => {
    const values = y.values.subarray(sample * columns, (sample + 1) * columns);
    if (columns === 1) return Math.round(values[0] ?? 0);
    return values.indexOf(Math.max(...values));
  });
}

function targetsOf(y: unknown): HostArray | Tensor {
  if (isHostArray(y) || y instanceof Tensor) return y;
  throw new ArgumentError({
    where: 'fit',
    what: 'classWeight works for models with one output',
    expected: 'one array of targets',
    received: y === undefined ? 'no targets' : 'several arrays',
    fix: 'use sampleWeight, which may have one entry for each output',
  });
}

/** The batch with a weight for each sample. */
export async function withClassWeights(
  batch: HostBatch,
  classWeight: ClassWeight,
): Promise<HostBatch> {
  if (batch.sampleWeight !== undefined) {
    throw new ArgumentError({
      where: 'fit',
      what: 'classWeight and sampleWeight are both given',
      expected: 'one of them',
      received: 'both',
      fix: 'multiply the class weights into sampleWeight',
    });
  }
  const y = await toHostArrayOf(targetsOf(batch.y));
  const values = Float32Array.from(labelsOf(y), (label) => weightOf(classWeight, label));
  const sampleWeight: HostArray = {
    kind: 'host',
    values,
    shape: [values.length],
    dtype: 'float32',
  };
  return { ...batch, sampleWeight };
}

function toHostArrayOf(leaf: HostArray | Tensor): Promise<HostArray> {
  return leaf instanceof Tensor ? toHostArray('y', leaf) : Promise.resolve(leaf);
}
