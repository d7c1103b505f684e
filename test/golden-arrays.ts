// Reads the arrays of test/golden and compares tensors with them.
import { expect } from 'vitest';
import type { DType } from '../src/core/dtype.js';
import { asTensor, reshape, type Tensor, tensor } from '../src/index.js';

/** An array as the oracle writes it: NaN and infinities are strings. */
export interface GoldenArray {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: readonly (number | boolean | string)[];
}

function numbersOf(array: GoldenArray): number[] {
  return array.data.map(Number);
}

const DTYPES: Readonly<Record<string, DType>> = { int64: 'int32', int8: 'int32', bool: 'bool' };

/** The dtype that stands for one of Keras's: whole numbers of 8 and of 64 bits are int32 here. */
export function ourDtype(dtype: string): DType {
  return DTYPES[dtype] ?? (dtype as DType);
}

/** The array as a tensor. */
export function tensorOfGolden(array: GoldenArray): Tensor {
  return reshape(tensor(numbersOf(array), { dtype: ourDtype(array.dtype) }), array.shape);
}

/** The array as a tensor; undefined for none. */
export function optionalTensor(array: GoldenArray | null): Tensor | undefined {
  return array === null ? undefined : tensorOfGolden(array);
}

/** Fails unless every element is within `relative` of its own size plus `absolute`. */
export async function expectClose(
  actual: Tensor,
  expected: GoldenArray,
  relative = 1e-5,
  absolute = 1e-6,
): Promise<void> {
  expect(actual.shape).toEqual(expected.shape);
  const values = await asTensor(actual).data();
  numbersOf(expected).forEach((wanted, index) => {
    const value = Number(values[index]);
    if (Number.isNaN(wanted)) expect(value).toBeNaN();
    else if (!Number.isFinite(wanted)) expect(value).toBe(wanted);
    else {
      const allowed = absolute + relative * Math.abs(wanted);
      const message = `element ${index}: ${value} is not ${wanted}`;
      expect(Math.abs(value - wanted), message).toBeLessThanOrEqual(allowed);
    }
  });
}

/** Relative and absolute: a few steps of 16 bits, since every result is rounded to them. */
const HALF_TOLERANCES: Readonly<Record<string, readonly [number, number]>> = {
  float16: [2e-3, 1e-3],
  bfloat16: [1.6e-2, 8e-3],
};

/** Fails unless the dtype is the expected one, and every element is as near as its bits allow. */
export async function expectCloseInDtype(actual: Tensor, expected: GoldenArray): Promise<void> {
  expect(actual.dtype).toBe(ourDtype(expected.dtype));
  await expectClose(actual, expected, ...(HALF_TOLERANCES[expected.dtype] ?? []));
}
