// tf.image.transform: images seen through projective maps, with the rules of TensorFlow.js for what lies
// outside of them. ops/image/sampling.ts fetches the pixels.
import { at, product } from '../core/sequence.js';
import { formatShape } from '../core/shape.js';
import {
  ArgumentError,
  add,
  arange,
  asTensor,
  broadcastTo,
  cast,
  clip,
  div,
  equal,
  floor,
  greater,
  less,
  mod,
  mul,
  neg,
  reshape,
  ShapeError,
  scope,
  sub,
  type Tensor,
  type TensorLike,
  where,
} from '../index.js';
import { sampleRows } from '../ops/image/sampling.js';
import { sliceAxis } from '../ops/slicing.js';

/**
 * What is seen outside of an image: one value; the image mirrored at its edges; the image again; its
 * outermost pixels.
 */
export type TransformFillMode = 'constant' | 'reflect' | 'wrap' | 'nearest';

type Inside = (place: Tensor, size: number) => Tensor;

const nearest: Inside = (place, size) => clip(place, 0, size - 1);

/** Brings places of pixels into the image. What TensorFlow does is followed to the letter. */
const INSIDE: Readonly<Record<TransformFillMode, Inside>> = {
  constant: (place) => place,
  nearest,
  reflect: (place, size) => {
    const turned = mod(place, 2 * size);
    return nearest(where(less(turned, size), turned, sub(2 * size - 1, turned)), size);
  },
  wrap: (place, size) => {
    if (size === 1) return mul(place, 0);
    // Images are counted as if they were one pixel shorter.
    const below = add(place, mul(add(floor(div(neg(place), size - 1)), 1), size));
    const above = sub(place, mul(floor(div(place, size - 1)), size));
    const moved = where(less(place, 0), below, where(greater(place, size - 1), above, place));
    return nearest(moved, size);
  },
};

/** A place outside of every image: what lies there is `fillValue`. */
const NOWHERE = -2;

function checked(images: Tensor, transforms: Tensor, fillMode: TransformFillMode): void {
  const [n] = transforms.shape;
  const isFitting = transforms.rank === 2 && (n === 1 || n === images.shape[0]);
  if (images.rank !== 4 || !isFitting || transforms.shape[1] !== 8) {
    throw new ShapeError({
      where: 'image.transform',
      what: 'images and transforms do not fit',
      expected: 'images [n, height, width, channels] and transforms [n, 8] or [1, 8]',
      received: `${formatShape(images.shape)} and ${formatShape(transforms.shape)}`,
      fix: 'give one image a first axis of size 1, and one transform another pair of brackets',
    });
  }
  if (Object.hasOwn(INSIDE, fillMode)) return;
  throw new ArgumentError({
    where: 'image.transform',
    what: 'there is no such fillMode',
    expected: Object.keys(INSIDE).join(', '),
    received: String(fillMode),
    fix: "leave it out for 'constant'",
  });
}

/**
 * Images [n, height, width, channels] seen through projective maps: the new pixel at (x, y) is the old
 * one at ((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k) with k = c0 x + c1 y + 1, for transforms
 * [a0, a1, a2, b0, b1, b2, c0, c1], one for all images or one for each.
 *
 * @example
 * ```ts
 * import * as tf from 'keratin/tfjs';
 * const row = tf.tensor4d([1, 2, 3], [1, 1, 3, 1]);
 * const moved = tf.image.transform(row, tf.tensor2d([[1, 0, 1, 0, 1, 0, 0, 0]]));
 * console.log(await moved.reshape([3]).array()); // [ 2, 3, 0 ]
 * ```
 */
export function transform(
  images: TensorLike,
  transforms: TensorLike,
  interpolation: 'nearest' | 'bilinear' = 'nearest',
  fillMode: TransformFillMode = 'constant',
  fillValue = 0,
  outputShape?: readonly [height: number, width: number],
): Tensor {
  return scope(() => {
    const [input, maps] = [asTensor(images), asTensor(transforms, 'float32')];
    checked(input, maps, fillMode);
    const sizes = input.shape.slice(1, 3);
    const [height, width] = outputShape ?? [at(sizes, 0), at(sizes, 1)];
    const x = reshape(arange(0, width, 1, 'float32'), [1, 1, -1]);
    const y = reshape(arange(0, height, 1, 'float32'), [1, -1, 1]);
    const entry = (place: number): Tensor => reshape(sliceAxis(maps, 1, place, 1), [-1, 1, 1]);
    const line = (place: number): Tensor => add(mul(x, entry(place)), mul(y, entry(place + 1)));
    const depth = add(line(6), 1);
    const isNowhere = equal(depth, 0);
    const shape = [at(input.shape, 0), height, width];
    const along = (axis: 0 | 1): Tensor => {
      const first = axis === 0 ? 3 : 0;
      const seen = div(add(line(first), entry(first + 2)), where(isNowhere, 1, depth));
      const inside = INSIDE[fillMode](seen, at(sizes, axis));
      const chosen = interpolation === 'nearest' ? floor(add(inside, 0.5)) : inside;
      return broadcastTo(where(isNowhere, NOWHERE, chosen), shape);
    };
    const firstRows = reshape(mul(arange(0, at(shape, 0)), product(sizes)), [-1, 1, 1]);
    const rows = reshape(cast(input, 'float32'), [-1, at(input.shape, 3)]);
    const order = interpolation === 'nearest' ? 0 : 1;
    return sampleRows(rows, sizes, [along(0), along(1)], { order, fillValue }, firstRows);
  });
}
