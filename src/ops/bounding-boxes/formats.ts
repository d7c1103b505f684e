// How boxes are written down, and from one way to another. All other functions on boxes go through
// corners [left, top, right, bottom] in pixels.
import { type OptionNames, requireObject } from '../../core/arguments.js';
import type { DType } from '../../core/dtype.js';
import { ArgumentError, ShapeError } from '../../core/errors.js';
import { at } from '../../core/sequence.js';
import { formatShape } from '../../core/shape.js';
import { nameAmong } from '../../core/spelling.js';
import type { Tensor } from '../../core/tensor.js';
import { add, div, mul, sub } from '../arithmetic.js';
import { asTensor, type TensorLike } from '../convert.js';
import { concat, split } from '../joining.js';
import { cast } from '../shaping.js';

/** What the four numbers of a box mean; y stands first where `yFirst`. */
interface Format {
  /** Two corners; the first corner and both sizes; or the middle and both sizes. */
  readonly kind: 'corners' | 'start' | 'center';
  readonly yFirst: boolean;
  /** Whether numbers are parts of the image's width and height. */
  readonly isRelative: boolean;
}

const FORMATS = {
  xyxy: { kind: 'corners', yFirst: false, isRelative: false },
  yxyx: { kind: 'corners', yFirst: true, isRelative: false },
  xywh: { kind: 'start', yFirst: false, isRelative: false },
  center_xywh: { kind: 'center', yFirst: false, isRelative: false },
  center_yxhw: { kind: 'center', yFirst: true, isRelative: false },
  rel_xyxy: { kind: 'corners', yFirst: false, isRelative: true },
  rel_yxyx: { kind: 'corners', yFirst: true, isRelative: true },
  rel_xywh: { kind: 'start', yFirst: false, isRelative: true },
  rel_center_xywh: { kind: 'center', yFirst: false, isRelative: true },
} as const satisfies Readonly<Record<string, Format>>;

/** Keras's spelling of a format. */
export type KerasBoxFormat = keyof typeof FORMATS;

/**
 * What the four numbers of a box are: `xyxy` left, top, right, bottom; `yxyx` top, left, bottom,
 * right; `xywh` left, top, width, height; `centerXywh` the middle, width, height; `centerYxhw` the
 * same with y first. Those that begin with `rel` count in parts of the image's width and height.
 */
export type BoxFormat =
  | KerasBoxFormat
  | 'centerXywh'
  | 'centerYxhw'
  | 'relXyxy'
  | 'relYxyx'
  | 'relXywh'
  | 'relCenterXywh';

function isKerasFormat(name: string): name is KerasBoxFormat {
  return Object.hasOwn(FORMATS, name);
}

const NAMES = Object.keys(FORMATS).filter(isKerasFormat);

/** The format in Keras's spelling, whatever the spelling of `format`. */
export function boxFormatOf(where: string, format: string): KerasBoxFormat {
  return nameAmong('bounding box format', format, NAMES, where);
}

/** The four numbers of boxes `[..., 4]`, each `[..., 1]`. */
export type Sides = readonly [Tensor, Tensor, Tensor, Tensor];

/** Boxes `[..., 4]` as their four numbers; throws unless there are four. */
export function sidesOf(where: string, boxes: Tensor): Sides {
  if (boxes.rank < 1 || boxes.shape.at(-1) !== 4) {
    throw new ShapeError({
      where,
      what: 'these are no boxes',
      expected: '[..., 4]',
      received: formatShape(boxes.shape),
      fix: 'give four numbers for each box',
    });
  }
  const parts = split(boxes, 4, -1);
  return [at(parts, 0), at(parts, 1), at(parts, 2), at(parts, 3)];
}

/** Boxes of four numbers, `[..., 4]`. */
export function boxesOf(sides: Sides): Tensor {
  return concat(sides, -1);
}

/** The same box with x and y in the other order. */
function swapped([a, b, c, d]: Sides): Sides {
  return [b, a, d, c];
}

