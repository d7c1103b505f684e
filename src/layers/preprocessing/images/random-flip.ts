// RandomFlip: mirrored images.
import { at } from '../../../core/sequence.js';
import { nameAmong } from '../../../core/spelling.js';
import type { Tensor } from '../../../core/tensor.js';
import { sidesOf } from '../../../ops/bounding-boxes/formats.js';
import {
  boundingBoxes,
  cast,
  concat,
  flip,
  lessEqual,
  type SeedGenerator,
  squeeze,
  sub,
  where,
} from '../../../ops/index.js';
import { withDefaults } from '../../options.js';
import { uniformIn } from './factors.js';
import {
  ImageLayer,
  type ImageSize,
  imageConfig,
  RANDOM,
  type RandomImageOptions,
  type Transformation,
} from './image-layer.js';
import type { BoundingBoxes } from './image-record.js';

const MODES = ['horizontal', 'vertical', 'horizontal_and_vertical'] as const;
type Mode = (typeof MODES)[number];

/** Options of {@link RandomFlip}. */
export interface RandomFlipOptions extends RandomImageOptions {
  /** Which way images are mirrored. Default `horizontalAndVertical`. */
  readonly mode?: Mode | 'horizontalAndVertical';
}

function configOf(options: RandomFlipOptions) {
  const defaults = { ...RANDOM, mode: 'horizontal_and_vertical' };
  const config = withDefaults('RandomFlip', defaults, [], options);
  const mode = nameAmong('mode', config.mode, MODES, 'RandomFlip');
  return imageConfig('RandomFlip', { ...config, mode });
}

/**
 * In training mirrors each image with a probability of one half. As in Keras,
 * `horizontalAndVertical` turns an image both ways or not at all.
 *
 * @example
 * ```ts
 * import { layers, ones } from 'keratin';
 * const layer = layers.randomFlip({ mode: 'horizontal', seed: 1 });
 * console.log(layer.apply(ones([2, 8, 8, 3])).shape); // [ 2, 8, 8, 3 ]
 * ```
 */
export class RandomFlip extends ImageLayer<ReturnType<typeof configOf>> {
  static readonly className = 'RandomFlip';
  static readonly kerasModule = 'keras.layers';
  protected override readonly movesPixels = true;

  constructor(options: RandomFlipOptions = {}) {
    super(configOf(options));
  }

  /** `flips` `[n, 1, 1, 1]` of bool. */
  protected override draw({ batch }: ImageSize, seeds: SeedGenerator): Transformation {
    return { flips: lessEqual(uniformIn([batch, 1, 1, 1], [0, 1], seeds), 0.5) };
  }

  protected override change(images: Tensor, transformation: Transformation | undefined): Tensor {
    const flips = cast(this.drawn(transformation, 'flips'), 'bool');
    const { mode } = this.config;
    const across = mode === 'vertical' ? images : where(flips, flip(images, 2), images);
    return mode === 'horizontal' ? across : where(flips, flip(across, 1), across);
  }
  /** As in Keras, boxes are clipped at 0 only, since they are parts of the image at that point. */
  protected override changeBoxes(
    { boxes, labels }: BoundingBoxes,
    transformation: Transformation | undefined,
    size: ImageSize,
  ): BoundingBoxes {
    const flips = squeeze(cast(this.drawn(transformation, 'flips'), 'bool'), -1);
    const { mode } = this.config;
    const parts = boundingBoxes.convertFormat(boxes, this.boxFormat, 'rel_xyxy', size);
    const [left, top, right, bottom] = sidesOf(this.className, parts);
    const flipped = (side: Tensor, other: Tensor): Tensor => where(flips, sub(1, other), side);
    const across =
      mode === 'vertical' ? [left, right] : [flipped(left, right), flipped(right, left)];
    const down =
      mode === 'horizontal' ? [top, bottom] : [flipped(top, bottom), flipped(bottom, top)];
    const moved = concat([at(across, 0), at(down, 0), at(across, 1), at(down, 1)], -1);
    const clipped = boundingBoxes.clipToImageSize({ boxes: moved, labels }, size);
    const to = this.boxFormat;
    return { ...clipped, boxes: boundingBoxes.convertFormat(clipped.boxes, 'rel_xyxy', to, size) };
  }
}
