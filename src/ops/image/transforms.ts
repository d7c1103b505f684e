// Images moved as a whole: affine and perspective transforms, and random elastic ones. Each says
// where in the old image a new pixel comes from; sampling.ts fetches it.
import { checkOptions, type OptionNames } from '../../core/arguments.js';
import { ShapeError } from '../../core/errors.js';
import { at, product } from '../../core/sequence.js';
import { formatShape } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import { add, div, mul, neg } from '../arithmetic.js';
import { asTensor, type TensorLike } from '../convert.js';
import { arange, onesLike, zerosLike } from '../create.js';
import { concat } from '../joining.js';
import { floatOf } from '../kernel-values.js';
import { solve } from '../linalg/solve.js';
import { normal, type Seed } from '../random.js';
import { broadcastTo, cast, reshape } from '../shaping.js';
import { sliceAxis } from '../slicing.js';
import { squeeze } from '../views.js';
import { type ImageOptions, onBatch } from './batches.js';
import { smoothed } from './filters.js';
import { type FillMode, sampleRows } from './sampling.js';

/** How transformed images are sampled. */
export interface TransformOptions extends ImageOptions {
  /** `bilinear` by default. */
  readonly interpolation?: 'nearest' | 'bilinear' | undefined;
  /** 0 by default. */
  readonly fillValue?: number | undefined;
}

const TRANSFORM_OPTIONS: OptionNames<TransformOptions> = {
  interpolation: true,
  fillValue: true,
  dataFormat: true,
};

/** How `affineTransform` samples. */
export interface AffineOptions extends TransformOptions {
  /** What lies outside; `constant` by default. */
  readonly fillMode?: FillMode | undefined;
}

const AFFINE_OPTIONS: OptionNames<AffineOptions> = {
  fillMode: true,
  interpolation: true,
  fillValue: true,
  dataFormat: true,
};

/** Row and column numbers of pixels, as floats that broadcast to [1, height, width]. */
function pixelGrid(images: Tensor): { readonly rows: Tensor; readonly columns: Tensor } {
  const numbers = (count: number): Tensor => arange(0, count, 1, 'float32');
  return {
    rows: reshape(numbers(at(images.shape, 1)), [1, -1, 1]),
    columns: reshape(numbers(at(images.shape, 2)), [1, 1, -1]),
  };
}

/** Pixels of a batch of images at places that broadcast to [n, height, width]. */
function sampleImages(x: Tensor, rows: Tensor, columns: Tensor, options: AffineOptions): Tensor {
  const shape = x.shape.slice(0, 3);
  const sizes = shape.slice(1);
  const places = [broadcastTo(rows, shape), broadcastTo(columns, shape)];
  const perImage = product(sizes);
  const first = reshape(mul(arange(0, at(shape, 0)), perImage), [-1, 1, 1]);
  const order = options.interpolation === 'nearest' ? 0 : 1;
  const flat = reshape(x, [-1, at(x.shape, 3)]);
  return sampleRows(flat, sizes, places, { ...options, order }, first);
}

/** Number `place` of each list along the last axis, to broadcast against images [n, h, w]. */
function entry(lists: Tensor, place: number): Tensor {
  return reshape(sliceAxis(lists, -1, place, 1), [-1, 1, 1]);
}

function requireLists(where: string, what: string, tensor: Tensor, tail: readonly number[]): void {
  const shape = tensor.shape.slice(-tail.length);
  const extra = tensor.rank - tail.length;
  if ((extra === 0 || extra === 1) && formatShape(shape) === formatShape(tail)) return;
  throw new ShapeError({
    where,
    what,
    expected: `${formatShape(tail)}, or [n, ${tail.join(', ')}]`,
    received: formatShape(tensor.shape),
    fix: 'give one list for all images or one for each',
  });
}

/**
 * Images seen through affine maps: the new pixel at (x, y) is the old one at
 * (a0 x + a1 y + a2, b0 x + b1 y + b2) for a transform [a0, a1, a2, b0, b1, b2, c0, c1]. The last two
 * numbers take no part: give 0. (In Keras it depends on the backend what they do; on JAX they shift
 * the channels against each other. `perspectiveTransform` bends images.)
 *
 * @example
 * ```ts
 * import { image } from 'keratin';
 * const moved = image.affineTransform([[[1], [2], [3]]], [1, 0, 1, 0, 1, 0, 0, 0]);
 * console.log(await moved.array()); // [ [ [ 2 ], [ 3 ], [ 0 ] ] ]
 * ```
 */
export function affineTransform(
  images: TensorLike,
  transform: TensorLike,
  options: AffineOptions = {},
): Tensor {
  checkOptions('image.affineTransform', options, AFFINE_OPTIONS);
  const numbers = asTensor(transform);
  requireLists('affineTransform', 'a transform has eight numbers', numbers, [8]);
  return onBatch('affineTransform', images, options, (x) => {
    const { rows, columns } = pixelGrid(x);
    const part = (from: number): Tensor =>
      add(
        add(mul(columns, entry(numbers, from)), mul(rows, entry(numbers, from + 1))),
        entry(numbers, from + 2),
      );
    return sampleImages(x, part(3), part(0), options);
  });
}

