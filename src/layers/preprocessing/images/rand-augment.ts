// RandAugment: some of eleven changes, chosen at random for each batch.
import type { Tensor } from '../../../core/tensor.js';
import {
  any as anyOf,
  equal,
  random,
  reshape,
  type SeedGenerator,
  where,
} from '../../../ops/index.js';
import { sliceAxis } from '../../../ops/slicing.js';
import { positive, withDefaults } from '../../options.js';
import { ComposedImageLayer } from './composed-changes.js';
import { type Factor, factorOf, valueRangeOf } from './factors.js';
import {
  type ImageSize,
  imageConfig,
  RANDOM,
  type RandomImageOptions,
  type Transformation,
} from './image-layer.js';
import type { BoundingBoxes } from './image-record.js';
import { entriesOf } from './named-parts.js';

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

/** The changes in Keras's order. */
const CHANGES = [
  'randomShear',
  'randomTranslation',
  'randomRotation',
  'randomBrightness',
  'randomColorDegeneration',
  'randomContrast',
  'randomSharpness',
  'randomPosterization',
  'solarization',
  'autoContrast',
  'equalization',
] as const;

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
export class RandAugment extends ComposedImageLayer<ReturnType<typeof configOf>> {
  static readonly className = 'RandAugment';
  static readonly kerasModule = 'keras.layers';

  constructor(options: RandAugmentOptions = {}) {
    super(configOf(options), CHANGES);
  }

  /** `layerIdxes` `[numOps]`, and the numbers of each change under `change.name`. */
  override getRandomTransformation(
    images: Tensor,
    options: { readonly training?: boolean } = {},
  ): Transformation | undefined {
    const own = super.getRandomTransformation(images, options);
    return own === undefined ? undefined : { ...own, ...this.drawAll(images) };
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
  /** As in Keras, boxes see the chosen changes in the order of all changes, and each once. */
  protected override changeBoxes(
    given: BoundingBoxes,
    transformation: Transformation | undefined,
    size: ImageSize,
  ): BoundingBoxes {
    const chosen = this.drawn(transformation, 'layerIdxes');
    let result = given;
    for (const [place, [name, change]] of [...this.changes].entries()) {
      const numbers = entriesOf(transformation, name);
      const { boxes, labels } = change.transformBoundingBoxes(result, numbers, size);
      const isChosen = anyOf(equal(chosen, place));
      result = {
        boxes: where(isChosen, boxes, result.boxes),
        labels: where(isChosen, labels, result.labels),
      };
    }
    return result;
  }
}
