// How much boxes overlap: intersection over union, for each pair and, completed, one by one.
import { checkOptions, type OptionNames } from '../../core/arguments.js';
import { currentEpsilon } from '../../core/epsilon.js';
import { ArgumentError, ShapeError } from '../../core/errors.js';
import { formatShape } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import { add, div, mul, sub } from '../arithmetic.js';
import { less, logicalOr } from '../comparison.js';
import { asTensor, type TensorLike } from '../convert.js';
import { square } from '../powers.js';
import { max } from '../reductions.js';
import { atan } from '../trigonometry.js';
import { squeeze, swapAxes } from '../views.js';
import { maximum, minimum, where as select } from '../where.js';
import { type BoxFormat, boxFormatOf, convertFormat, type Sides, sidesOf } from './formats.js';

/** Height and width of an image, and further sizes that are not read. */
export type ImageShape = readonly [height: number, width: number, ...rest: number[]];

/** How `computeIou` compares. */
export interface IouOptions {
  /** Whether pairs get `maskValue` where all numbers of one box are below 0. Default false. */
  readonly useMasking?: boolean | undefined;
  /** Default -1. */
  readonly maskValue?: number | undefined;
  /** The size of the image; needed for relative formats. */
  readonly imageShape?: ImageShape | undefined;
}

const IOU_OPTIONS: OptionNames<IouOptions> = {
  useMasking: true,
  maskValue: true,
  imageShape: true,
};

function requireRank(where: string, boxes: Tensor): void {
  if (boxes.rank === 2 || boxes.rank === 3) return;
  throw new ShapeError({
    where,
    what: 'boxes are given for one image or for several',
    expected: '[count, 4] or [n, count, 4]',
    received: formatShape(boxes.shape),
    fix: 'add or drop axes with expandDims and squeeze',
  });
}

function isRelative(where: string, format: BoxFormat): boolean {
  return boxFormatOf(where, format).startsWith('rel_');
}

function areaOf([left, top, right, bottom]: Sides): Tensor {
  return mul(sub(bottom, top), sub(right, left));
}

function overlap(a: Sides, b: Sides): Tensor {
  const width = maximum(sub(minimum(a[2], b[2]), maximum(a[0], b[0])), 0);
  return mul(maximum(sub(minimum(a[3], b[3]), maximum(a[1], b[1])), 0), width);
}

/** `[..., count, 1]` as `[..., 1, count]`. */
function across(x: Tensor): Tensor {
  return swapAxes(x, -1, -2);
}

/**
 * The area that boxes share, as a part of the area that they cover together, for each pair of a box
 * of the first list and one of the second: `[count1, count2]`, or `[n, count1, count2]` where one
 * of both lists (or both) is given for n images.
 *
 * @example
 * ```ts
 * import { boundingBoxes } from 'keratin';
 * const iou = boundingBoxes.computeIou([[0, 0, 2, 2]], [[0, 0, 1, 2], [5, 5, 6, 6]], 'xyxy');
 * console.log(await iou.mul(100).round().array()); // [ [ 50, 0 ] ]
 * ```
 */
export function computeIou(
  boxes1: TensorLike,
  boxes2: TensorLike,
  format: BoxFormat,
  options: IouOptions = {},
): Tensor {
  checkOptions('boundingBoxes.computeIou', options, IOU_OPTIONS);
  const where = 'boundingBoxes.computeIou';
  const [first, second] = [asTensor(boxes1), asTensor(boxes2)];
  requireRank(where, first);
  requireRank(where, second);
  if (isRelative(where, format) && options.imageShape === undefined) {
    throw new ArgumentError({
      where,
      what: 'boxes of a relative format need the size of the image',
      expected: 'imageShape: [height, width]',
      fix: 'pass imageShape, since parts of width and height say nothing of areas',
    });
  }
  const [height, width] = options.imageShape ?? [];
  const cornersIn = (boxes: Tensor): Tensor =>
    convertFormat(boxes, format, 'xyxy', { height, width });
  return pairs(cornersIn(first), cornersIn(second), options);
}

function pairs(first: Tensor, second: Tensor, options: IouOptions): Tensor {
  const where = 'boundingBoxes.computeIou';
  const a = sidesOf(where, first);
  const [left, top, right, bottom] = sidesOf(where, second);
  const b: Sides = [across(left), across(top), across(right), across(bottom)];
  const shared = overlap(a, b);
  const union = sub(add(areaOf(a), areaOf(b)), shared);
  const result = div(shared, add(union, currentEpsilon()));
  if (options.useMasking !== true) return result;
  const isMissing = (boxes: Tensor): Tensor => less(max(boxes, { axis: -1, keepDims: true }), 0);
  const isMasked = logicalOr(isMissing(first), across(isMissing(second)));
  return select(isMasked, options.maskValue ?? -1, result);
}

/**
 * The complete intersection over union of boxes `[..., 4]`, one by one: what they share, less their
 * distance and the difference of their proportions (Zheng et al. 2020). 1 for equal boxes.
 *
 * As in Keras, relative formats are refused; convert them with `convertFormat` first.
 *
 * @example
 * ```ts
 * import { boundingBoxes } from 'keratin';
 * const same = boundingBoxes.computeCiou([[0, 0, 2, 2]], [[0, 0, 2, 2]], 'xyxy');
 * console.log((await same.sum().item()).toFixed(4)); // 1.0000
 * ```
 */
export function computeCiou(boxes1: TensorLike, boxes2: TensorLike, format: BoxFormat): Tensor {
  const where = 'boundingBoxes.computeCiou';
  if (isRelative(where, format)) {
    throw new ArgumentError({
      where,
      what: 'boxes of relative formats are not compared',
      received: format,
      fix: "convert them first: convertFormat(boxes, 'relXyxy', 'xyxy', { height, width })",
    });
  }
  const a = sidesOf(where, convertFormat(boxes1, format, 'xyxy'));
  const b = sidesOf(where, convertFormat(boxes2, format, 'xyxy'));
  const size = ([left, top, right, bottom]: Sides) => ({
    width: sub(right, left),
    height: add(sub(bottom, top), currentEpsilon()),
  });
  const [one, other] = [size(a), size(b)];
  const shared = overlap(a, b);
  const areas = add(mul(one.width, one.height), mul(other.width, other.height));
  const iou = div(shared, add(add(sub(areas, shared), currentEpsilon()), currentEpsilon()));
  const hullWidth = sub(maximum(a[2], b[2]), minimum(a[0], b[0]));
  const hullHeight = sub(maximum(a[3], b[3]), minimum(a[1], b[1]));
  const diagonal = add(add(square(hullWidth), square(hullHeight)), currentEpsilon());
  const middle = (low: Tensor, high: Tensor): Tensor => div(add(low, high), 2);
  const distance = add(
    square(sub(middle(a[0], a[2]), middle(b[0], b[2]))),
    square(sub(middle(a[1], a[3]), middle(b[1], b[3]))),
  );
  const slope = ({ width, height }: { width: Tensor; height: Tensor }): Tensor =>
    atan(div(width, height));
  const unlike = mul(square(sub(slope(other), slope(one))), 4 / Math.PI ** 2);
  const weight = div(unlike, add(sub(unlike, iou), 1 + currentEpsilon()));
  return squeeze(sub(iou, add(div(distance, diagonal), mul(unlike, weight))), -1);
}
