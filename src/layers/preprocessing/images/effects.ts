// Layers with effects that are chosen for each image at random: grey, inverted, with fewer colours,
// solarized, sharpened, blurred.
import { ArgumentError } from '../../../core/errors.js';
import { at } from '../../../core/sequence.js';
import type { PlainConfig } from '../../../core/serialized.js';
import type { Tensor } from '../../../core/tensor.js';
import { isList } from '../../../core/tree.js';
import {
  add,
  cast,
  clip,
  depthwiseConv2d,
  div,
  floor,
  image,
  less,
  mul,
  pow,
  random,
  type SeedGenerator,
  sub,
  tensor,
  tile,
  where,
} from '../../../ops/index.js';
import { fraction, withDefaults } from '../../options.js';
import {
  COLOR,
  type ColorFactorOptions,
  type ColorOptions,
  colorConfig,
  type ShareOptions,
  shareConfig,
} from './color-config.js';
import { perImage } from './colors.js';
import { chosen, type Factor, factorOf, toRange, uniformIn, valueRangeOf } from './factors.js';
import {
  ImageLayer,
  type ImageSize,
  imageConfig,
  RANDOM,
  type RandomImageOptions,
  type Transformation,
} from './image-layer.js';

const BYTES = [0, 255] as const;
/** `mask` true for images that are changed, to choose between images. */
function pick(mask: Tensor, changed: Tensor, images: Tensor): Tensor {
  return where(perImage(cast(mask, 'bool')), changed, images);
}

/** Options of {@link RandomGrayscale}. */
export interface RandomGrayscaleOptions extends RandomImageOptions {
  /** The share of images that lose their colour, from 0 to 1. Default 0.5. */
  readonly factor?: number;
}

function grayscaleConfig(options: RandomGrayscaleOptions) {
  const config = withDefaults('RandomGrayscale', { ...RANDOM, factor: 0.5 }, [], options);
  fraction('RandomGrayscale', 'factor', config.factor);
  return imageConfig('RandomGrayscale', config);
}

/**
 * In training makes a share `factor` of the images grey; they keep three channels.
 *
 * @example
 * ```ts
 * import { layers, ones } from 'keratin';
 * console.log(layers.randomGrayscale().apply(ones([2, 8, 8, 3])).shape); // [ 2, 8, 8, 3 ]
 * ```
 */
export class RandomGrayscale extends ImageLayer<ReturnType<typeof grayscaleConfig>> {
  static readonly className = 'RandomGrayscale';
  static readonly kerasModule = 'keras.layers';

  constructor(options: RandomGrayscaleOptions = {}) {
    super(grayscaleConfig(options));
  }

  /** `shouldApply` `[n]` of bool. */
  protected override draw({ batch }: ImageSize, seeds: SeedGenerator): Transformation {
    return { shouldApply: less(uniformIn([batch], [0, 1], seeds), this.config.factor) };
  }

  protected override change(images: Tensor, transformation: Transformation | undefined): Tensor {
    const grey = image.rgbToGrayscale(images);
    return pick(this.drawn(transformation, 'shouldApply'), grey, images);
  }

  /** Keras writes no seed for this layer. */
  override getConfig(): PlainConfig {
    const { seed: _, ...config } = super.getConfig();
    return config;
  }
}

const invertConfig = (options: ShareOptions) => shareConfig('RandomInvert', options, {});

/**
 * In training inverts the colours of some images: `valueRange[1] - x`. For each image a share is
 * drawn from `factor`, and it is inverted with that probability; 1 alone means from 0 to 1.
 *
 * @example
 * ```ts
 * import { layers, tensor } from 'keratin';
 * const layer = layers.randomInvert({ factor: [1, 1], valueRange: [0, 1] });
 * console.log(await layer.apply(tensor([[[0.25], [1]]])).array()); // [ [ [ 0.75 ], [ 0 ] ] ]
 * ```
 */
export class RandomInvert extends ImageLayer<ReturnType<typeof invertConfig>> {
  static readonly className = 'RandomInvert';
  static readonly kerasModule = 'keras.layers';

  constructor(options: ShareOptions = {}) {
    super(invertConfig(options));
  }

  /** `applyInversion` `[n]` of bool. */
  protected override draw({ batch }: ImageSize, seeds: SeedGenerator): Transformation {
    return { applyInversion: chosen(batch, this.config.factor, seeds) };
  }

  protected override change(images: Tensor, transformation: Transformation | undefined): Tensor {
    const inverted = sub(this.config.valueRange[1], images);
    return pick(this.drawn(transformation, 'applyInversion'), inverted, images);
  }
}

