// RandomElasticTransform: images bent at random, as if drawn on rubber.
import { unknownName } from '../../../core/errors.js';
import type { Tensor } from '../../../core/tensor.js';
import { bend } from '../../../ops/image/transforms.js';
import { cast, clip, mul, random, type SeedGenerator, where } from '../../../ops/index.js';
import { withDefaults } from '../../options.js';
import type { ShareOptions } from './color-config.js';
import { perImage } from './colors.js';
import { chosen, type Factor, factorOf, uniformIn, valueRangeOf } from './factors.js';
import {
  ImageLayer,
  type ImageSize,
  imageConfig,
  RANDOM,
  type Transformation,
} from './image-layer.js';

const FILL_MODES = ['constant', 'nearest', 'wrap', 'mirror', 'reflect'] as const;
const INTERPOLATIONS = ['nearest', 'bilinear'] as const;

/** Options of {@link RandomElasticTransform}. */
export interface RandomElasticTransformOptions extends ShareOptions {
  /** The range of the strength, in 0 to 1. Default 1: from 0 to 1. */
  readonly scale?: Factor;
  /** How pixels between pixels are guessed. Default `bilinear`. */
  readonly interpolation?: (typeof INTERPOLATIONS)[number];
  /** What lies outside. Default `reflect`. */
  readonly fillMode?: (typeof FILL_MODES)[number];
  /** The colour outside for `constant`. Default 0. */
  readonly fillValue?: number;
}

const DEFAULTS: Required<
  Pick<
    RandomElasticTransformOptions,
    'factor' | 'scale' | 'interpolation' | 'fillMode' | 'fillValue' | 'valueRange'
  >
> = {
  factor: 1,
  scale: 1,
  interpolation: 'bilinear',
  fillMode: 'reflect',
  fillValue: 0,
  valueRange: [0, 255],
};

function configOf(options: RandomElasticTransformOptions) {
  const where = 'RandomElasticTransform';
  const config = withDefaults(where, { ...RANDOM, ...DEFAULTS }, [], options);
  const { fillMode, interpolation } = config;
  if (!FILL_MODES.includes(fillMode)) throw unknownName('fill mode', fillMode, FILL_MODES, where);
  if (!INTERPOLATIONS.includes(interpolation)) {
    throw unknownName('interpolation', interpolation, INTERPOLATIONS, where);
  }
  const factor = factorOf(where, 'factor', config.factor, [0, 1]);
  const scale = factorOf(where, 'scale', config.scale, [0, 1]);
  const valueRange = valueRangeOf(where, config.valueRange);
  return imageConfig(where, { ...config, factor, scale, valueRange });
}

/**
 * In training bends some images by a smooth random field (Simard et al. 2003). One strength is drawn
 * for the batch; with it 1, noise of deviation s = min(height, width) / 20, smoothed over s pixels,
 * moves pixels by a tenth of the longer side. As in Keras, pixels shift along a diagonal only.
 *
 * Masks bend with their images (in Keras each by a field of its own); bounding boxes are refused.
 *
 * @example
 * ```ts
 * import { layers, ones } from 'keratin';
 * const layer = layers.randomElasticTransform({ scale: 0.5, seed: 1 });
 * console.log(layer.apply(ones([2, 8, 8, 3])).shape); // [ 2, 8, 8, 3 ]
 * ```
 */
export class RandomElasticTransform extends ImageLayer<ReturnType<typeof configOf>> {
  static readonly className = 'RandomElasticTransform';
  static readonly kerasModule = 'keras.layers';
  protected override readonly movesPixels = true;

  constructor(options: RandomElasticTransformOptions = {}) {
    super(configOf(options));
  }

  /** `applyTransform` `[n]` of bool, `distortionFactor` `[]`, `noise` `[n, h, w]` of deviation 1. */
  protected override draw(size: ImageSize, seeds: SeedGenerator): Transformation | undefined {
    const { factor, scale } = this.config;
    if (factor[1] === 0 || scale[1] === 0) return undefined;
    const { batch, height, width } = size;
    return {
      applyTransform: chosen(batch, factor, seeds),
      distortionFactor: uniformIn([], scale, seeds),
      noise: random.normal([batch, height, width], { seed: seeds }),
    };
  }

  protected override change(
    images: Tensor,
    transformation: Transformation | undefined,
    isMask: boolean,
  ): Tensor {
    if (transformation === undefined) return images;
    const { fillMode, fillValue, scale, valueRange } = this.config;
    const interpolation = isMask ? 'nearest' : this.config.interpolation;
    const [, height = 1, width = 1] = images.shape;
    const strength = this.drawn(transformation, 'distortionFactor');
    const sigma = mul(mul(strength, 0.05), Math.min(height, width));
    const alpha = mul(mul(strength, 0.1), Math.max(height, width));
    // The window follows the strength, which is a tensor; this is the largest it can get.
    const window = (Math.ceil(0.3 * Math.min(height, width) * scale[1]) | 1) + 2;
    const options = { alpha, sigma, window, fillMode, fillValue, interpolation };
    const bent = bend(images, this.drawn(transformation, 'noise'), options);
    const isChosen = perImage(cast(this.drawn(transformation, 'applyTransform'), 'bool'));
    return clip(where(isChosen, bent, images), valueRange[0], valueRange[1]);
  }
}
