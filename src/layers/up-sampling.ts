// UpSampling: makes maps larger by repeating values, or by blending neighbours (2D).
import { ArgumentError } from '../core/errors.js';
import { at, range } from '../core/sequence.js';
import type { Tensor } from '../core/tensor.js';
import {
  add,
  broadcastTo,
  expandDims,
  gather,
  mul,
  reshape,
  tensor as tensorOf,
} from '../ops/index.js';
import {
  type DataFormat,
  dataFormatOf,
  type Window,
  windowOf,
  withChannelsLast,
} from './data-format.js';
import { Layer } from './layer.js';
import { type LayerOptions, positive, type Resolved, withDefaults } from './options.js';

/** Options of {@link UpSampling1D}. */
export interface UpSampling1DOptions extends LayerOptions {
  /** How many times each step is repeated. Default 2. */
  readonly size?: number;
}

/** Options of {@link UpSampling3D}. */
export interface UpSamplingOptions extends LayerOptions {
  /** How many times larger: one number, or one for each axis of space. Default 2. */
  readonly size?: Window;
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat | null;
}

/** Options of {@link UpSampling2D}. */
export interface UpSampling2DOptions extends UpSamplingOptions {
  /** `nearest` (default) repeats values, `bilinear` blends neighbours. */
  readonly interpolation?: 'nearest' | 'bilinear';
}

/** Each value `times` times in a row along `axis`. */
function repeat(x: Tensor, axis: number, times: number): Tensor {
  if (times === 1) return x;
  const wide = x.shape.flatMap((size, index) => (index === axis ? [size, times] : [size]));
  const spread = broadcastTo(expandDims(x, axis + 1), wide);
  return reshape(
    spread,
    x.shape.map((size, index) => (index === axis ? size * times : size)),
  );
}

/** Linear interpolation along `axis` between the centres of cells, as image resizing does. */
function blend(x: Tensor, axis: number, times: number): Tensor {
  const size = at(x.shape, axis);
  const places = range(size * times).map((index) => (index + 0.5) / times - 0.5);
  const within = (index: number): number => Math.min(size - 1, Math.max(0, index));
  const lower = places.map((place) => within(Math.floor(place)));
  const upper = places.map((place) => within(Math.floor(place) + 1));
  const share = places.map((place) => place - Math.floor(place));
  const shape = x.shape.map((_, index) => (index === axis ? share.length : 1));
  const weights = reshape(tensorOf(share, x.dtype), shape);
  const rest = reshape(
    tensorOf(
      share.map((part) => 1 - part),
      x.dtype,
    ),
    shape,
  );
  const pick = (ids: readonly number[]): Tensor => gather(x, tensorOf(ids, 'int32'), { axis });
  return add(mul(pick(lower), rest), mul(pick(upper), weights));
}

/**
 * Repeats each step: `[batch, steps, channels]` becomes `[batch, steps * size, channels]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [4, 2] });
 * console.log(layers.upSampling1d({ size: 3 }).apply(x).shape); // [ null, 12, 2 ]
 * ```
 */
export class UpSampling1D extends Layer<Resolved<UpSampling1DOptions>> {
  static readonly className = 'UpSampling1D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: UpSampling1DOptions = {}) {
    super(withDefaults('UpSampling1D', { size: 2 }, [], options));
    positive('UpSampling1D', 'size', this.config.size);
    this.inputSpec = { rank: 3 };
  }

  protected override call(x: Tensor): Tensor {
    return repeat(x, 1, this.config.size);
  }
}

/**
 * Makes images larger: `[batch, rows, columns, channels]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [4, 4, 3] });
 * console.log(layers.upSampling2d({ size: 2 }).apply(x).shape); // [ null, 8, 8, 3 ]
 * ```
 */
export class UpSampling2D extends Layer<Resolved<UpSampling2DOptions>> {
  static readonly className = 'UpSampling2D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: UpSampling2DOptions = {}) {
    const defaults = { size: 2, dataFormat: null, interpolation: 'nearest' as const };
    const config = withDefaults('UpSampling2D', defaults, [], options);
    if (config.interpolation !== 'nearest' && config.interpolation !== 'bilinear') {
      throw new ArgumentError({
        where: 'UpSampling2D',
        what: 'the interpolation is not known',
        expected: 'nearest or bilinear',
        received: String(config.interpolation),
        fix: 'use bilinear',
      });
    }
    super({
      ...config,
      size: windowOf('UpSampling2D', 'size', options.size ?? 2, 2),
      dataFormat: dataFormatOf('UpSampling2D', config.dataFormat),
    });
    this.inputSpec = { rank: 4 };
  }

  protected override call(x: Tensor): Tensor {
    const [rows, columns] = windowOf('UpSampling2D', 'size', this.config.size, 2);
    const enlarge = this.config.interpolation === 'bilinear' ? blend : repeat;
    return withChannelsLast(x, this.config.dataFormat, (last) =>
      enlarge(enlarge(last, 1, rows ?? 1), 2, columns ?? 1),
    );
  }
}

/**
 * Repeats the cells of volumes: `[batch, depth, rows, columns, channels]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [2, 2, 2, 1] });
 * console.log(layers.upSampling3d().apply(x).shape); // [ null, 4, 4, 4, 1 ]
 * ```
 */
export class UpSampling3D extends Layer<Resolved<UpSamplingOptions>> {
  static readonly className = 'UpSampling3D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: UpSamplingOptions = {}) {
    const config = withDefaults('UpSampling3D', { size: 2, dataFormat: null }, [], options);
    super({
      ...config,
      size: windowOf('UpSampling3D', 'size', options.size ?? 2, 3),
      dataFormat: dataFormatOf('UpSampling3D', config.dataFormat),
    });
    this.inputSpec = { rank: 5 };
  }

  protected override call(x: Tensor): Tensor {
    const sizes = windowOf('UpSampling3D', 'size', this.config.size, 3);
    return withChannelsLast(x, this.config.dataFormat, (last) =>
      sizes.reduce((result, times, index) => repeat(result, index + 1, times), last),
    );
  }
}
