// Layers that change colours by random amounts: brightness, contrast, saturation, hue, and less
// colour. RandomColorJitter does several of them in turn.
import { currentEpsilon } from '../../../core/epsilon.js';
import type { Tensor } from '../../../core/tensor.js';
import {
  add,
  clip,
  concat,
  div,
  greater,
  image,
  less,
  mean,
  mul,
  reshape,
  type SeedGenerator,
  sub,
  where,
} from '../../../ops/index.js';
import { sliceAxis } from '../../../ops/slicing.js';
import { type ColorFactorOptions, colorConfig } from './color-config.js';
import { toRange, uniformIn } from './factors.js';
import { ImageLayer, type ImageSize, type Transformation } from './image-layer.js';

type ColorConfig = ReturnType<typeof colorConfig>;

/** One number for each image `[n]`, to broadcast against its pixels. */
export function perImage(x: Tensor): Tensor {
  return reshape(x, [-1, 1, 1, 1]);
}

/** Channel `place` of `[n, h, w, c]`, with an axis of size 1. */
function channel(x: Tensor, place: number): Tensor {
  return sliceAxis(x, -1, place, 1);
}

/**
 * In training makes each image brighter or darker: adds a random part of the range of colours.
 *
 * @example
 * ```ts
 * import { layers, tensor } from 'keratin';
 * const layer = layers.randomBrightness({ factor: [0.5, 0.5], valueRange: [0, 1] });
 * console.log(await layer.apply(tensor([[[0.25], [0.75]]])).array()); // [ [ [ 0.75 ], [ 1 ] ] ]
 * ```
 */
export class RandomBrightness extends ImageLayer<ColorConfig> {
  static readonly className = 'RandomBrightness';
  static readonly kerasModule = 'keras.layers';

  constructor(options: ColorFactorOptions) {
    super(colorConfig('RandomBrightness', options, [-1, 1]));
  }

  /** `rgbDelta` `[n, 1, 1, 1]`: what is added. */
  protected override draw({ batch }: ImageSize, seeds: SeedGenerator): Transformation {
    const [low, high] = this.config.valueRange;
    const part = uniformIn([batch, 1, 1, 1], this.config.factor, seeds);
    return { rgbDelta: mul(part, high - low) };
  }

  protected override change(images: Tensor, transformation: Transformation | undefined): Tensor {
    const [low, high] = this.config.valueRange;
    return clip(add(images, this.drawn(transformation, 'rgbDelta')), low, high);
  }
}

/**
 * In training moves the colours of each image away from the mean of their channel, or towards it:
 * distances are multiplied by a number from `1 - factor[0]` to `1 + factor[1]`. As in Keras, one
 * number for `factor` stands for [0, factor] and so only adds contrast.
 *
 * @example
 * ```ts
 * import { layers, tensor } from 'keratin';
 * const layer = layers.randomContrast({ factor: [0, 0], valueRange: [0, 1] });
 * console.log(await layer.apply(tensor([[[0.25], [0.75]]])).array()); // [ [ [ 0.25 ], [ 0.75 ] ] ]
 * ```
 */
export class RandomContrast extends ImageLayer<ColorConfig> {
  static readonly className = 'RandomContrast';
  static readonly kerasModule = 'keras.layers';

  constructor(options: ColorFactorOptions) {
    super(colorConfig('RandomContrast', options, [0, 1]));
  }

  /** `contrastFactor` `[n, 1, 1, 1]`. */
  protected override draw({ batch }: ImageSize, seeds: SeedGenerator): Transformation {
    const [lower, upper] = this.config.factor;
    return { contrastFactor: uniformIn([batch, 1, 1, 1], [1 - lower, 1 + upper], seeds) };
  }

  protected override change(images: Tensor, transformation: Transformation | undefined): Tensor {
    const [low, high] = this.config.valueRange;
    const centre = mean(images, { axis: [1, 2], keepDims: true });
    const factor = this.drawn(transformation, 'contrastFactor');
    return clip(add(mul(sub(images, centre), factor), centre), low, high);
  }
}