/** The eight numbers of the projective map that takes each end point to its start point. */
export function homography(start: Tensor, end: Tensor): Tensor {
  const column = (points: Tensor, place: number): Tensor => sliceAxis(points, -1, place, 1);
  const [startX, startY] = [column(start, 0), column(start, 1)];
  const [x, y] = [column(end, 0), column(end, 1)];
  const [zero, one] = [zerosLike(x), onesLike(x)];
  const forX = [x, y, one, zero, zero, zero, neg(mul(startX, x)), neg(mul(startX, y))];
  const forY = [zero, zero, zero, x, y, one, neg(mul(startY, x)), neg(mul(startY, y))];
  const matrix = concat([concat(forX, -1), concat(forY, -1)], -2);
  return squeeze(solve(matrix, concat([startX, startY], -2)), -1);
}

/**
 * Images seen through the projective map that moves four points [[x, y], ...] of the image to four
 * others: what was at `startPoints` is at `endPoints` afterwards.
 *
 * @example
 * ```ts
 * import { image } from 'keratin';
 * const corners = [[0, 0], [1, 0], [0, 1], [1, 1]];
 * const right = [[1, 0], [2, 0], [1, 1], [2, 1]];
 * const moved = image.perspectiveTransform([[[1], [2], [3]]], corners, right);
 * console.log(await moved.array()); // [ [ [ 0 ], [ 1 ], [ 2 ] ] ]
 * ```
 */
export function perspectiveTransform(
  images: TensorLike,
  startPoints: TensorLike,
  endPoints: TensorLike,
  options: TransformOptions = {},
): Tensor {
  checkOptions('image.perspectiveTransform', options, TRANSFORM_OPTIONS);
  const [from, to] = [cast(startPoints, 'float32'), cast(endPoints, 'float32')];
  requireLists('perspectiveTransform', 'a map is given by four points', from, [4, 2]);
  requireLists('perspectiveTransform', 'a map is given by four points', to, [4, 2]);
  const map = homography(from, to);
  return onBatch('perspectiveTransform', images, options, (x) => {
    const { rows, columns } = pixelGrid(x);
    const line = (first: number): Tensor =>
      add(mul(columns, entry(map, first)), mul(rows, entry(map, first + 1)));
    const depth = add(line(6), 1);
    const place = (first: number): Tensor => div(add(line(first), entry(map, first + 2)), depth);
    return sampleImages(x, place(3), place(0), options);
  });
}

/** How `elasticTransform` bends images. */
export interface ElasticOptions extends TransformOptions {
  /** How far pixels move; 20 by default. */
  readonly alpha?: number | undefined;
  /** How smoothly the movement changes, in pixels; 5 by default. */
  readonly sigma?: number | undefined;
  /** What lies outside; `reflect` by default. */
  readonly fillMode?: FillMode | undefined;
  readonly seed?: Seed | null | undefined;
}

const ELASTIC_OPTIONS: OptionNames<ElasticOptions> = {
  alpha: true,
  sigma: true,
  fillMode: true,
  seed: true,
  interpolation: true,
  fillValue: true,
  dataFormat: true,
};

/**
 * Images bent at random: every pixel moves by a smooth random field (Simard et al. 2003). As in
 * Keras, rows and columns move by the same field, so that pixels shift along a diagonal only.
 *
 * @example
 * ```ts
 * import { image, ones } from 'keratin';
 * console.log(image.elasticTransform(ones([1, 8, 8, 3]), { seed: 1 }).shape); // [ 1, 8, 8, 3 ]
 * ```
 */
export function elasticTransform(images: TensorLike, options: ElasticOptions = {}): Tensor {
  checkOptions('image.elasticTransform', options, ELASTIC_OPTIONS);
  const { alpha = 20, sigma = 5, fillMode = 'reflect', seed } = options;
  return onBatch('elasticTransform', images, options, (x) => {
    const noise = normal(x.shape.slice(0, 3), { seed, dtype: floatOf(x.dtype) });
    const window = Math.trunc(6 * sigma) | 1;
    return bend(x, noise, { ...options, fillMode, alpha, sigma, window });
  });
}

/** How `bend` moves pixels. */
export interface BendOptions extends AffineOptions {
  /** How far pixels move. */
  readonly alpha: TensorLike;
  /** The deviation of the noise and of the bell curve that smooths it, in pixels. */
  readonly sigma: TensorLike;
  /** Pixels along a side of the window of the bell curve, at most. */
  readonly window: number;
}

/** Images [n, h, w, c] bent by noise [n, h, w] of deviation 1. */
export function bend(x: Tensor, noise: Tensor, options: BendOptions): Tensor {
  const sigma = cast(options.sigma, noise.dtype);
  const field = smoothed(mul(noise, sigma), sigma, options.window);
  const shift = mul(field, cast(options.alpha, noise.dtype));
  const { rows, columns } = pixelGrid(x);
  return sampleImages(x, add(rows, shift), add(columns, shift), options);
}
