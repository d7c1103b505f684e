// How calls of keras.utils.bounding_boxes are written here.
import * as k from '../../../src/index.js';
import type { Calls } from './calls.js';
import type { Given, Key } from './given.js';

const FORMATS = [
  'xyxy',
  'yxyx',
  'xywh',
  'center_xywh',
  'center_yxhw',
  'rel_xyxy',
  'rel_yxyx',
  'rel_xywh',
  'rel_center_xywh',
] as const;
const CENTERS = ['center_xywh', 'center_yxhw'] as const;

const { boundingBoxes } = k;

function format(given: Given, key: Key): k.boundingBoxes.BoxFormat {
  const found = given.word(FORMATS, key);
  if (found === undefined) throw new Error(`argument ${key} is no format`);
  return found;
}

function imageShape(given: Given): k.boundingBoxes.ImageShape | undefined {
  const [height, width] = given.maybeNumbers('image_shape') ?? [];
  return height === undefined || width === undefined ? undefined : [height, width];
}

function deltas(given: Given): k.boundingBoxes.DeltaOptions {
  return {
    anchorFormat: format(given, 2),
    boxFormat: format(given, 3),
    encodedFormat: given.word(CENTERS, 4),
    variance: given.maybeNumbers('variance'),
    imageShape: imageShape(given),
  };
}

export const boxCalls: Calls = {
  convert_format: (given) =>
    boundingBoxes.convertFormat(given.tensor(0), format(given, 1), format(given, 2), {
      height: given.maybeNumber('height'),
      width: given.maybeNumber('width'),
    }),
  clip_to_image_size: (given) => {
    const all = { boxes: given.member(0, 'boxes'), labels: given.member(0, 'labels') };
    const { boxes, labels } = boundingBoxes.clipToImageSize(all, {
      height: given.maybeNumber(1),
      width: given.maybeNumber(2),
      format: given.word(['xyxy', 'rel_xyxy'] as const, 'bounding_box_format'),
    });
    return [boxes, labels];
  },
  crop: (given) =>
    boundingBoxes.crop(given.tensor(0), {
      top: given.number(1),
      left: given.number(2),
      height: given.number(3),
      width: given.number(4),
    }),
  pad: (given) =>
    boundingBoxes.pad(given.tensor(0), { top: given.number(1), left: given.number(2) }),
  affine_transform: (given) =>
    boundingBoxes.affineTransform(given.tensor(0), {
      angle: given.tensor(1),
      translateX: given.tensor(2),
      translateY: given.tensor(3),
      scale: given.tensor(4),
      shearX: given.tensor(5),
      shearY: given.tensor(6),
      height: given.number(7),
      width: given.number(8),
      centerX: given.maybeNumber(9),
      centerY: given.maybeNumber(10),
    }),
  compute_iou: (given) =>
    boundingBoxes.computeIou(given.tensor(0), given.tensor(1), format(given, 2), {
      useMasking: given.flag('use_masking'),
      maskValue: given.maybeNumber('mask_val'),
      imageShape: imageShape(given),
    }),
  compute_ciou: (given) =>
    boundingBoxes.computeCiou(given.tensor(0), given.tensor(1), format(given, 2)),
  encode_box_to_deltas: (given) =>
    boundingBoxes.encodeBoxToDeltas(given.tensor(0), given.tensor(1), deltas(given)),
  decode_deltas_to_boxes: (given) =>
    boundingBoxes.decodeDeltasToBoxes(given.tensor(0), given.tensor(1), deltas(given)),
};
