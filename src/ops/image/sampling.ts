// Values between pixels: mapCoordinates and what moves whole images by it. Every sample is a
// weighted sum of rows gathered from the flattened image, so gradients come from gather.
import { checkOptions, type OptionNames, requireOptions } from '../../core/arguments.js';
import { isInteger } from '../../core/dtype.js';
import { ShapeError } from '../../core/errors.js';
import { denseStrides } from '../../core/layout.js';
import { at, product } from '../../core/sequence.js';
import { formatShape } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import { add, mul, sub } from '../arithmetic.js';
import { greaterEqual, less, logicalAnd } from '../comparison.js';
import { asTensor, type TensorLike } from '../convert.js';
import { floorDiv, mod } from '../division.js';
import { gather } from '../gather.js';
import { floatOf } from '../kernel-values.js';
import { abs, floor, round, sign } from '../powers.js';
import { cast, reshape } from '../shaping.js';
import { sliceAxis } from '../slicing.js';
import { expandDims, squeeze } from '../views.js';
import { clip, where } from '../where.js';

/**
 * What lies outside an image: `fillValue`; the nearest pixel; the image again; the image mirrored
 * at its outermost pixels' centres (`mirror`) or at their outer edges (`reflect`).
 */
export type FillMode = 'constant' | 'nearest' | 'wrap' | 'mirror' | 'reflect';

/** How values between and outside pixels are found. */
export interface SampleOptions {
  /** 0 takes the nearest pixel, 1 weighs the neighbours linearly. */
  readonly order: 0 | 1;
  /** `constant` by default. */
  readonly fillMode?: FillMode | undefined;
  /** 0 by default. */
  readonly fillValue?: number | undefined;
}

const SAMPLE_OPTIONS: OptionNames<SampleOptions> = { order: true, fillMode: true, fillValue: true };

function mirrored(index: Tensor, size: number): Tensor {
  const last = size - 1;
  return last === 0 ? mul(index, 0) : abs(sub(mod(add(index, last), 2 * last), last));
}

/** Positions brought into 0 .. size - 1; those of `constant` are told apart afterwards. */
const FIXED: Readonly<Record<FillMode, (index: Tensor, size: number) => Tensor>> = {
  constant: (index, size) => clip(index, 0, size - 1),
  nearest: (index, size) => clip(index, 0, size - 1),
  wrap: (index, size) => mod(index, size),
  mirror: mirrored,
  reflect: (index, size) => floorDiv(sub(mirrored(add(mul(index, 2), 1), 2 * size + 1), 1), 2),
};

/** To the nearest whole number, halves away from 0. */
function roundAway(x: Tensor): Tensor {
  const size = abs(x);
  const low = floor(size);
  return mul(sign(x), where(greaterEqual(sub(size, low), 0.5), add(low, 1), low));
}

/** One pixel that takes part in a sample along one axis. */
interface Neighbour {
  readonly index: Tensor;
  readonly weight: Tensor | undefined;
  readonly isInside: Tensor | undefined;
}

function neighbours(coordinate: Tensor, size: number, options: SampleOptions): Neighbour[] {
  const { fillMode = 'constant' } = options;
  const pixel = (raw: Tensor, weight?: Tensor): Neighbour => {
    const index = cast(raw, 'int32');
    const isInside = logicalAnd(greaterEqual(index, 0), less(index, size));
    const needsTest = fillMode === 'constant';
    return {
      index: FIXED[fillMode](index, size),
      weight,
      isInside: needsTest ? isInside : undefined,
    };
  };
  if (isInteger(coordinate.dtype)) return [pixel(coordinate)];
  if (options.order === 0) return [pixel(roundAway(coordinate))];
  const low = floor(coordinate);
  const share = sub(coordinate, low);
  return [pixel(low, sub(1, share)), pixel(add(low, 1), share)];
}

function both(
  a: Tensor | undefined,
  b: Tensor | undefined,
  join: (a: Tensor, b: Tensor) => Tensor,
): Tensor | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : join(a, b);
}

/**
 * Samples of `rows` [product of sizes, width] (of each of several images, one after the other,
 * where `first` gives their first rows) at one coordinate for each size: [...coordinates, width].
 */
export function sampleRows(
  rows: Tensor,
  sizes: readonly number[],
  coordinates: readonly Tensor[],
  options: SampleOptions,
  first?: Tensor,
): Tensor {
  const strides = denseStrides(sizes);
  let corners: Neighbour[] = [];
  coordinates.forEach((coordinate, axis) => {
    const found = neighbours(coordinate, at(sizes, axis), options).map((one) => ({
      ...one,
      index: mul(one.index, at(strides, axis)),
    }));
    if (axis === 0) corners = found;
    else {
      corners = corners.flatMap((corner) =>
        found.map((one) => ({
          index: add(corner.index, one.index),
          weight: both(corner.weight, one.weight, mul),
          isInside: both(corner.isInside, one.isInside, logicalAnd),
        })),
      );
    }
  });
  const dtype = floatOf(rows.dtype);
  const parts = corners.map(({ index, weight, isInside }) => {
    const picked = gather(rows, first === undefined ? index : add(index, first));
    const value =
      isInside === undefined
        ? picked
        : where(expandDims(isInside, -1), picked, cast(options.fillValue ?? 0, rows.dtype));
    return weight === undefined
      ? value
      : mul(cast(value, dtype), expandDims(cast(weight, dtype), -1));
  });
  const total = parts.reduce((sum, part) => add(sum, part));
  const whole = isInteger(rows.dtype) && isInteger(total.dtype) === false ? round(total) : total;
  return cast(whole, rows.dtype);
}

/**
 * The values of x at `coordinates` [rank of x, ...shape]: the result has that shape. Positions
 * count from the first element's centre.
 *
 * @example
 * ```ts
 * import { image } from 'keratin';
 * const between = image.mapCoordinates([10, 20, 30], [[0.5, 2]], { order: 1 });
 * console.log(await between.array()); // [ 15, 30 ]
 * ```
 */
export function mapCoordinates(
  x: TensorLike,
  coordinates: TensorLike,
  options: SampleOptions,
): Tensor {
  requireOptions('mapCoordinates', 'order', options);
  checkOptions('image.mapCoordinates', options, SAMPLE_OPTIONS);
  const [input, places] = [asTensor(x), asTensor(coordinates)];
  if (input.rank === 0 || places.rank < 2 || at(places.shape, 0) !== input.rank) {
    throw new ShapeError({
      where: 'mapCoordinates',
      what: 'the coordinates do not fit the tensor',
      expected: `[${input.rank}, ...]: one coordinate for each axis of ${formatShape(input.shape)}`,
      received: formatShape(places.shape),
      fix: 'stack one tensor of coordinates for each axis along a new first axis',
    });
  }
  const list = input.shape.map((_, axis) => squeeze(sliceAxis(places, 0, axis, 1), 0));
  const rows = reshape(input, [product(input.shape), 1]);
  return squeeze(sampleRows(rows, input.shape, list, options), -1);
}
