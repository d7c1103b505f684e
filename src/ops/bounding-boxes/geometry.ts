// Boxes moved, cut and kept inside images: corners [left, top, right, bottom] in pixels.
import { type OptionNames, requireObject } from '../../core/arguments.js';
import { ArgumentError, ShapeError } from '../../core/errors.js';
import { at } from '../../core/sequence.js';
import { formatShape } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import { add, div, mul, neg, sub } from '../arithmetic.js';
import { greater } from '../comparison.js';
import { asTensor, type TensorLike } from '../convert.js';
import { concat } from '../joining.js';
import { floatOf } from '../kernel-values.js';
import { max, min } from '../reductions.js';
import { cast, reshape } from '../shaping.js';
import { cos, sin, tan } from '../trigonometry.js';
import { squeeze } from '../views.js';
import { clip, where as select } from '../where.js';
import { boxesOf, boxFormatOf, type ImageExtent, type Sides, sidesOf } from './formats.js';

/** Boxes of images, and what is in them. */
export interface BoundingBoxes {
  /** `[n, count, 4]`, or `[count, 4]` for one image. */
  readonly boxes: Tensor;
  /** A class for each box, `[n, count]` or `[count]`; -1 says that there is no box. */
  readonly labels: Tensor;
}

/** How `clipToImageSize` clips. */
export interface ClipBoxesOptions extends ImageExtent {
  /** `xyxy` (the default) or `relXyxy`. */
  readonly format?: 'xyxy' | 'rel_xyxy' | 'relXyxy' | undefined;
}

const CLIP_BOXES_OPTIONS: OptionNames<ClipBoxesOptions> = {
  format: true,
  height: true,
  width: true,
};

/** Each side brought into 0 .. width or 0 .. height. */
function inside([left, top, right, bottom]: Sides, width: TensorLike, height: TensorLike): Sides {
  return [
    clip(left, 0, width),
    clip(top, 0, height),
    clip(right, 0, width),
    clip(bottom, 0, height),
  ];
}

/**
 * Boxes kept inside the image; the labels of boxes that are left without area become -1.
 *
 * @throws ArgumentError where `xyxy` boxes come without the size of the image.
 * @example
 * ```ts
 * import { boundingBoxes, tensor } from 'keratin';
 * const found = { boxes: tensor([[-10, -20, 150, 160], [130, 0, 140, 9]]), labels: tensor([3, 4]) };
 * const { boxes, labels } = boundingBoxes.clipToImageSize(found, { height: 100, width: 120 });
 * console.log(await boxes.array()); // [ [ 0, 0, 120, 100 ], [ 120, 0, 120, 9 ] ]
 * console.log(await labels.array()); // [ 3, -1 ]
 * ```
 */
export function clipToImageSize(
  given: BoundingBoxes,
  options: ClipBoxesOptions = {},
): BoundingBoxes {
  // Sizes and parts of images are handed on whole, with more members than are read here.
  requireObject('boundingBoxes.clipToImageSize', options, CLIP_BOXES_OPTIONS);
  const where = 'boundingBoxes.clipToImageSize';
  const isRelative = boxFormatOf(where, options.format ?? 'xyxy') === 'rel_xyxy';
  const { height, width } = isRelative ? { height: 1, width: 1 } : options;
  if (height === undefined || width === undefined) {
    throw new ArgumentError({
      where,
      what: 'the size of the image is missing',
      expected: 'height and width',
      fix: "pass { height, width } in pixels, or format: 'relXyxy'",
    });
  }
  const sides = inside(sidesOf(where, given.boxes), width, height);
  const area = squeeze(mul(sub(sides[2], sides[0]), sub(sides[3], sides[1])), -1);
  return { boxes: boxesOf(sides), labels: select(greater(area, 0), given.labels, -1) };
}

/** The part of an image that stays, in pixels. */
export interface BoxCrop {
  readonly top: TensorLike;
  readonly left: TensorLike;
  readonly height: TensorLike;
  readonly width: TensorLike;
}

/**
 * `xyxy` boxes as they lie in a part of their image, cut at its borders.
 *
 * @example
 * ```ts
 * import { boundingBoxes } from 'keratin';
 * const part = { top: 10, left: 20, height: 40, width: 30 };
 * console.log(await boundingBoxes.crop([[10, 20, 40, 60]], part).array()); // [ [ 0, 10, 20, 40 ] ]
 * ```
 */
export function crop(boxes: TensorLike, part: BoxCrop): Tensor {
  const moved = sidesOf(
    'boundingBoxes.crop',
    pad(boxes, { top: neg(part.top), left: neg(part.left) }),
  );
  return boxesOf(inside(moved, part.width, part.height));
}

/**
 * `xyxy` boxes after `top` rows and `left` columns were added before their image.
 *
 * @example
 * ```ts
 * import { boundingBoxes } from 'keratin';
 * console.log(await boundingBoxes.pad([[1, 2, 3, 4]], { top: 10, left: 0 }).array()); // [ [ 1, 12, 3, 14 ] ]
 * ```
 */
