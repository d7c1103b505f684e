// tf.image: pixels by the names and argument orders of TensorFlow.js.
import { at } from '../core/sequence.js';
import {
  add,
  arange,
  argMax,
  asTensor,
  bincount,
  cast,
  cumsum,
  divideNoNan,
  expandDims,
  flip,
  floor,
  gather,
  greater,
  lessEqual,
  max,
  mul,
  image as ours,
  reshape,
  round,
  scalar,
  square,
  squeeze,
  stack,
  sub,
  sum,
  type Tensor,
  type TensorLike,
  tensor,
  tile,
  where,
} from '../index.js';
import { batched } from './batched.js';

export * from './suppression.js';
export { type TransformFillMode, transform } from './transform.js';

type Size = readonly [height: number, width: number];

/** Images [n, height, width, c] mirrored, left and right exchanged. */
export function flipLeftRight(images: TensorLike): Tensor {
  return flip(images, 2);
}

/** One channel three times. */
export function grayscaleToRGB(images: TensorLike): Tensor {
  const input = asTensor(images);
  return tile(input, [...input.shape.slice(0, -1).map(() => 1), 3]);
}

/** 0.2989 red + 0.587 green + 0.114 blue, in one channel. */
export function rgbToGrayscale(images: TensorLike): Tensor {
  return ours.rgbToGrayscale(images);
}

/** Where the pixels of the new size lie among the old ones, along one axis, `half` a pixel further on. */
function places(from: number, to: number, alignCorners: boolean, half: boolean): number[] {
  const scale = alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
  return Array.from({ length: to }, (_, index) => (half ? index + 0.5 : index) * scale);
}

/** Values between neighbours along an axis, weighted by distance. */
function interpolated(x: Tensor, axis: number, where: readonly number[]): Tensor {
  const last = at(x.shape, axis) - 1;
  const inside = (index: number): number => Math.min(Math.max(index, 0), last);
  const below = where.map(Math.floor);
  const pick = (indices: readonly number[]): Tensor =>
    gather(x, tensor(indices.map(inside), 'int32'), { axis });
  const shares = where.map((place, index) => Math.max(place, 0) - Math.max(at(below, index), 0));
  const share = reshape(
    tensor(shares),
    x.shape.map((_, a) => (a === axis ? where.length : 1)),
  );
  const low = pick(below);
  return add(low, mul(sub(pick(below.map((index) => index + 1)), low), share));
}

/**
 * Images at another size, with values between neighbours. By default the first pixel stays where
 * it is, as in TensorFlow 1; `resize` of the main entry has its centres at halves, as Keras.
 */
export function resizeBilinear(
  images: TensorLike,
  size: Size,
  alignCorners = false,
  halfPixelCenters = false,
): Tensor {
  return batched(images, 4, (batch) =>
    size.reduce(
      (image, to, index) => {
        const found = places(at(image.shape, index + 1), to, alignCorners, halfPixelCenters);
        const centres = halfPixelCenters ? found.map((place) => place - 0.5) : found;
        return interpolated(image, index + 1, centres);
      },
      cast(batch, 'float32'),
    ),
  );
}

/** Images at another size, each pixel that of the nearest place. */
export function resizeNearestNeighbor(
  images: TensorLike,
  size: Size,
  alignCorners = false,
  halfPixelCenters = false,
): Tensor {
  return batched(images, 4, (batch) =>
    size.reduce((image, to, index) => {
      const from = at(image.shape, index + 1);
      const nearest = alignCorners ? Math.round : Math.floor;
      const chosen = places(from, to, alignCorners, halfPixelCenters).map((place) =>
        Math.min(from - 1, Math.max(0, nearest(place))),
      );
      return gather(image, tensor(chosen, 'int32'), { axis: index + 1 });
    }, batch),
  );
}

/** Pixels between two of the image: one of the nearest, or weighted by distance. */
export type Method = 'nearest' | 'bilinear';

/**
 * Boxes [y1, x1, y2, x2] (parts of height and width) cut out of the images `boxIndices` and
 * brought to `cropSize`; `extrapolationValue` outside of the image.
 */
