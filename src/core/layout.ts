// A layout says where in its storage each element of a tensor lies: strides and an offset.
// Views (transpose, slice, broadcast) are new layouts over old bytes.
import type { DType } from './dtype.js';
import type { Shape } from './shape.js';

/** Shape, dtype and the place of every element: `offset + Σ index[axis] * strides[axis]`. */
export interface Layout {
  readonly shape: Shape;
  readonly dtype: DType;
  /** Elements (not bytes) between neighbours along each axis; 0 repeats, negative runs backwards. */
  readonly strides: readonly number[];
  /** Elements before the first one. */
  readonly offset: number;
  /** Equal for equal layouts, so that caches compare one number. */
  readonly id: number;
}

/** Row-major strides. */
export function denseStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis] ?? 1;
  }
  return strides;
}

const interned = new Map<string, Layout>();
let nextId = 0;

/** Layouts kept before the table is emptied: a bound for programs whose shapes never repeat. */
const MOST_LAYOUTS = 20_000;

/** The one layout object with these members. */
export function layoutOf(
  dtype: DType,
  shape: Shape,
  strides: readonly number[] = denseStrides(shape),
  offset = 0,
): Layout {
  const key = `${dtype}|${shape.join()}|${strides.join()}|${offset}`;
  const known = interned.get(key);
  if (known !== undefined) return known;
  if (interned.size >= MOST_LAYOUTS) interned.clear();
  const layout = { shape: [...shape], dtype, strides: [...strides], offset, id: nextId++ };
  interned.set(key, layout);
  return layout;
}

/** Whether the elements lie row-major without gaps (axes of size 1 do not matter). */
export function isDense(layout: Layout): boolean {
  let stride = 1;
  for (let axis = layout.shape.length - 1; axis >= 0; axis--) {
    const size = layout.shape[axis] ?? 1;
    if (size === 0) return true;
    if (size !== 1 && layout.strides[axis] !== stride) return false;
    stride *= size;
  }
  return true;
}