export function pad(boxes: TensorLike, { top, left }: Pick<BoxCrop, 'top' | 'left'>): Tensor {
  const [x, y, right, bottom] = sidesOf('boundingBoxes.pad', asTensor(boxes));
  return boxesOf([add(x, left), add(y, top), add(right, left), add(bottom, top)]);
}

/** What moves boxes: one number for all images or one for each, `[n]`. */
export interface BoxTransform {
  /** Degrees; positive ones turn counter-clockwise. Default 0. */
  readonly angle?: TensorLike | undefined;
  /** Parts of the width less a pixel. Default 0. */
  readonly translateX?: TensorLike | undefined;
  /** Parts of the height less a pixel. Default 0. */
  readonly translateY?: TensorLike | undefined;
  /** Default 1. */
  readonly scale?: TensorLike | undefined;
  /** Degrees. Default 0. */
  readonly shearX?: TensorLike | undefined;
  /** Degrees. Default 0. */
  readonly shearY?: TensorLike | undefined;
  /** Pixels down. */
  readonly height: number;
  /** Pixels across. */
  readonly width: number;
  /** The fixed point, as a part of the width less a pixel. Default 0.5. */
  readonly centerX?: number | undefined;
  /** The same down. Default 0.5. */
  readonly centerY?: number | undefined;
}

/** The two rows of the map from old to new places: a0 x + a1 y + a2, b0 x + b1 y + b2. */
function affineRows(transform: BoxTransform) {
  const { height, width, centerX = 0.5, centerY = 0.5, scale = 1 } = transform;
  const each = (numbers: TensorLike): Tensor => {
    const given = asTensor(numbers);
    return reshape(cast(given, floatOf(given.dtype)), [-1, 1, 1]);
  };
  const radians = (degrees: TensorLike = 0): Tensor => mul(neg(each(degrees)), Math.PI / 180);
  const [x, y] = [centerX * (width - 1), centerY * (height - 1)];
  const fromX = sub(x, mul(each(transform.translateX ?? 0), width - 1));
  const fromY = sub(y, mul(each(transform.translateY ?? 0), height - 1));
  const turn = radians(transform.angle);
  const [shearX, shearY] = [radians(transform.shearX), radians(transform.shearY)];
  const rest = sub(turn, shearY);
  // Turned and sheared, without the scale; the determinant is 1, so that the inverse swaps numbers.
  const a = div(cos(rest), cos(shearY));
  const b = add(mul(a, tan(shearX)), sin(turn));
  const c = neg(div(sin(rest), cos(shearY)));
  const d = sub(cos(turn), mul(c, tan(shearX)));
  const size = each(scale);
  const [a0, a1, b0, b1] = [mul(d, size), mul(neg(b), size), mul(neg(c), size), mul(a, size)];
  const a2 = sub(sub(x, mul(a0, fromX)), mul(a1, fromY));
  const b2 = sub(sub(y, mul(b0, fromX)), mul(b1, fromY));
  return { a0, a1, a2, b0, b1, b2 };
}

/**
 * `xyxy` boxes `[n, count, 4]` around what an affine map makes of them: the smallest upright boxes
 * that hold the four moved corners.
 *
 * @example
 * ```ts
 * import { boundingBoxes } from 'keratin';
 * const quarter = { angle: 90, height: 11, width: 11 };
 * const turned = boundingBoxes.affineTransform([[[0, 0, 2, 4]]], quarter);
 * console.log(await turned.add(0.5).floor().array()); // [ [ [ 0, 8, 4, 10 ] ] ]
 * ```
 */
export function affineTransform(boxes: TensorLike, transform: BoxTransform): Tensor {
  const where = 'boundingBoxes.affineTransform';
  const given = asTensor(boxes);
  if (given.rank !== 3) {
    throw new ShapeError({
      where,
      what: 'boxes have to come in batches',
      expected: '[n, count, 4]',
      received: formatShape(given.shape),
      fix: 'add an axis in front with expandDims(boxes, 0)',
    });
  }
  const { a0, a1, a2, b0, b1, b2 } = affineRows(transform);
  return boxAround(where, cast(given, a0.dtype), (x, y) => [
    add(add(mul(x, a0), mul(y, a1)), a2),
    add(add(mul(x, b0), mul(y, b1)), b2),
  ]);
}

/** The upright boxes that hold the four corners of boxes `[..., 4]` after `move`. */
export function boxAround(
  where: string,
  boxes: Tensor,
  move: (x: Tensor, y: Tensor) => readonly [x: Tensor, y: Tensor],
): Tensor {
  const [left, top, right, bottom] = sidesOf(where, boxes);
  // All corners at once: [..., 4] for x and for y.
  const corners = move(
    concat([left, right, right, left], -1),
    concat([top, top, bottom, bottom], -1),
  );
  const ends = [min, max].flatMap((end) =>
    corners.map((one) => end(one, { axis: -1, keepDims: true })),
  );
  return boxesOf([at(ends, 0), at(ends, 1), at(ends, 2), at(ends, 3)]);
}
