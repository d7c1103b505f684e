// Images: resizing by matrices of interpolation weights, and rearranging pixels and channels.
import { ArgumentError, ShapeError } from '../core/errors.js';
import { at, range } from '../core/sequence.js';
import { formatShape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { asTensor, type TensorLike, tensorOf } from './convert.js';
import { einsum } from './einsum.js';
import { gather } from './gather.js';
import { floatOf } from './kernel-values.js';
import { cast, reshape } from './shaping.js';
import { expandDims, squeeze, transpose } from './views.js';
import { type DataFormat, withChannelsLast } from './windows.js';

/** How pixels between pixels are guessed. */
export type Interpolation = 'nearest' | 'bilinear' | 'bicubic' | 'lanczos3' | 'lanczos5';

/** How `resize` works. */
export interface ResizeOptions {
  /** `bilinear` by default. */
  readonly interpolation?: Interpolation | undefined;
  /** Whether shrinking averages over all pixels that fall together; false by default. */
  readonly antialias?: boolean | undefined;
  /** `channelsLast` by default. */
  readonly dataFormat?: DataFormat | undefined;
}

/** sin(pi x) / (pi x) */
function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Keys, "Cubic convolution interpolation for digital image processing" (1981), with a = -1/2. */
function cubic(x: number): number {
  if (x >= 2) return 0;
  if (x >= 1) return ((-0.5 * x + 2.5) * x - 4) * x + 2;
  return (1.5 * x - 2.5) * x * x + 1;
}

function lanczos(radius: number): (x: number) => number {
  return (x) => (x >= radius ? 0 : sinc(x) * sinc(x / radius));
}

/** The weight of a pixel at a distance of x >= 0 pixels. */
const WEIGHTS: Readonly<Record<Exclude<Interpolation, 'nearest'>, (x: number) => number>> = {
  bilinear: (x) => Math.max(0, 1 - x),
  bicubic: cubic,
  lanczos3: lanczos(3),
  lanczos5: lanczos(5),
};

/** Row o holds the share of each old pixel in new pixel o; pixels are squares with centres. */
function weightMatrix(
  from: number,
  to: number,
  weight: (x: number) => number,
  antialias: boolean,
): number[] {
  const scale = to / from;
  const stretch = antialias ? Math.max(1, 1 / scale) : 1;
  return range(to).flatMap((row) => {
    const centre = (row + 0.5) / scale - 0.5;
    const shares = range(from).map((place) => weight(Math.abs(centre - place) / stretch));
    const total = shares.reduce((sum, share) => sum + share, 0);
    return shares.map((share) => share / total);
  });
}

function nearestPlaces(from: number, to: number): number[] {
  return range(to).map((row) => Math.min(from - 1, Math.floor(((row + 0.5) * from) / to)));
}

function resizeImages(x: Tensor, size: readonly [number, number], options: ResizeOptions): Tensor {
  const { interpolation = 'bilinear', antialias = false } = options;
  const [height, width] = [at(x.shape, 1), at(x.shape, 2)];
  if (interpolation === 'nearest') {
    const rows = tensorOf(nearestPlaces(height, size[0]), 'int32');
    const columns = tensorOf(nearestPlaces(width, size[1]), 'int32');
    return gather(gather(x, rows, { axis: 1 }), columns, { axis: 2 });
  }
  const dtype = floatOf(x.dtype);
  const weight = WEIGHTS[interpolation];
  const matrix = (from: number, to: number): Tensor =>
    tensorOf(weightMatrix(from, to, weight, antialias), dtype, [to, from]);
  const floats = cast(x, dtype);
  const tall =
    height === size[0] ? floats : einsum('oh,nhwc->nowc', matrix(height, size[0]), floats);
  return width === size[1] ? tall : einsum('ow,nhwc->nhoc', matrix(width, size[1]), tall);
}

/**
 * Images [n, height, width, c] (or one without n) at another size, as Keras: half-pixel centres,
 * no antialiasing unless asked for.
 *
 * @example
 * ```ts
 * import { ones, resize } from 'keratin';
 * console.log(resize(ones([1, 4, 4, 3]), [2, 8]).shape); // [ 1, 2, 8, 3 ]
 * ```
 */
export function resize(
  images: TensorLike,
  size: readonly [number, number],
  options: ResizeOptions = {},
): Tensor {
  const given = asTensor(images);
  if (given.rank !== 3 && given.rank !== 4) {
    throw new ShapeError({
      where: 'resize',
      what: 'these are no images',
      expected: '[n, height, width, c] or [height, width, c]',
      received: formatShape(given.shape),
      fix: 'add or drop axes with expandDims and squeeze',
    });
  }
  const batch = given.rank === 3 ? expandDims(given, 0) : given;
  const resized = withChannelsLast(batch, options.dataFormat ?? 'channelsLast', (x) =>
    resizeImages(x, size, options),
  );
  return given.rank === 3 ? squeeze(resized, 0) : resized;
}

/**
 * Channels moved into space: [n, h, w, c] becomes [n, h b, w b, c / b²].
 *
 * @example
 * ```ts
 * import { depthToSpace, ones } from 'keratin';
 * console.log(depthToSpace(ones([1, 2, 2, 8]), 2).shape); // [ 1, 4, 4, 2 ]
 * ```
 */
export function depthToSpace(x: TensorLike, block: number): Tensor {
  const input = asTensor(x);
  const [n, h, w, c] = [
    at(input.shape, 0),
    at(input.shape, 1),
    at(input.shape, 2),
    at(input.shape, 3),
  ];
  const channels = c / (block * block);
  if (!Number.isInteger(channels)) {
    throw new ArgumentError({
      where: 'depthToSpace',
      what: 'the channels do not fill the blocks',
      expected: `a multiple of ${block * block} channels`,
      received: String(c),
      fix: 'choose another block size',
    });
  }
  const apart = reshape(input, [n, h, w, block, block, channels]);
  return reshape(transpose(apart, [0, 1, 3, 2, 4, 5]), [n, h * block, w * block, channels]);
}

/**
 * Space moved into channels: [n, h b, w b, c] becomes [n, h, w, c b²].
 *
 * @example
 * ```ts
 * import { ones, spaceToDepth } from 'keratin';
 * console.log(spaceToDepth(ones([1, 4, 4, 2]), 2).shape); // [ 1, 2, 2, 8 ]
 * ```
 */
export function spaceToDepth(x: TensorLike, block: number): Tensor {
  const input = asTensor(x);
  const [n, h, w, c] = [
    at(input.shape, 0),
    at(input.shape, 1),
    at(input.shape, 2),
    at(input.shape, 3),
  ];
  const apart = reshape(input, [n, h / block, block, w / block, block, c]);
  return reshape(transpose(apart, [0, 1, 3, 2, 4, 5]), [
    n,
    h / block,
    w / block,
    c * block * block,
  ]);
}
