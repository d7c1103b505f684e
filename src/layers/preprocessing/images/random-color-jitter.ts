// RandomColorJitter: brightness, contrast, saturation and hue in turn.
import type { Tensor } from '../../../core/tensor.js';
import { withDefaults } from '../../options.js';
import type { ShapeTree } from '../../symbolic.js';
import { COLOR, type ColorOptions } from './color-config.js';
import { RandomBrightness, RandomContrast, RandomHue, RandomSaturation } from './colors.js';
import type { Factor } from './factors.js';
import { ImageLayer, imageConfig } from './image-layer.js';

/** Options of {@link RandomColorJitter}. */
export interface RandomColorJitterOptions extends ColorOptions {
  /** As `factor` of {@link RandomBrightness}. Default: none. */
  readonly brightnessFactor?: Factor | null;
  /** As `factor` of {@link RandomContrast}. Default: none. */
  readonly contrastFactor?: Factor | null;
  /** As `factor` of {@link RandomSaturation}. Default: none. */
  readonly saturationFactor?: Factor | null;
  /** As `factor` of {@link RandomHue}. Default: none. */
  readonly hueFactor?: Factor | null;
}

const DEFAULTS: Required<Omit<RandomColorJitterOptions, keyof ColorOptions>> = {
  brightnessFactor: null,
  contrastFactor: null,
  saturationFactor: null,
  hueFactor: null,
};

function configOf(options: RandomColorJitterOptions) {
  const where = 'RandomColorJitter';
  return imageConfig(where, withDefaults(where, { ...COLOR, ...DEFAULTS }, [], options));
}

/**
 * In training changes brightness, contrast, saturation and hue of each image, in this order; those
 * without a factor stay. See {@link RandomBrightness} and the others for what the factors mean.
 *
 * @example
 * ```ts
 * import { layers, ones } from 'keratin';
 * const layer = layers.randomColorJitter({ brightnessFactor: 0.2, hueFactor: 0.1 });
 * console.log(layer.apply(ones([2, 8, 8, 3])).shape); // [ 2, 8, 8, 3 ]
 * ```
 */
export class RandomColorJitter extends ImageLayer<ReturnType<typeof configOf>> {
  static readonly className = 'RandomColorJitter';
  static readonly kerasModule = 'keras.layers';
  private readonly steps: readonly ImageLayer<RandomBrightness['config']>[];

  constructor(options: RandomColorJitterOptions = {}) {
    super(configOf(options));
    const { brightnessFactor, contrastFactor, saturationFactor, hueFactor } = this.config;
    const { seed, valueRange } = this.config;
    const shared = { seed, valueRange };
    this.steps = [
      ...(brightnessFactor === null
        ? []
        : [new RandomBrightness({ factor: brightnessFactor, ...shared })]),
      ...(contrastFactor === null
        ? []
        : [new RandomContrast({ factor: contrastFactor, ...shared })]),
      ...(saturationFactor === null
        ? []
        : [new RandomSaturation({ factor: saturationFactor, ...shared })]),
      ...(hueFactor === null ? [] : [new RandomHue({ factor: hueFactor, ...shared })]),
    ];
  }

  protected override build(inputShape: ShapeTree): void {
    super.build(inputShape);
    for (const step of this.steps) step.ensureBuilt(inputShape);
  }

  protected override change(images: Tensor): Tensor {
    return this.steps.reduce(
      (x, step) => step.transformImages(x, step.getRandomTransformation(x)),
      images,
    );
  }
}
