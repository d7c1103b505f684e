// Joined and padded tensors become plain copies, piece by piece; other maps stay whole.
import { expect, it } from 'vitest';
import { layoutOf } from '../../src/core/layout.js';
import * as k from '../../src/kernels/ir/build.js';
import { mapKernel, read } from '../../src/kernels/ir/define.js';
import type { Expr } from '../../src/kernels/ir/expr.js';
import type { View } from '../../src/kernels/ir/kernel.js';
import { cutAtTests } from '../../src/kernels/schedule/cut-at-tests.js';

const view = (input: number, shape: readonly number[]): View => {
  return { input, shape, dtype: 'float32', layout: layoutOf('float32', shape) };
};

const extentsOf = (pieces: ReturnType<typeof cutAtTests>): number[][] =>
  pieces.map(({ axes }) => axes.map(({ extent }) => extent));

/** Rows of `left` followed by rows of `right`. */
function joined(left: View, right: View, columns: readonly [number, number]) {
  const shape = [3, columns[0] + columns[1]];
  return mapKernel([left, right], { shape, dtype: 'float32' }, (index) => {
    const [row, column] = index as [Expr, Expr];
    const first = k.lt(column, k.size(columns[0]));
    const rest = k.sub(column, k.size(columns[0]));
    return k.select(first, read(left, [row, column]), read(right, [row, rest]));
  });
}

it('cuts where a test on a position comes out the other way', () => {
  const pieces = cutAtTests(joined(view(0, [3, 5]), view(1, [3, 7]), [5, 7]));
  expect(extentsOf(pieces)).toEqual([
    [3, 5],
    [3, 7],
  ]);
  // Nothing is left to decide: each piece is one read.
  expect(pieces.map(({ outputs: [output] }) => output?.value.kind)).toEqual(['read', 'read']);
});

it('cuts padding on all sides into nine pieces, of which one reads', () => {
  const inner = view(0, [4, 6]);
  const padded = mapKernel([inner], { shape: [7, 9], dtype: 'float32' }, (index) => {
    const [row, column] = [k.sub(index[0] as Expr, k.i32(1)), k.sub(index[1] as Expr, k.i32(1))];
    const inside = (position: Expr, extent: number) =>
      k.and(k.ge(position, k.i32(0)), k.lt(position, k.size(extent)));
    const test = k.and(inside(row, 4), inside(column, 6));
    return k.select(test, read(inner, [row, column]), k.f32(2));
  });
  const pieces = cutAtTests(padded);
  expect(pieces.length).toBe(9);
  const reading = pieces.filter(({ outputs: [output] }) => output?.value.kind === 'read');
  expect(extentsOf(reading)).toEqual([[4, 6]]);
  const places = pieces.map(({ axes }) =>
    axes.reduce((product, { extent }) => product * extent, 1),
  );
  expect(places.reduce((sum, count) => sum + count)).toBe(63);
});

it('leaves maps whole where no read needs a test, and where pieces would be many', () => {
  const input = view(0, [3, 8]);
  const plain = mapKernel([input], { shape: [3, 8], dtype: 'float32' }, (index) => {
    const value = read(input, index);
    return k.select(k.lt(index[1] as Expr, k.i32(4)), value, k.neg(value));
  });
  expect(cutAtTests(plain)).toEqual([plain]);
  const part = view(0, [1]);
  const many = mapKernel([part], { shape: [64], dtype: 'float32' }, ([index]) =>
    Array.from({ length: 20 }, (_, place) => place * 3).reduce((sum: Expr, place) => {
      const from = k.sub(index as Expr, k.i32(place));
      const test = k.and(k.ge(from, k.i32(0)), k.lt(from, k.i32(1)));
      return k.add(sum, k.select(test, read(part, [from]), k.f32(0)));
    }, k.f32(0)),
  );
  expect(cutAtTests(many)).toEqual([many]);
});
