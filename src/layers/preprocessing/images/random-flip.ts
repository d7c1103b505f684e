// RandomFlip: mirrored images.
import { unknownName } from '../../../core/errors.js';
import { spellingFree } from '../../../core/names.js';
import type { Tensor } from '../../../core/tensor.js';
import { cast, flip, lessEqual, type SeedGenerator, where } from '../../../ops/index.js';
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
  const mode = MODES.find((known) => spellingFree(known) === spellingFree(config.mode));
  if (mode === undefined) throw unknownName('mode', config.mode, MODES, 'RandomFlip');
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

  constructor(options: RandomFlipOptions = {}) {
    super(configOf(options));
  }

  protected override get movesPixels(): boolean {
    return true;
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
}
