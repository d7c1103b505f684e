// Layers that arrange values anew: Flatten, Reshape, Permute, RepeatVector, Identity.
import { requireList } from '../core/arguments.js';
import { ArgumentError, ShapeError } from '../core/errors.js';
import { product } from '../core/sequence.js';
import { formatShape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { broadcastTo, expandDims, reshape, transpose } from '../ops/index.js';
import { type DataFormat, dataFormatOf } from './data-format.js';
import { Layer } from './layer.js';
import { type LayerOptions, positive, type Resolved, withDefaults } from './options.js';

/**
 * Returns its input.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [4] });
 * console.log(layers.identity().apply(x).shape); // [ null, 4 ]
 * ```
 */
export class Identity extends Layer {
  static readonly className = 'Identity';
  static readonly kerasModule = 'keras.layers';
  override readonly rearranges = true;
  override supportsMasking = true;

  constructor(options: LayerOptions = {}) {
    super(withDefaults('Identity', {}, [], options));
    this.buildOnce(() => {});
  }

  protected override call(x: Tensor): Tensor {
    return x;
  }
}

/** Options of {@link Flatten}. */
export interface FlattenOptions extends LayerOptions {
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat | null;
}

/**
 * Makes one axis of all but the batch: `[batch, a, b]` becomes `[batch, a * b]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * console.log(layers.flatten().apply(layers.input({ shape: [8, 8, 3] })).shape); // [ null, 192 ]
 * ```
 */
export class Flatten extends Layer<Resolved<FlattenOptions>> {
  static readonly className = 'Flatten';
  static readonly kerasModule = 'keras.layers';
  override readonly rearranges = true;

  constructor(options: FlattenOptions = {}) {
    const config = withDefaults('Flatten', { dataFormat: null }, [], options);
    super({ ...config, dataFormat: dataFormatOf('Flatten', options.dataFormat) });
    this.inputSpec = { minRank: 1 };
  }

  protected override call(x: Tensor): Tensor {
    const channels = this.config.dataFormat === 'channels_first' && x.rank > 2;
    const axes = x.shape.map((_, axis) => axis);
    const last = channels ? transpose(x, [0, ...axes.slice(2), 1]) : x;
    return reshape(last, [x.shape[0] ?? 1, product(x.shape.slice(1))]);
  }
}

/** Options of {@link Reshape}. */
export interface ReshapeOptions extends LayerOptions {
  /** Sizes without the batch; one may be -1, which takes what is left. */
  readonly targetShape: readonly number[];
}

/**
 * Gives all axes but the batch new sizes: `[batch, ...]` becomes `[batch, ...targetShape]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [6] });
 * console.log(layers.reshape({ targetShape: [2, -1] }).apply(x).shape); // [ null, 2, 3 ]
 * ```
 */
export class Reshape extends Layer<Resolved<ReshapeOptions>> {
  static readonly className = 'Reshape';
  static readonly kerasModule = 'keras.layers';
  override readonly rearranges = true;

  constructor(options: ReshapeOptions) {
    super(withDefaults('Reshape', {}, ['targetShape'], options));
    this.inputSpec = { minRank: 1 };
    const { targetShape } = this.config;
    requireList('Reshape', 'targetShape', targetShape);
    if (targetShape.filter((size) => size === -1).length > 1) {
      throw new ArgumentError({
        where: 'Reshape',
        what: 'only one size can be left to be found',
        received: formatShape(targetShape),
        fix: 'give all sizes but one',
      });
    }
  }

  protected override call(x: Tensor): Tensor {
    const { targetShape } = this.config;
    const total = product(x.shape.slice(1));
    const known = product(targetShape.filter((size) => size !== -1));
    const sizes = targetShape.map((size) => (size === -1 ? total / Math.max(1, known) : size));
    if (product(sizes) !== total || !sizes.every(Number.isInteger)) {
      throw new ShapeError({
        what: 'the new shape does not hold as many values as the old one',
        expected: `${total} values a sample (input ${formatShape(x.shape)})`,
        received: formatShape(targetShape),
        fix: 'change targetShape so that its sizes multiply to the same number',
      });
    }
    return reshape(x, [x.shape[0] ?? 1, ...sizes]);
  }
}

/** Options of {@link Permute}. */
export interface PermuteOptions extends LayerOptions {
  /** The new order of the axes, counted from 1 without the batch: `[2, 1]` swaps two. */
  readonly dims: readonly number[];
}

/**
 * Changes the order of the axes after the batch.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [3, 4] });
 * console.log(layers.permute({ dims: [2, 1] }).apply(x).shape); // [ null, 4, 3 ]
 * ```
 */
export class Permute extends Layer<Resolved<PermuteOptions>> {
  static readonly className = 'Permute';
  static readonly kerasModule = 'keras.layers';
  override readonly rearranges = true;

  constructor(options: PermuteOptions) {
    super(withDefaults('Permute', {}, ['dims'], options));
    const { dims } = this.config;
    requireList('Permute', 'dims', dims);
    if (![...dims].sort((a, b) => a - b).every((axis, index) => axis === index + 1)) {
      throw new ArgumentError({
        where: 'Permute',
        what: 'dims must name every axis after the batch once, from 1',
        received: formatShape(dims),
        fix: 'write, for example, dims: [2, 1]',
      });
    }
    this.inputSpec = { rank: dims.length + 1 };
  }

  protected override call(x: Tensor): Tensor {
    return transpose(x, [0, ...this.config.dims]);
  }
}

/** Options of {@link RepeatVector}. */
export interface RepeatVectorOptions extends LayerOptions {
  /** How many times. */
  readonly n: number;
}

/**
 * Repeats each sample: `[batch, features]` becomes `[batch, n, features]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [4] });
 * console.log(layers.repeatVector({ n: 3 }).apply(x).shape); // [ null, 3, 4 ]
 * ```
 */
export class RepeatVector extends Layer<Resolved<RepeatVectorOptions>> {
  static readonly className = 'RepeatVector';
  static readonly kerasModule = 'keras.layers';
  override readonly rearranges = true;

  constructor(options: RepeatVectorOptions) {
    super(withDefaults('RepeatVector', {}, ['n'], options));
    positive('RepeatVector', 'n', this.config.n);
    this.inputSpec = { rank: 2 };
  }

  protected override call(x: Tensor): Tensor {
    const [batch = 1, features = 1] = x.shape;
    return broadcastTo(expandDims(x, 1), [batch, this.config.n, features]);
  }
}