const posterConfig = (options: ColorFactorOptions) =>
  colorConfig('RandomPosterization', options, [1, 8]);

/**
 * In training leaves each image as many bits of colour, from 1 to 8, as are drawn from `factor`. As in Keras, one
 * number n stands for [1, n], and the second number of a range is never drawn.
 *
 * @example
 * ```ts
 * import { layers, tensor } from 'keratin';
 * const layer = layers.randomPosterization({ factor: [2, 2] });
 * console.log(await layer.apply(tensor([[[100], [200]]])).array()); // [ [ [ 64 ], [ 192 ] ] ]
 * ```
 */
export class RandomPosterization extends ImageLayer<ReturnType<typeof posterConfig>> {
  static readonly className = 'RandomPosterization';
  static readonly kerasModule = 'keras.layers';

  constructor(options: ColorFactorOptions) {
    super(posterConfig(options));
  }

  /** `shiftFactor` `[n]`: bits that are taken away. */
  protected override draw({ batch }: ImageSize, seeds: SeedGenerator): Transformation {
    const [lower, upper] = this.config.factor;
    const [min, max] = [Math.trunc(lower), Math.trunc(upper)];
    const bits =
      min === max
        ? tensor(new Int32Array(batch).fill(min))
        : random.randint([batch], { min, max, seed: seeds });
    return { shiftFactor: sub(8, bits) };
  }

  protected override change(images: Tensor, transformation: Transformation | undefined): Tensor {
    const { valueRange } = this.config;
    const bytes = floor(toRange(images, valueRange, BYTES));
    const shift = cast(this.drawn(transformation, 'shiftFactor'), images.dtype);
    const step = perImage(pow(2, shift));
    return toRange(mul(floor(div(bytes, step)), step), BYTES, valueRange);
  }
}

/** Options of {@link Solarization}. */
export interface SolarizationOptions extends ColorOptions {
  /** The range of what is added first, as a part of 255. Default 0: nothing. */
  readonly additionFactor?: Factor;
  /** The range of the threshold, as a part of 255. Default 0: all colours turn round. */
  readonly thresholdFactor?: Factor;
}

function solarConfig(options: SolarizationOptions) {
  const name = 'Solarization';
  const defaults = { ...COLOR, additionFactor: 0, thresholdFactor: 0 };
  const config = withDefaults(name, defaults, [], options);
  return imageConfig(name, {
    ...config,
    additionFactor: zeroTo(name, 'additionFactor', config.additionFactor),
    thresholdFactor: zeroTo(name, 'thresholdFactor', config.thresholdFactor),
    valueRange: valueRangeOf(name, config.valueRange),
  });
}

/** A range within 0 to 1; one number stands for 0 up to it. */
function zeroTo(where: string, option: string, factor: Factor): readonly [number, number] {
  return factorOf(where, option, factor, [0, 1]);
}

/**
 * In training turns bright colours round: of bytes, those that reach a random threshold become
 * `255 - x`, after something random was added.
 *
 * As in Keras, only the second number of each range counts in parts of 255: the first is taken as a
 * number of bytes.
 *
 * @example
 * ```ts
 * import { layers, tensor } from 'keratin';
 * const layer = layers.solarization();
 * console.log(await layer.apply(tensor([[[0], [200]]])).array()); // [ [ [ 255 ], [ 55 ] ] ]
 * ```
 */
export class Solarization extends ImageLayer<ReturnType<typeof solarConfig>> {
  static readonly className = 'Solarization';
  static readonly kerasModule = 'keras.layers';

  constructor(options: SolarizationOptions = {}) {
    super(solarConfig(options));
  }

  /** `additions` and `thresholds`, `[n, 1, 1, 1]`, in bytes. */
  protected override draw({ batch }: ImageSize, seeds: SeedGenerator): Transformation {
    const { additionFactor, thresholdFactor } = this.config;
    const shape = [batch, 1, 1, 1];
    return {
      additions: uniformIn(shape, [additionFactor[0], additionFactor[1] * 255], seeds),
      thresholds: uniformIn(shape, [thresholdFactor[0], thresholdFactor[1] * 255], seeds),
    };
  }

  protected override change(images: Tensor, transformation: Transformation | undefined): Tensor {
    const { valueRange } = this.config;
    const added = add(toRange(images, valueRange, BYTES), this.drawn(transformation, 'additions'));
    const bytes = clip(added, 0, 255);
    const isDark = less(bytes, this.drawn(transformation, 'thresholds'));
    return toRange(where(isDark, bytes, sub(255, bytes)), BYTES, valueRange);
  }
}

const sharpConfig = (options: ColorFactorOptions) =>
  colorConfig('RandomSharpness', options, [0, 1]);

