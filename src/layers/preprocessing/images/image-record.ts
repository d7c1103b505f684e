// What layers of images take besides plain images: records of images, labels, boxes and masks.
import { ArgumentError } from '../../../core/errors.js';
import { Tensor } from '../../../core/tensor.js';
import { isRecord } from '../../../core/tree.js';
import type { boundingBoxes } from '../../../ops/index.js';

/** Boxes of images, and what is in them. */
export type BoundingBoxes = boundingBoxes.BoundingBoxes;

/** Images, and what belongs to them: class labels as vectors, boxes, masks that mark parts. */
export interface ImageRecord {
  readonly images: Tensor;
  readonly labels?: Tensor;
  /** Boxes in the layer's `boundingBoxFormat`, and their classes. */
  readonly boundingBoxes?: BoundingBoxes;
  readonly segmentationMasks?: Tensor;
  readonly [other: string]: Tensor | BoundingBoxes | undefined;
}

function isBoxes(value: unknown): value is BoundingBoxes {
  const { boxes, labels } = isRecord(value) ? value : {};
  return boxes instanceof Tensor && labels instanceof Tensor;
}

/** The inputs as a record; throws unless they are one. */
export function imageRecordOf(inputs: unknown): ImageRecord {
  const record = isRecord(inputs) ? inputs : {};
  const { images, boundingBoxes } = record;
  const others = Object.entries(record).filter(
    (entry): entry is [string, Tensor] => entry[1] instanceof Tensor,
  );
  const fits = boundingBoxes === undefined || isBoxes(boundingBoxes);
  if (images instanceof Tensor && fits) {
    const found = boundingBoxes === undefined ? {} : { boundingBoxes };
    return { ...Object.fromEntries(others), ...found, images };
  }
  throw new ArgumentError({
    what: 'the layer takes images, alone or in a record',
    expected:
      'a tensor, or { images, labels?, boundingBoxes?: { boxes, labels }, segmentationMasks? } of tensors',
    received: Object.keys(record).join(', ') || 'something else',
    fix: 'pad boxes to the same number for all images, with labels of -1, and make tensors of them',
  });
}
