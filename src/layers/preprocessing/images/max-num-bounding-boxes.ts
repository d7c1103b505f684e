// MaxNumBoundingBoxes: as many boxes for each image as there may be at most.

import { at } from '../../../core/sequence.js';
import type { PlainConfig } from '../../../core/serialized.js';
import type { Tensor } from '../../../core/tensor.js';
import { pad } from '../../../ops/index.js';
import { sliceAxis } from '../../../ops/slicing.js';
import { positive, withDefaults } from '../../options.js';
import { IMAGE, ImageLayer, type ImageLayerOptions, imageConfig } from './image-layer.js';
import type { BoundingBoxes } from './image-record.js';

/** Options of {@link MaxNumBoundingBoxes}. */
export interface MaxNumBoundingBoxesOptions extends ImageLayerOptions {
  /** The number of boxes that every image has afterwards. */
  readonly maxNumber: number;
  /** What stands in boxes and labels that are added. Default -1. */
  readonly fillValue?: number;
}

function configOf(options: MaxNumBoundingBoxesOptions) {
  const where = 'MaxNumBoundingBoxes';
  const config = withDefaults(where, { ...IMAGE, fillValue: -1 }, ['maxNumber'], options);
  positive(where, 'maxNumber', config.maxNumber);
  return imageConfig(where, { ...config, fillValue: Math.trunc(config.fillValue) });
}

/**
 * Leaves out boxes beyond `maxNumber`, and adds boxes of `fillValue` where there are fewer; in
 * training and inference. Images, labels and masks stay as they are.
 *
 * @example
 * ```ts
 * import { layers, ones, tensor } from 'keratin';
 * const layer = layers.maxNumBoundingBoxes({ maxNumber: 2, boundingBoxFormat: 'xyxy' });
 * const boundingBoxes = { boxes: ones([1, 1, 4]), labels: tensor([[3]]) };
 * const { boundingBoxes: padded } = layer.apply({ images: ones([1, 8, 8, 3]), boundingBoxes });
 * console.log(padded.boxes.shape, await padded.labels.array()); // [ 1, 2, 4 ] [ [ 3, -1 ] ]
 * ```
 */
export class MaxNumBoundingBoxes extends ImageLayer<ReturnType<typeof configOf>> {
  static readonly className = 'MaxNumBoundingBoxes';
  static readonly kerasModule = 'keras.layers';
  protected override readonly actsAlways = true;
  protected override readonly keepsDtype = true;

  constructor(options: MaxNumBoundingBoxesOptions) {
    super(configOf(options));
  }

  protected override change(images: Tensor): Tensor {
    return images;
  }

  protected override changeBoxes({ boxes, labels }: BoundingBoxes): BoundingBoxes {
    const { maxNumber, fillValue } = this.config;
    const kept = Math.min(at(boxes.shape, 1), maxNumber);
    const limited = (x: Tensor): Tensor => {
      const rest = x.shape.slice(2).map((): [number, number] => [0, 0]);
      const added = [[0, 0], [0, maxNumber - kept], ...rest] as const;
      return pad(sliceAxis(x, 1, 0, kept), added, { value: fillValue });
    };
    return { boxes: limited(boxes), labels: limited(labels) };
  }

  /** Keras forgets the fill value in files; here one that is not the default is kept. */
  override getConfig(): PlainConfig {
    const { fillValue, ...config } = super.getConfig();
    return fillValue === -1 ? config : { ...config, fillValue };
  }
}