/**
 * In training makes each image sharper or less sharp: `x + (1 - 2f) (smooth(x) - x)`, where smooth
 * weighs a pixel 5/13 and its neighbours 1/13 each. Factors f from 0 to 1: 0 blurs, 0.5 changes
 * nothing, 1 sharpens.
 *
 * @example
 * ```ts
 * import { layers, ones } from 'keratin';
 * const layer = layers.randomSharpness({ factor: 0.5 });
 * console.log(layer.apply(ones([2, 8, 8, 3])).shape); // [ 2, 8, 8, 3 ]
 * ```
 */
export class RandomSharpness extends ImageLayer<ReturnType<typeof sharpConfig>> {
  static readonly className = 'RandomSharpness';
  static readonly kerasModule = 'keras.layers';

  constructor(options: ColorFactorOptions) {
    super(sharpConfig(options));
  }

  /** `factor` `[n]`. */
  protected override draw({ batch }: ImageSize, seeds: SeedGenerator): Transformation {
    return { factor: uniformIn([batch], this.config.factor, seeds) };
  }

  protected override change(images: Tensor, transformation: Transformation | undefined): Tensor {
    const [low, high] = this.config.valueRange;
    const weights = Float32Array.from({ length: 9 }, (_, place) => (place === 4 ? 5 : 1) / 13);
    const one = tensor(weights, { shape: [3, 3, 1, 1], dtype: images.dtype });
    const kernel = tile(one, [1, 1, at(images.shape, 3), 1]);
    const smooth = depthwiseConv2d(images, kernel, { padding: 'same' });
    const share = perImage(sub(1, mul(this.drawn(transformation, 'factor'), 2)));
    return clip(add(images, mul(share, sub(smooth, images))), low, high);
  }
}

/** Options of {@link RandomGaussianBlur}. */
export interface RandomGaussianBlurOptions extends ShareOptions {
  /** Pixels along the sides of the window, odd: one number or two. Default 3. */
  readonly kernelSize?: number | readonly number[];
  /** The range of the deviation in pixels, in 0 to 1. Default 1: from 0 to 1. */
  readonly sigma?: Factor;
}

function blurConfig(options: RandomGaussianBlurOptions) {
  const name = 'RandomGaussianBlur';
  const given = shareConfig(name, options, { kernelSize: 3, sigma: 1 });
  const { kernelSize: size = 3, sigma = 1 }: RandomGaussianBlurOptions = given;
  const [width = 0, height = 0] = typeof size === 'number' ? [size, size] : size;
  if ([width, height].some((side) => side % 2 !== 1) || (isList(size) && size.length !== 2)) {
    throw new ArgumentError({
      where: name,
      what: 'kernelSize has no middle',
      expected: 'an odd number, or two',
      received: JSON.stringify(size),
      fix: 'write kernelSize: 3',
    });
  }
  const kernelSize = [width, height] as const;
  return { ...given, kernelSize, sigma: factorOf(name, 'sigma', sigma, [0, 1]) };
}

/**
 * In training blurs some images by a bell curve. Images are chosen as in {@link RandomInvert}; the
 * two deviations of the curve are drawn once for the batch.
 *
 * @example
 * ```ts
 * import { layers, ones } from 'keratin';
 * const layer = layers.randomGaussianBlur({ kernelSize: 5 });
 * console.log(layer.apply(ones([2, 8, 8, 3])).shape); // [ 2, 8, 8, 3 ]
 * ```
 */
export class RandomGaussianBlur extends ImageLayer<ReturnType<typeof blurConfig>> {
  static readonly className = 'RandomGaussianBlur';
  static readonly kerasModule = 'keras.layers';

  constructor(options: RandomGaussianBlurOptions = {}) {
    super(blurConfig(options));
  }

  /** `shouldApplyBlur` `[n]` of bool; `blurFactor` `[2]`: deviations across and down. */
  protected override draw({ batch }: ImageSize, seeds: SeedGenerator): Transformation {
    return {
      shouldApplyBlur: chosen(batch, this.config.factor, seeds),
      blurFactor: add(uniformIn([2], this.config.sigma, seeds), 1e-6),
    };
  }

  protected override change(images: Tensor, transformation: Transformation | undefined): Tensor {
    const { kernelSize, valueRange } = this.config;
    const sigma = this.drawn(transformation, 'blurFactor');
    const blurred = image.gaussianBlur(images, { kernelSize, sigma });
    const mixed = pick(this.drawn(transformation, 'shouldApplyBlur'), blurred, images);
    return clip(mixed, valueRange[0], valueRange[1]);
  }
}
