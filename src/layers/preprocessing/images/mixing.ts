// MixUp and CutMix: images mixed with others of their batch, and their labels with them.
import { ArgumentError } from '../../../core/errors.js';
import type { Tensor } from '../../../core/tensor.js';
import {
  add,
  cast,
  concat,
  div,
  gather,
  mul,
  random,
  reshape,
  type SeedGenerator,
  sqrt,
  sub,
  where,
} from '../../../ops/index.js';
import { withDefaults } from '../../options.js';
import { perImage } from './colors.js';
import { type Factor, factorOf, uniformIn } from './factors.js';
import {
  ImageLayer,
  type ImageSize,
  imageConfig,
  RANDOM,
  type RandomImageOptions,
  type Transformation,
} from './image-layer.js';
import type { BoundingBoxes } from './image-record.js';
import { boxes } from './warps.js';

/** `weight` of x and the rest of its partner, where `weight` is one number for each sample. */
function mixed(x: Tensor, partner: Tensor, weight: Tensor): Tensor {
  const each = cast(reshape(weight, [-1, ...x.shape.slice(1).map(() => 1)]), x.dtype);
  return add(mul(each, x), mul(sub(1, each), partner));
}

/** Options of {@link MixUp}. */
export interface MixUpOptions extends RandomImageOptions {
  /** The parameter of the beta distribution of weights, above 0. Default 0.2. */
  readonly alpha?: number;
}

function mixUpConfig(options: MixUpOptions) {
  const config = withDefaults('MixUp', { ...RANDOM, alpha: 0.2 }, [], options);
  if (config.alpha > 0) return imageConfig('MixUp', config);
  throw new ArgumentError({
    where: 'MixUp',
    what: 'alpha is no parameter of a beta distribution',
    expected: 'a number above 0',
    received: String(config.alpha),
    fix: 'leave alpha out for 0.2',
  });
}

/**
 * In training mixes each image with another of its batch, as `w x + (1 - w) other` with a weight of
 * a beta distribution (Zhang et al. 2017). Pass `{ images, labels }` with labels as vectors, and
 * they are mixed alike; masks too (Keras mixes masks up, in the other sense).
 *
 * An image gets the bounding boxes of its partner behind its own, `[n, 2 count, 4]`. Their labels, as
 * in Keras, come one batch behind the other, `[2 n, count]`, which fits no boxes.
 *
 * @example
 * ```ts
 * import { layers, ones, oneHot } from 'keratin';
 * const batch = { images: ones([2, 8, 8, 3]), labels: oneHot([0, 1], 2) };
 * console.log(layers.mixUp().apply(batch).labels.shape); // [ 2, 2 ]
 * ```
 */
export class MixUp extends ImageLayer<ReturnType<typeof mixUpConfig>> {
  static readonly className = 'MixUp';
  static readonly kerasModule = 'keras.layers';
  protected override readonly movesPixels = true;

  constructor(options: MixUpOptions = {}) {
    super(mixUpConfig(options));
  }

  /** `mixWeight` `[n]` and `permutationOrder` `[n]`: the partner of each image. */
  protected override draw({ batch }: ImageSize, seeds: SeedGenerator): Transformation {
    const permutationOrder = random.permutation(batch, { seed: seeds });
    const { alpha } = this.config;
    const mixWeight = random.beta([batch], alpha, alpha, { seed: seeds });
    return { mixWeight, permutationOrder };
  }

  protected override change(images: Tensor, transformation: Transformation | undefined): Tensor {
    const order = cast(this.drawn(transformation, 'permutationOrder'), 'int32');
    return mixed(images, gather(images, order), this.drawn(transformation, 'mixWeight'));
  }

  override transformLabels(
    labels: Tensor,
    transformation: Transformation | undefined,
    training = true,
  ): Tensor {
    return training ? this.change(labels, transformation) : labels;
  }
  protected override changeBoxes(
    { boxes, labels }: BoundingBoxes,
    transformation: Transformation | undefined,
  ): BoundingBoxes {
    const order = cast(this.drawn(transformation, 'permutationOrder'), 'int32');
    return {
      boxes: concat([boxes, gather(boxes, order)], 1),
      labels: concat([labels, gather(labels, order)], 0),
    };
  }
}

/** Options of {@link CutMix}. */
export interface CutMixOptions extends RandomImageOptions {
  /** The range of the parameter of the beta distribution, in 0 to 1. Default 1: from 0 to 1. */
  readonly factor?: Factor;
}

function cutMixConfig(options: CutMixOptions) {
  const config = withDefaults('CutMix', { ...RANDOM, factor: 1 }, [], options);
  const factor = factorOf('CutMix', 'factor', config.factor, [0, 1]);
  return imageConfig('CutMix', { ...config, factor });
}

/**
 * In training puts a box of another image of the batch into each image (Yun et al. 2019). Pass
 * `{ images, labels }` with labels as vectors, and they are mixed by area. It refuses bounding boxes.
 *
 * @example
 * ```ts
 * import { layers, ones, oneHot } from 'keratin';
 * const batch = { images: ones([2, 8, 8, 3]), labels: oneHot([0, 1], 2) };
 * console.log(layers.cutMix().apply(batch).images.shape); // [ 2, 8, 8, 3 ]
 * ```
 */
export class CutMix extends ImageLayer<ReturnType<typeof cutMixConfig>> {
  static readonly className = 'CutMix';
  static readonly kerasModule = 'keras.layers';
  protected override readonly movesPixels = true;

  constructor(options: CutMixOptions = {}) {
    super(cutMixConfig(options));
  }

  /**
   * `permutationOrder` `[n]`: the partner of each image; `batchMasks`: true inside its box;
   * `mixWeight` `[n, 1, 1, 1]`: the share of the area that stays.
   */
  protected override draw(size: ImageSize, seeds: SeedGenerator): Transformation {
    const alpha = add(uniformIn([], this.config.factor, seeds), 1e-6);
    const kept = random.beta([size.batch], alpha, alpha, { seed: seeds });
    const side = sqrt(sub(1, kept));
    const { mask, area } = boxes(size, side, side, seeds);
    const mixWeight = sub(1, div(area, size.width * size.height));
    const permutationOrder = random.permutation(size.batch, { seed: seeds });
    return { permutationOrder, batchMasks: mask, mixWeight: perImage(mixWeight) };
  }

  #partners(x: Tensor, transformation: Transformation | undefined): Tensor {
    return gather(x, cast(this.drawn(transformation, 'permutationOrder'), 'int32'));
  }

  protected override change(images: Tensor, transformation: Transformation | undefined): Tensor {
    const inside = cast(this.drawn(transformation, 'batchMasks'), 'bool');
    return where(inside, this.#partners(images, transformation), images);
  }

  override transformLabels(
    labels: Tensor,
    transformation: Transformation | undefined,
    training = true,
  ): Tensor {
    if (!training) return labels;
    const weight = this.drawn(transformation, 'mixWeight');
    return mixed(labels, this.#partners(labels, transformation), weight);
  }
}
