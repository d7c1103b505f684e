// RandAugment: some of eleven changes, chosen at random for each batch.
import type { Tensor } from '../../../core/tensor.js';
import { equal, random, reshape, type SeedGenerator, where } from '../../../ops/index.js';
import { sliceAxis } from '../../../ops/slicing.js';
import { positive, withDefaults } from '../../options.js';
import type { ShapeTree } from '../../symbolic.js';
import { RandomRotation, RandomShear, RandomTranslation } from './affine.js';
import { RandomBrightness, RandomColorDegeneration, RandomContrast } from './colors.js';
import { RandomPosterization, RandomSharpness, Solarization } from './effects.js';
import { type Factor, factorOf, valueRangeOf } from './factors.js';
import { AutoContrast, Equalization } from './histograms.js';
import {
  type ImageConfig,
  ImageLayer,
  imageConfig,
  RANDOM,
  type RandomImageOptions,
  type Transformation,
} from './image-layer.js';
import { entriesOf, joined } from './named-parts.js';

/** Options of {@link RandAugment}. */
export interface RandAugmentOptions extends RandomImageOptions {
  /** The darkest and the brightest value of a colour. Default [0, 255]. */
  readonly valueRange?: readonly number[];
  /** How many changes follow each other. Default 2. */
  readonly numOps?: number;
  /** The range of the strength of changes, in 0 to 1. Default 0.5: from 0 to 0.5. */
  readonly factor?: Factor;
  /** How pixels between pixels are guessed. Default `bilinear`. */
  readonly interpolation?: 'nearest' | 'bilinear';
}

function configOf(options: RandAugmentOptions) {
  const where = 'RandAugment';
  const own: Required<
    Pick<RandAugmentOptions, 'valueRange' | 'numOps' | 'factor' | 'interpolation'>
  > = { valueRange: [0, 255], numOps: 2, factor: 0.5, interpolation: 'bilinear' };
  const config = withDefaults(where, { ...RANDOM, ...own }, [], options);
  positive(where, 'numOps', config.numOps);
  const factor = factorOf(where, 'factor', config.factor, [0, 1]);
  const valueRange = valueRangeOf(where, config.valueRange);
  return imageConfig(where, { ...config, factor, valueRange });
}

type Config = ReturnType<typeof configOf>;
type Change = ImageLayer<ImageConfig>;

/** The changes by the names that Keras gives them, in its order. */
function changesOf(config: Config): ReadonlyMap<string, Change> {
  const { factor, interpolation, seed, valueRange, dataFormat } = config;
  const shared = { seed, dataFormat };
  const moving = { interpolation, ...shared };
  const colour = { valueRange, ...shared };
  const bits = Math.max(1, Math.trunc(8 * factor[1]));
  return new Map<string, Change>([
    ['randomShear', new RandomShear({ xFactor: factor, yFactor: factor, ...moving })],
    [
      'randomTranslation',
      new RandomTranslation({ heightFactor: factor, widthFactor: factor, ...moving }),
    ],
    ['randomRotation', new RandomRotation({ factor, ...moving })],
    ['randomBrightness', new RandomBrightness({ factor, ...colour })],
    ['randomColorDegeneration', new RandomColorDegeneration({ factor, ...colour })],
    ['randomContrast', new RandomContrast({ factor, ...colour })],
    ['randomSharpness', new RandomSharpness({ factor, ...colour })],
    ['randomPosterization', new RandomPosterization({ factor: bits, ...colour })],
    [
      'solarization',
      new Solarization({ additionFactor: factor, thresholdFactor: factor, ...colour }),
    ],
    ['autoContrast', new AutoContrast({ valueRange, dataFormat })],
    ['equalization', new Equalization({ valueRange, dataFormat })],
  ]);
}

/**
 * In training does `numOps` changes to the images, one after the other: shear, translation,
 * rotation, brightness, less colour, contrast, sharpness, posterization, solarization,
 * auto-contrast or equalization (Cubuk et al. 2020). As in Keras, the whole batch gets the same
 * changes, with strengths of its own for each image, and all changes are computed to choose from.
 *
 * @example
 * ```ts
 * import { layers, ones } from 'keratin';
 * const layer = layers.randAugment({ factor: 0.3, seed: 1 });
 * console.log(layer.apply(ones([2, 8, 8, 3])).shape); // [ 2, 8, 8, 3 ]
 * ```
 */
export class RandAugment extends ImageLayer<Config> {
  static readonly className = 'RandAugment';
  static readonly kerasModule = 'keras.layers';
  private readonly changes: ReadonlyMap<string, Change>;

  constructor(options: RandAugmentOptions = {}) {
    super(configOf(options));
    this.changes = changesOf(this.config);
  }

  protected override get movesPixels(): boolean {
    return true;
  }

  protected override build(inputShape: ShapeTree): void {
    super.build(inputShape);
    for (const change of this.changes.values()) change.ensureBuilt(inputShape);
  }

  /** `layerIdxes` `[numOps]`, and the numbers of each change under `change.name`. */
  override getRandomTransformation(
    images: Tensor,
    options: { readonly training?: boolean } = {},
  ): Transformation | undefined {
    const own = super.getRandomTransformation(images, options);
    if (own === undefined) return undefined;
    const parts = [...this.changes].map(
      ([name, change]) => [name, change.getRandomTransformation(images)] as const,
    );
    return { ...own, ...joined(parts) };
  }

  protected override draw(_: unknown, seeds: SeedGenerator): Transformation {
    const count = this.changes.size;
    return { layerIdxes: random.randint([this.config.numOps], { max: count, seed: seeds }) };
  }

  protected override change(
    images: Tensor,
    transformation: Transformation | undefined,
    isMask: boolean,
  ): Tensor {
    const chosen = this.drawn(transformation, 'layerIdxes');
    let result = images;
    for (let step = 0; step < this.config.numOps; step++) {
      const index = reshape(sliceAxis(chosen, 0, step, 1), []);
      for (const [place, [name, change]] of [...this.changes].entries()) {
        const numbers = entriesOf(transformation, name);
        const changed = change.changeBatch(result, numbers, isMask);
        result = where(equal(index, place), changed, result);
      }
    }
    return result;
  }
}