export function cropAndResize(
  images: TensorLike,
  boxes: TensorLike,
  boxIndices: TensorLike,
  cropSize: Size,
  method: Method = 'bilinear',
  extrapolationValue = 0,
): Tensor {
  const [input, corners] = [asTensor(images), asTensor(boxes)];
  const corner = (column: number): Tensor => gather(corners, [column], { axis: 1 });
  /** Places [boxes, size] along an axis. */
  const along = (axis: 1 | 2): Tensor => {
    const [from, size] = [at(input.shape, axis), at(cropSize, axis - 1)];
    const [start, end] = [corner(axis - 1), corner(axis + 1)];
    if (size === 1) return mul(add(start, end), 0.5 * (from - 1));
    const steps = tensor(Array.from({ length: size }, (_, index) => index / (size - 1)));
    return mul(add(start, mul(sub(end, start), steps)), from - 1);
  };
  const [rows, columns] = [along(1), along(2)];
  const grid = (x: Tensor, axis: 1 | 2): Tensor =>
    mul(expandDims(x, axis === 1 ? 2 : 1), tensor([1])).broadcastTo([
      at(corners.shape, 0),
      ...cropSize,
    ]);
  const [exactY, exactX] = [grid(rows, 1), grid(columns, 2)];
  const chosen = (place: Tensor): Tensor =>
    method === 'bilinear' ? place : floor(add(place, 0.5));
  const [y, x] = [chosen(exactY), chosen(exactX)];
  const owner = reshape(asTensor(boxIndices, 'float32'), [-1, 1, 1]).broadcastTo(y.shape);
  const channels = Array.from({ length: at(input.shape, 3) }, (_, channel) => {
    const layer = squeeze(gather(cast(input, 'float32'), [channel], { axis: 3 }), 3);
    return ours.mapCoordinates(layer, stack([owner, y, x]), {
      order: method === 'bilinear' ? 1 : 0,
      fillMode: 'nearest',
    });
  });
  const inside = (place: Tensor, extent: number): Tensor =>
    greater(place, -1e-6).logicalAnd(lessEqual(place, extent - 1 + 1e-6));
  const valid = inside(exactY, at(input.shape, 1)).logicalAnd(inside(exactX, at(input.shape, 2)));
  return where(expandDims(valid, 3), stack(channels, 3), scalar(extrapolationValue));
}

/** Images turned by `radians` about `center` (parts of width and height). */
export function rotateWithOffset(
  images: TensorLike,
  radians: number,
  fillValue: number | readonly [number, number, number] = 0,
  center: number | readonly [number, number] = 0.5,
): Tensor {
  const input = asTensor(images);
  const [height, width] = [at(input.shape, 1), at(input.shape, 2)];
  const [cx, cy] = typeof center === 'number' ? [center, center] : center;
  const [middleX, middleY] = [width * cx, height * cy];
  const [sin, cos] = [Math.sin(radians), Math.cos(radians)];
  const turned: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const fromX = Math.round((x - middleX) * cos - (y - middleY) * sin + middleX);
      const fromY = Math.round((x - middleX) * sin + (y - middleY) * cos + middleY);
      const isInside = fromX >= 0 && fromX < width && fromY >= 0 && fromY < height;
      turned.push(isInside ? fromY * width + fromX : -1);
    }
  }
  const flat = reshape(input, [at(input.shape, 0), height * width, -1]);
  const picked = gather(
    flat,
    tensor(
      turned.map((index) => Math.max(index, 0)),
      'int32',
    ),
    {
      axis: 1,
    },
  );
  const isInside = tensor(
    turned.map((index) => (index >= 0 ? 1 : 0)),
    'bool',
  );
  const filled = where(reshape(isInside, [1, -1, 1]), picked, cast(tensor(fillValue), input.dtype));
  return reshape(filled, input.shape);
}

/** The brightness that parts pixels best into two classes (Otsu 1979); -1 where nothing does. */
function otsuLimit(gray: Tensor): Tensor {
  const counts = cast(
    bincount(reshape(cast(round(gray), 'int32'), [-1]), { size: 256 }),
    'float32',
  );
  const brightness = arange(256).cast('float32');
  const [below, sums] = [cumsum(counts, { axis: 0 }), cumsum(mul(counts, brightness), { axis: 0 })];
  const above = sub(sum(counts), below);
  const means = sub(
    divideNoNan(sums, below),
    divideNoNan(sub(sum(mul(counts, brightness)), sums), above),
  );
  const between = mul(mul(below, above), square(means));
  return where(greater(max(between), 0), cast(argMax(between), 'float32'), -1);
}

/** Pixels above a brightness are white, the others black; or the other way round. */
export function threshold(
  image: TensorLike,
  method: 'binary' | 'otsu' = 'binary',
  inverted = false,
  value = 0.5,
): Tensor {
  const input = asTensor(image);
  const gray = at(input.shape, input.rank - 1) === 3 ? rgbToGrayscale(input) : input;
  const limit = method === 'binary' ? scalar(value * 255) : otsuLimit(gray);
  const isWhite = inverted ? lessEqual(gray, limit) : greater(gray, limit);
  return cast(mul(cast(isWhite, 'float32'), 255), 'int32');
}
