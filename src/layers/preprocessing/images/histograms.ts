// Layers that spread the colours of images over their whole range: AutoContrast and Equalization.
import { at, range } from '../../../core/sequence.js';
import type { Tensor } from '../../../core/tensor.js';
import {
  add,
  bincount,
  cast,
  clip,
  concat,
  cumsum,
  div,
  equal,
  gather,
  greater,
  isNaN as isNotANumber,
  lessEqual,
  max,
  min,
  mul,
  neg,
  reshape,
  round,
  sub,
  sum,
  where,
} from '../../../ops/index.js';
import { sliceAxis } from '../../../ops/slicing.js';
import { positive, withDefaults } from '../../options.js';
import { toRange, valueRangeOf } from './factors.js';
import { IMAGE, ImageLayer, type ImageLayerOptions, imageConfig } from './image-layer.js';

const BYTES = [0, 255] as const;

/** Options of {@link AutoContrast}. */
export interface AutoContrastOptions extends ImageLayerOptions {
  /** The darkest and the brightest value of a colour. Default [0, 255]. */
  readonly valueRange?: readonly number[];
}

function contrastConfig(options: AutoContrastOptions) {
  const defaults = { ...IMAGE, valueRange: BYTES as readonly number[] };
  const config = withDefaults('AutoContrast', defaults, [], options);
  const valueRange = valueRangeOf('AutoContrast', config.valueRange);
  return imageConfig('AutoContrast', { ...config, valueRange });
}

/**
 * Stretches each channel of each image so that its darkest value becomes the lower end of the
 * range and its brightest the upper; channels of one colour stay. It acts in training and inference.
 *
 * As in Keras, with the channels first one stretch is shared by channels and rows of a column.
 *
 * @example
 * ```ts
 * import { layers, tensor } from 'keratin';
 * const layer = layers.autoContrast();
 * console.log(await layer.apply(tensor([[[100], [150]]])).array()); // [ [ [ 0 ], [ 255 ] ] ]
 * ```
 */
export class AutoContrast extends ImageLayer<ReturnType<typeof contrastConfig>> {
  static readonly className = 'AutoContrast';
  static readonly kerasModule = 'keras.layers';
  protected override readonly actsAlways = true;

  constructor(options: AutoContrastOptions = {}) {
    super(contrastConfig(options));
  }

  protected override change(images: Tensor): Tensor {
    const { valueRange, dataFormat } = this.config;
    const axis = dataFormat === 'channels_first' ? [1, 3] : [1, 2];
    const bytes = toRange(images, valueRange, BYTES);
    const low = min(bytes, { axis, keepDims: true });
    const scale = div(255, sub(max(bytes, { axis, keepDims: true }), low));
    const stretched = clip(add(mul(bytes, scale), mul(neg(low), scale)), 0, 255);
    const result = toRange(stretched, BYTES, valueRange);
    return where(isNotANumber(result), images, result);
  }
}

/** Options of {@link Equalization}. */
export interface EqualizationOptions extends ImageLayerOptions {
  /** The darkest and the brightest value of a colour. Default [0, 255]. */
  readonly valueRange?: readonly number[];
  /** How many levels of colour are told apart. Default 256. */
  readonly bins?: number;
}

function equalConfig(options: EqualizationOptions) {
  const defaults = { ...IMAGE, valueRange: BYTES as readonly number[], bins: 256 };
  const config = withDefaults('Equalization', defaults, [], options);
  positive('Equalization', 'bins', config.bins);
  const valueRange = valueRangeOf('Equalization', config.valueRange);
  return imageConfig('Equalization', { ...config, valueRange });
}

/**
 * In training changes the levels of each channel so that all are about equally frequent. As in
 * Keras, frequencies are counted over the whole batch.
 *
 * @example
 * ```ts
 * import { layers, tensor } from 'keratin';
 * const layer = layers.equalization();
 * console.log(await layer.apply(tensor([[[10], [20], [30]]])).array()); // [ [ [ 0 ], [ 128 ], [ 255 ] ] ]
 * ```
 */
export class Equalization extends ImageLayer<ReturnType<typeof equalConfig>> {
  static readonly className = 'Equalization';
  static readonly kerasModule = 'keras.layers';

  constructor(options: EqualizationOptions = {}) {
    super(equalConfig(options));
  }

  protected override change(images: Tensor): Tensor {
    const { valueRange } = this.config;
    const bytes = toRange(images, valueRange, BYTES);
    const channels = range(at(images.shape, 3)).map((place) =>
      this.#equalized(sliceAxis(bytes, 3, place, 1)),
    );
    return toRange(concat(channels, 3), BYTES, valueRange);
  }

  #equalized(channel: Tensor): Tensor {
    const { bins } = this.config;
    const level = cast(clip(mul(div(channel, 255), bins - 1), 0, bins - 1), 'int32');
    const place = cast(div(mul(channel, bins - 1), 255), 'int32');
    const flat = reshape(clip(place, 0, bins - 1), [-1]);
    const counts = cast(bincount(flat, { size: bins }), 'float32');
    const upTo = cumsum(counts);
    const first = min(where(greater(upTo, 0), upTo, Number.POSITIVE_INFINITY));
    const span = sub(sliceAxis(upTo, 0, bins - 1, 1), first);
    const rise = mul(sub(upTo, first), 255);
    const table = clip(round(div(rise, where(equal(span, 0), 1, span))), 0, 255);
    const used = sum(cast(greater(counts, 0), 'int32'));
    return where(lessEqual(used, 1), channel, gather(table, level));
  }
}
