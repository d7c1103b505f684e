// Rows of one array brought together in another: how JavaScript does it. Devices may know a faster way
// inside of their memory (device.ts).
import type { TypedArray } from './dtype.js';

/** Writes the rows that `order` numbers one after the other; a row is `width` numbers of `from`. */
export type CopyRows = (
  to: TypedArray,
  from: TypedArray,
  order: Uint32Array,
  width: number,
) => void;

/** Numbers up to which a row is quicker copied one by one than through a view of it. */
const NARROW = 64;

/** Between any two arrays. */
export const copyRows: CopyRows = (to, from, order, width) => {
  for (let row = 0; row < order.length; row++) {
    const [start, place] = [(order[row] ?? 0) * width, row * width];
    if (width > NARROW) to.set(from.subarray(start, start + width), place);
    else for (let at = 0; at < width; at++) to[place + at] = from[start + at] ?? 0;
  }
};