/**
 * In training makes the colours of each image paler or richer: with a number f drawn from `factor`,
 * saturation is multiplied by f / (1 - f), so that 0.5 changes nothing.
 *
 * As in Keras, saturation (from 0 to 1) is kept within `valueRange`, and numbers may be below 0.
 *
 * @example
 * ```ts
 * import { layers, ones } from 'keratin';
 * const layer = layers.randomSaturation({ factor: [0.4, 0.6], valueRange: [0, 1] });
 * console.log(layer.apply(ones([2, 8, 8, 3])).shape); // [ 2, 8, 8, 3 ]
 * ```
 */
export class RandomSaturation extends ImageLayer<ColorConfig> {
  static readonly className = 'RandomSaturation';
  static readonly kerasModule = 'keras.layers';

  constructor(options: ColorFactorOptions) {
    super(colorConfig('RandomSaturation', options, [-1, 1]));
  }

  /** `factor` `[n]`: what saturation is multiplied by. */
  protected override draw({ batch }: ImageSize, seeds: SeedGenerator): Transformation {
    const part = uniformIn([batch], this.config.factor, seeds);
    return { factor: div(part, add(sub(1, part), currentEpsilon())) };
  }

  protected override change(images: Tensor, transformation: Transformation | undefined): Tensor {
    const [low, high] = this.config.valueRange;
    const factor = perImage(this.drawn(transformation, 'factor'));
    const hsv = image.rgbToHsv(images);
    const saturation = clip(mul(channel(hsv, 1), factor), low, high);
    return image.hsvToRgb(concat([channel(hsv, 0), saturation, channel(hsv, 2)], -1));
  }
}

/**
 * In training turns the colours of each image round the colour circle by up to half of `factor`,
 * one way or the other.
 *
 * @example
 * ```ts
 * import { layers, ones } from 'keratin';
 * const layer = layers.randomHue({ factor: 0.2, valueRange: [0, 1] });
 * console.log(layer.apply(ones([2, 8, 8, 3])).shape); // [ 2, 8, 8, 3 ]
 * ```
 */
export class RandomHue extends ImageLayer<ColorConfig> {
  static readonly className = 'RandomHue';
  static readonly kerasModule = 'keras.layers';

  constructor(options: ColorFactorOptions) {
    super(colorConfig('RandomHue', options, [0, 1]));
  }

  /** `factor` `[n]`: what is added to the hue. */
  protected override draw({ batch }: ImageSize, seeds: SeedGenerator): Transformation {
    const sign = where(greater(uniformIn([batch], [0, 1], seeds), 0.5), -1, 1);
    return { factor: mul(mul(uniformIn([batch], this.config.factor, seeds), sign), 0.5) };
  }

  protected override change(images: Tensor, transformation: Transformation | undefined): Tensor {
    const { valueRange } = this.config;
    const turn = perImage(this.drawn(transformation, 'factor'));
    const hsv = image.rgbToHsv(toRange(images, valueRange, [0, 1]));
    const turned = add(channel(hsv, 0), turn);
    const down = where(greater(turned, 1), sub(turned, 1), turned);
    const hue = where(less(down, 0), add(down, 1), down);
    const changed = image.hsvToRgb(concat([hue, channel(hsv, 1), channel(hsv, 2)], -1));
    return toRange(clip(changed, 0, 1), [0, 1], valueRange);
  }
}

/**
 * In training mixes each image with its shades of grey: 0 leaves it as it is, 1 takes all colour.
 *
 * @example
 * ```ts
 * import { layers, ones } from 'keratin';
 * const layer = layers.randomColorDegeneration({ factor: 0.5 });
 * console.log(layer.apply(ones([2, 8, 8, 3])).shape); // [ 2, 8, 8, 3 ]
 * ```
 */
export class RandomColorDegeneration extends ImageLayer<ColorConfig> {
  static readonly className = 'RandomColorDegeneration';
  static readonly kerasModule = 'keras.layers';

  constructor(options: ColorFactorOptions) {
    super(colorConfig('RandomColorDegeneration', options, [-1, 1]));
  }

  /** `factor` `[n, 1, 1, 1]`: the share of grey. */
  protected override draw({ batch }: ImageSize, seeds: SeedGenerator): Transformation {
    return { factor: uniformIn([batch, 1, 1, 1], this.config.factor, seeds) };
  }

  protected override change(images: Tensor, transformation: Transformation | undefined): Tensor {
    const [low, high] = this.config.valueRange;
    const grey = image.rgbToGrayscale(images);
    const factor = this.drawn(transformation, 'factor');
    return clip(add(images, mul(factor, sub(grey, images))), low, high);
  }
}