/** Corners of a box given with x first. */
function cornersOf(kind: Format['kind'], [x, y, a, b]: Sides): Sides {
  if (kind === 'corners') return [x, y, a, b];
  if (kind === 'start') return [x, y, add(x, a), add(y, b)];
  const [across, down] = [div(a, 2), div(b, 2)];
  return [sub(x, across), sub(y, down), add(x, across), add(y, down)];
}

/** The numbers of a box, x first, from its corners. */
function fromCorners(kind: Format['kind'], [left, top, right, bottom]: Sides): Sides {
  if (kind === 'corners') return [left, top, right, bottom];
  const [width, height] = [sub(right, left), sub(bottom, top)];
  if (kind === 'start') return [left, top, width, height];
  return [add(left, div(width, 2)), add(top, div(height, 2)), width, height];
}

/** The size of the image that boxes belong to; tensors broadcast against `[..., 1]`. */
export interface ImageExtent {
  /** Pixels down. */
  readonly height?: TensorLike | undefined;
  /** Pixels across. */
  readonly width?: TensorLike | undefined;
}

/** How `convertFormat` converts. */
export interface ConvertOptions extends ImageExtent {
  /** The dtype of the result; `float32` by default. */
  readonly dtype?: DType | undefined;
}

const CONVERT_OPTIONS: OptionNames<ConvertOptions> = {
  dtype: true,
  height: true,
  width: true,
};

function extentOf(where: string, { height, width }: ConvertOptions, dtype: DType) {
  if (height !== undefined && width !== undefined) {
    return { height: cast(height, dtype), width: cast(width, dtype) };
  }
  throw new ArgumentError({
    where,
    what: 'between relative and absolute formats the size of the image is needed',
    expected: 'height and width',
    received: `height ${height === undefined ? 'not ' : ''}given, width ${width === undefined ? 'not ' : ''}given`,
    fix: 'pass { height, width } in pixels',
  });
}

/**
 * Boxes `[..., 4]` of one format in another; `height` and `width` of the image are needed where one
 * of both formats is relative and the other is not. Spelling of formats is free, as in Keras.
 *
 * @throws ArgumentError where the size of the image is needed and not given.
 * @example
 * ```ts
 * import { boundingBoxes } from 'keratin';
 * const boxes = [[10, 20, 30, 40]];
 * console.log(await boundingBoxes.convertFormat(boxes, 'xyxy', 'xywh').array()); // [ [ 10, 20, 20, 20 ] ]
 * ```
 */
export function convertFormat(
  boxes: TensorLike,
  source: BoxFormat,
  target: BoxFormat,
  options: ConvertOptions = {},
): Tensor {
  // Sizes and parts of images are handed on whole, with more members than are read here.
  requireObject('boundingBoxes.convertFormat', options, CONVERT_OPTIONS);
  const where = 'boundingBoxes.convertFormat';
  const [from, to] = [boxFormatOf(where, source), boxFormatOf(where, target)];
  const dtype = options.dtype ?? 'float32';
  const given = cast(asTensor(boxes), dtype);
  const sides = sidesOf(where, given);
  if (from === to) return given;
  const [old, next] = [FORMATS[from], FORMATS[to]];
  const corners = cornersOf(old.kind, old.yFirst ? swapped(sides) : sides);
  const needsSize = old.isRelative !== next.isRelative;
  if (!needsSize) return written(next, corners);
  const { height, width } = extentOf(where, options, dtype);
  const [x, y, right, bottom] = old.isRelative ? corners : fromCorners(next.kind, corners);
  if (old.isRelative) {
    return written(next, [mul(x, width), mul(y, height), mul(right, width), mul(bottom, height)]);
  }
  const parts: Sides = [div(x, width), div(y, height), div(right, width), div(bottom, height)];
  return boxesOf(next.yFirst ? swapped(parts) : parts);
}

function written(format: Format, corners: Sides): Tensor {
  const sides = fromCorners(format.kind, corners);
  return boxesOf(format.yFirst ? swapped(sides) : sides);
}
