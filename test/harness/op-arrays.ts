// Arrays of float64 for references: written to be read, not to be fast.
import { at, product, range } from '../../src/core/sequence.js';

/** A dense array in row-major order. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** Every index of a shape in row-major order. */
export function indicesOf(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (list, extent) => list.flatMap((index) => range(extent).map((place) => [...index, place])),
    [[]],
  );
}

/** An array from the value at each index. */
export function build(
  shape: readonly number[],
  value: (index: readonly number[]) => number,
): Numbers {
  return { shape, data: indicesOf(shape).map(value) };
}

/** The element at an index; `outside` where there is none. */
export function get(x: Numbers, index: readonly number[], outside?: number): number {
  let flat = 0;
  for (const [axis, place] of index.entries()) {
    const extent = at(x.shape, axis);
    if (place < 0 || place >= extent) {
      if (outside === undefined) throw new Error(`index ${index} of ${x.shape}`);
      return outside;
    }
    flat = flat * extent + place;
  }
  return at(x.data, flat);
}

export function map(x: Numbers, fn: (value: number) => number): Numbers {
  return { shape: x.shape, data: Array.from(x.data, (value) => fn(value)) };
}

/** The element that broadcasting shows at an index of a larger shape. */
export function spreadAt(x: Numbers, index: readonly number[]): number {
  const extra = index.length - x.shape.length;
  return get(
    x,
    x.shape.map((extent, axis) => (extent === 1 ? 0 : at(index, axis + extra))),
  );
}

/** Broadcasts several arrays and applies `fn` to their elements. */
export function zip(arrays: readonly Numbers[], fn: (...values: number[]) => number): Numbers {
  const rank = Math.max(...arrays.map(({ shape }) => shape.length));
  const shape = range(rank).map((axis) => {
    const sizes = arrays.map((x) => x.shape[axis - rank + x.shape.length] ?? 1);
    return sizes.find((size) => size !== 1) ?? 1;
  });
  return build(shape, (index) => fn(...arrays.map((x) => spreadAt(x, index))));
}

/** Applies `fn` to the elements along `axes` for every position of the others. */
export function reduce(
  x: Numbers,
  axes: readonly number[],
  keepDims: boolean,
  fn: (values: readonly number[]) => number,
): Numbers {
  const kept = range(x.shape.length).filter((axis) => !axes.includes(axis));
  const inner = indicesOf(axes.map((axis) => at(x.shape, axis)));
  const values = indicesOf(kept.map((axis) => at(x.shape, axis))).map((outer) =>
    fn(
      inner.map((place) => {
        const index = x.shape.map((_, axis) =>
          axes.includes(axis) ? at(place, axes.indexOf(axis)) : at(outer, kept.indexOf(axis)),
        );
        return get(x, index);
      }),
    ),
  );
  const shape = x.shape.flatMap((extent, axis) =>
    axes.includes(axis) ? (keepDims ? [1] : []) : [extent],
  );
  return { shape, data: values };
}

/** Each row along the last axis replaced by `fn(row)`, which keeps its length. */
export function mapRows(x: Numbers, fn: (row: readonly number[]) => readonly number[]): Numbers {
  const length = at(x.shape, -1);
  const rows = range(length === 0 ? 0 : product(x.shape) / length).map((row) =>
    Array.from({ length }, (_, place) => at(x.data, row * length + place)),
  );
  return { shape: x.shape, data: rows.flatMap((row) => fn(row)) };
}

export function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
