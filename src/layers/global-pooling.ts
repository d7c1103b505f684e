// Global pooling: one number for each channel, the mean or the largest over all space.
import type { Tensor } from '../core/tensor.js';
import { cast, div, expandDims, max, maximum, mean, mul, sum } from '../ops/index.js';
import { type CallContext, singleMask } from './call-context.js';
import { type DataFormat, dataFormatOf } from './data-format.js';
import { Layer } from './layer.js';
import { type DefaultsOf, type LayerOptions, type Resolved, withDefaults } from './options.js';

/** Options of global pooling. */
export interface GlobalPoolingOptions extends LayerOptions {
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat | null;
  /** Whether the pooled axes stay, with size 1. Default false. */
  readonly keepDims?: boolean;
}

const DEFAULTS: DefaultsOf<GlobalPoolingOptions> = { dataFormat: null, keepDims: false };

/** What all global poolings share. */
abstract class GlobalPooling extends Layer<Resolved<GlobalPoolingOptions>> {
  constructor(className: string, rank: number, options: GlobalPoolingOptions) {
    const config = withDefaults(className, DEFAULTS, [], options);
    super({ ...config, dataFormat: dataFormatOf(className, config.dataFormat) });
    this.inputSpec = { rank: rank + 2 };
    this.buildOnce(() => {});
  }

  /** The axes of space. */
  protected space(x: Tensor): readonly number[] {
    const axes = x.shape.map((_, axis) => axis);
    return this.config.dataFormat === 'channels_first' ? axes.slice(2) : axes.slice(1, -1);
  }
}

/** What the three mean poolings share. */
abstract class GlobalAverage extends GlobalPooling {
  protected override call(x: Tensor, _context: CallContext): Tensor {
    return mean(x, { axis: this.space(x), keepDims: this.config.keepDims });
  }
}

/** What the three largest-value poolings share. */
abstract class GlobalMax extends GlobalPooling {
  protected override call(x: Tensor): Tensor {
    return max(x, { axis: this.space(x), keepDims: this.config.keepDims });
  }
}

/**
 * The mean over time: `[batch, steps, channels]` becomes `[batch, channels]`; heeds masks.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [8, 3] });
 * console.log(layers.globalAveragePooling1d().apply(x).shape); // [ null, 3 ]
 * ```
 */
export class GlobalAveragePooling1D extends GlobalAverage {
  static readonly className = 'GlobalAveragePooling1D';
  static readonly kerasModule = 'keras.layers';
  override supportsMasking = true;
  override readonly takesMask = true;

  constructor(options: GlobalPoolingOptions = {}) {
    super('GlobalAveragePooling1D', 1, options);
  }

  protected override call(x: Tensor, context: CallContext): Tensor {
    const mask = singleMask(context.mask);
    if (mask === undefined) return super.call(x, context);
    const { dataFormat, keepDims } = this.config;
    const kept = expandDims(cast(mask, x.dtype), dataFormat === 'channels_first' ? 1 : 2);
    const axis = this.space(x);
    const count = sum(kept, { axis, keepDims });
    return div(sum(mul(x, kept), { axis, keepDims }), maximum(count, 1e-30));
  }

  protected override computeMask(): undefined {
    return undefined;
  }
}

/**
 * The mean over an image: `[batch, rows, columns, channels]` becomes `[batch, channels]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [8, 8, 3] });
 * console.log(layers.globalAveragePooling2d().apply(x).shape); // [ null, 3 ]
 * ```
 */
export class GlobalAveragePooling2D extends GlobalAverage {
  static readonly className = 'GlobalAveragePooling2D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: GlobalPoolingOptions = {}) {
    super('GlobalAveragePooling2D', 2, options);
  }
}

/**
 * The mean over a volume: `[batch, depth, rows, columns, channels]` becomes `[batch, channels]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [8, 8, 8, 3] });
 * console.log(layers.globalAveragePooling3d().apply(x).shape); // [ null, 3 ]
 * ```
 */
export class GlobalAveragePooling3D extends GlobalAverage {
  static readonly className = 'GlobalAveragePooling3D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: GlobalPoolingOptions = {}) {
    super('GlobalAveragePooling3D', 3, options);
  }
}

/**
 * The largest over time: `[batch, steps, channels]` becomes `[batch, channels]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [8, 3] });
 * console.log(layers.globalMaxPooling1d().apply(x).shape); // [ null, 3 ]
 * ```
 */
export class GlobalMaxPooling1D extends GlobalMax {
  static readonly className = 'GlobalMaxPooling1D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: GlobalPoolingOptions = {}) {
    super('GlobalMaxPooling1D', 1, options);
  }
}

/**
 * The largest over an image: `[batch, rows, columns, channels]` becomes `[batch, channels]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [8, 8, 3] });
 * console.log(layers.globalMaxPooling2d().apply(x).shape); // [ null, 3 ]
 * ```
 */
export class GlobalMaxPooling2D extends GlobalMax {
  static readonly className = 'GlobalMaxPooling2D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: GlobalPoolingOptions = {}) {
    super('GlobalMaxPooling2D', 2, options);
  }
}

/**
 * The largest over a volume: `[batch, depth, rows, columns, channels]` becomes `[batch, channels]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [8, 8, 8, 3] });
 * console.log(layers.globalMaxPooling3d().apply(x).shape); // [ null, 3 ]
 * ```
 */
export class GlobalMaxPooling3D extends GlobalMax {
  static readonly className = 'GlobalMaxPooling3D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: GlobalPoolingOptions = {}) {
    super('GlobalMaxPooling3D', 3, options);
  }
}
