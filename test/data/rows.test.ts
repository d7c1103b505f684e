// Rows brought together: the device's own way against JavaScript's, and what no row may touch.
import { describe, expect, it } from 'vitest';
import { copyRows } from '../../src/core/copy-rows.js';
import { bytesPerElement, type TypedArray, viewOf } from '../../src/core/dtype.js';
import { CpuDevice } from '../../src/devices/cpu.js';

const ROWS = 50;
const DTYPES = ['float32', 'float64', 'int32', 'uint32', 'uint8'] as const;
const WIDTHS = [1, 3, 64, 65, 784];
const ORDERS = {
  'in another order': Uint32Array.from({ length: ROWS }, (_, row) => (row * 13) % ROWS),
  'one again and again': new Uint32Array(20).fill(ROWS - 1),
  'a single one': Uint32Array.of(3),
  none: new Uint32Array(0),
};

/** An array in a device's memory. */
function arrayOn(device: CpuDevice, dtype: (typeof DTYPES)[number], length: number): TypedArray {
  const bytes = length * bytesPerElement(dtype);
  const { buffer, byteOffset } = device.peek(device.alloc(bytes), bytes);
  const array = viewOf(dtype, buffer, byteOffset, length);
  for (let index = 0; index < length; index++) array[index] = (index * 7) % 251;
  return array;
}

describe('rows in the memory of a device', () => {
  for (const [name, order] of Object.entries(ORDERS)) {
    it(`are what JavaScript copies: ${name}`, () => {
      const device = new CpuDevice({});
      for (const dtype of DTYPES) {
        for (const width of WIDTHS) {
          const from = arrayOn(device, dtype, ROWS * width);
          // One row more, which must stay as it is.
          const to = arrayOn(device, dtype, (order.length + 1) * width);
          const expected = to.slice();
          copyRows(expected, from, order, width);
          device.copyRows(to, from, order, width);
          expect(to, `${dtype}, width ${width}`).toEqual(expected);
        }
      }
    });
  }

  it('come from other memory, and change their type', () => {
    const device = new CpuDevice({});
    const order = Uint32Array.of(1, 0);
    const to = arrayOn(device, 'float32', 4);
    device.copyRows(to, Float32Array.of(1, 2, 3, 4), order, 2);
    expect(Array.from(to)).toEqual([3, 4, 1, 2]);
    const bytes = arrayOn(device, 'uint8', 4);
    device.copyRows(to, bytes, order, 2);
    expect(Array.from(to)).toEqual([14, 21, 0, 7]);
  });

  it('never reach beyond their arrays', () => {
    const device = new CpuDevice({});
    const from = arrayOn(device, 'float32', 4);
    const secret = arrayOn(device, 'float32', 64).fill(42);
    const to = arrayOn(device, 'float32', 4).fill(-1);
    const neighbour = arrayOn(device, 'float32', 64).fill(7);
    for (let row = 2; row < 40; row++) device.copyRows(to, from, Uint32Array.of(row), 2);
    expect(Array.from(to).every((value) => value !== 42)).toBe(true);
    device.copyRows(to, from, new Uint32Array(80), 2);
    expect(Array.from(neighbour).every((value) => value === 7)).toBe(true);
    expect(Array.from(secret).every((value) => value === 42)).toBe(true);
  });
});
