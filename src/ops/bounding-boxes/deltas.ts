// Boxes as differences from anchors, which is what detectors learn, and back.
import { checkOptions, type OptionNames } from '../../core/arguments.js';
import { currentEpsilon } from '../../core/epsilon.js';
import { ArgumentError, unknownName } from '../../core/errors.js';
import type { Tensor } from '../../core/tensor.js';
import { add, div, mul, sub } from '../arithmetic.js';
import { asTensor, type TensorLike } from '../convert.js';
import { concat } from '../joining.js';
import { exp, log } from '../powers.js';
import { sliceAxis } from '../slicing.js';
import { maximum } from '../where.js';
import { type BoxFormat, boxFormatOf, convertFormat } from './formats.js';
import type { ImageShape } from './overlap.js';

/** How boxes are written as differences. */
export interface DeltaOptions {
  readonly anchorFormat: BoxFormat;
  readonly boxFormat: BoxFormat;
  /** Which of both coordinates differences name first: `centerYxhw` (default) or `centerXywh`. */
  readonly encodedFormat?: 'center_xywh' | 'center_yxhw' | 'centerXywh' | 'centerYxhw' | undefined;
  /** Four numbers that differences are divided by. Default none. */
  readonly variance?: readonly number[] | undefined;
  /** The size of the image; needed for relative formats. */
  readonly imageShape?: ImageShape | undefined;
}

const DELTA_OPTIONS: OptionNames<DeltaOptions> = {
  anchorFormat: true,
  boxFormat: true,
  encodedFormat: true,
  variance: true,
  imageShape: true,
};

function settings(where: string, options: DeltaOptions) {
  const { variance, encodedFormat = 'center_yxhw', imageShape = [] } = options;
  const encoded = boxFormatOf(where, encodedFormat);
  if (encoded !== 'center_xywh' && encoded !== 'center_yxhw') {
    throw unknownName('encoded format', encodedFormat, ['center_xywh', 'center_yxhw'], where);
  }
  if (variance !== undefined && variance.length !== 4) {
    throw new ArgumentError({
      where,
      what: 'variance has one number for each of a box',
      expected: 'four numbers',
      received: String(variance.length),
      fix: 'write variance: [0.1, 0.1, 0.2, 0.2]',
    });
  }
  const [height, width] = imageShape;
  return { encoded, variance, size: { height, width } };
}

/** The middle and the sizes of boxes `[..., 4]`, each `[..., 2]`. */
function halves(boxes: Tensor): readonly [middle: Tensor, size: Tensor] {
  return [sliceAxis(boxes, -1, 0, 2), sliceAxis(boxes, -1, 2, 2)];
}

/**
 * Boxes `[n, count, 4]` or `[count, 4]` as differences from anchors `[count, 4]`: the distance of
 * the middles in sizes of the anchor, and the logarithms of the quotients of the sizes.
 *
 * @example
 * ```ts
 * import { boundingBoxes } from 'keratin';
 * const formats = { anchorFormat: 'xyxy', boxFormat: 'xyxy' } as const;
 * const deltas = boundingBoxes.encodeBoxToDeltas([[0, 0, 10, 10]], [[0, 5, 10, 15]], formats);
 * console.log(await deltas.array()); // [ [ 0.5, 0, 0, 0 ] ]
 * ```
 */
export function encodeBoxToDeltas(
  anchors: TensorLike,
  boxes: TensorLike,
  options: DeltaOptions,
): Tensor {
  checkOptions('boundingBoxes.encodeBoxToDeltas', options, DELTA_OPTIONS);
  const { encoded, variance, size } = settings('boundingBoxes.encodeBoxToDeltas', options);
  const from = halves(convertFormat(anchors, options.anchorFormat, encoded, size));
  const to = halves(convertFormat(boxes, options.boxFormat, encoded, size));
  const anchorSize = maximum(from[1], currentEpsilon());
  const ratio = div(maximum(to[1], currentEpsilon()), anchorSize);
  const deltas = concat([div(sub(to[0], from[0]), anchorSize), log(ratio)], -1);
  return variance === undefined ? deltas : div(deltas, asTensor([...variance]));
}

/**
 * Boxes from their differences to anchors; the inverse of {@link encodeBoxToDeltas}.
 *
 * @example
 * ```ts
 * import { boundingBoxes } from 'keratin';
 * const formats = { anchorFormat: 'xyxy', boxFormat: 'xyxy' } as const;
 * const boxes = boundingBoxes.decodeDeltasToBoxes([[0, 0, 10, 10]], [[0.5, 0, 0, 0]], formats);
 * console.log(await boxes.array()); // [ [ 0, 5, 10, 15 ] ]
 * ```
 */
export function decodeDeltasToBoxes(
  anchors: TensorLike,
  deltas: TensorLike,
  options: DeltaOptions,
): Tensor {
  checkOptions('boundingBoxes.decodeDeltasToBoxes', options, DELTA_OPTIONS);
  const { encoded, variance, size } = settings('boundingBoxes.decodeDeltasToBoxes', options);
  const [anchorMiddle, anchorSize] = halves(
    convertFormat(anchors, options.anchorFormat, encoded, size),
  );
  const given = asTensor(deltas);
  const [moves, growth] = halves(
    variance === undefined ? given : mul(given, asTensor([...variance])),
  );
  const middle = add(mul(moves, anchorSize), anchorMiddle);
  const boxes = concat([middle, mul(exp(growth), anchorSize)], -1);
  return convertFormat(boxes, encoded, options.boxFormat, size);
}
