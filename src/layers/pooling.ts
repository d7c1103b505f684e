// Pooling: the largest or the mean of each window.
import type { Tensor } from '../core/tensor.js';
import { averagePool, maxPool } from '../ops/index.js';
import {
  type DataFormat,
  dataFormatOf,
  type Padding,
  paddingOf,
  type Window,
  windowOf,
  withChannelsLast,
} from './data-format.js';
import { Layer } from './layer.js';
import { type DefaultsOf, type LayerOptions, type Resolved, withDefaults } from './options.js';

/** Options of pooling layers. */
export interface PoolingOptions extends LayerOptions {
  /** Size of the window: one number, or one for each axis of space. Default 2. */
  readonly poolSize?: Window;
  /** Steps of the window. Default null: `poolSize`. */
  readonly strides?: Window | null;
  /** `valid` (default) or `same`. */
  readonly padding?: string;
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat | null;
}

const DEFAULTS: DefaultsOf<PoolingOptions> = {
  poolSize: 2,
  strides: null,
  padding: 'valid',
  dataFormat: null,
};

/** The options checked: lists with one number for each axis of space, and Keras's spellings. */
interface PoolingConfig extends Resolved<PoolingOptions> {
  readonly poolSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: Padding;
  readonly dataFormat: 'channels_last' | 'channels_first';
}

function poolingConfig(className: string, space: number, options: PoolingOptions): PoolingConfig {
  const config = withDefaults(className, DEFAULTS, [], options);
  const poolSize = windowOf(className, 'poolSize', config.poolSize, space);
  return {
    ...config,
    poolSize,
    strides: windowOf(className, 'strides', config.strides ?? poolSize, space),
    padding: paddingOf(className, config.padding),
    dataFormat: dataFormatOf(className, config.dataFormat),
  };
}

/** What all pooling layers share. */
abstract class Pooling extends Layer<PoolingConfig> {
  constructor(className: string, space: number, options: PoolingOptions) {
    super(poolingConfig(className, space, options));
    this.inputSpec = { rank: space + 2 };
    this.buildOnce(() => {});
  }

  protected pool(x: Tensor, run: typeof maxPool): Tensor {
    const { poolSize, strides, dataFormat } = this.config;
    const padding = this.config.padding === 'same' ? 'same' : 'valid';
    return withChannelsLast(x, dataFormat, (last) => run(last, { poolSize, strides, padding }));
  }
}

/** What the three layers of largest values share. */
abstract class MaxPooling extends Pooling {
  protected override call(x: Tensor): Tensor {
    return this.pool(x, maxPool);
  }
}

/** What the three layers of means share. Cells of `same` padding do not count. */
abstract class AveragePooling extends Pooling {
  protected override call(x: Tensor): Tensor {
    return this.pool(x, averagePool);
  }
}

/**
 * The largest of each window over time: `[batch, steps, channels]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [8, 3] });
 * console.log(layers.maxPooling1d().apply(x).shape); // [ null, 4, 3 ]
 * ```
 */
export class MaxPooling1D extends MaxPooling {
  static readonly className = 'MaxPooling1D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: PoolingOptions = {}) {
    super('MaxPooling1D', 1, options);
  }
}

/**
 * The largest of each window over images: `[batch, rows, columns, channels]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [8, 8, 3] });
 * console.log(layers.maxPooling2d().apply(x).shape); // [ null, 4, 4, 3 ]
 * ```
 */
export class MaxPooling2D extends MaxPooling {
  static readonly className = 'MaxPooling2D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: PoolingOptions = {}) {
    super('MaxPooling2D', 2, options);
  }
}

/**
 * The largest of each window over volumes: `[batch, depth, rows, columns, channels]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [8, 8, 8, 3] });
 * console.log(layers.maxPooling3d().apply(x).shape); // [ null, 4, 4, 4, 3 ]
 * ```
 */
export class MaxPooling3D extends MaxPooling {
  static readonly className = 'MaxPooling3D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: PoolingOptions = {}) {
    super('MaxPooling3D', 3, options);
  }
}

/**
 * The mean of each window over time: `[batch, steps, channels]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [8, 3] });
 * console.log(layers.averagePooling1d().apply(x).shape); // [ null, 4, 3 ]
 * ```
 */
export class AveragePooling1D extends AveragePooling {
  static readonly className = 'AveragePooling1D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: PoolingOptions = {}) {
    super('AveragePooling1D', 1, options);
  }
}

/**
 * The mean of each window over images: `[batch, rows, columns, channels]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [8, 8, 3] });
 * console.log(layers.averagePooling2d().apply(x).shape); // [ null, 4, 4, 3 ]
 * ```
 */
export class AveragePooling2D extends AveragePooling {
  static readonly className = 'AveragePooling2D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: PoolingOptions = {}) {
    super('AveragePooling2D', 2, options);
  }
}

/**
 * The mean of each window over volumes: `[batch, depth, rows, columns, channels]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [8, 8, 8, 3] });
 * console.log(layers.averagePooling3d().apply(x).shape); // [ null, 4, 4, 4, 3 ]
 * ```
 */
export class AveragePooling3D extends AveragePooling {
  static readonly className = 'AveragePooling3D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: PoolingOptions = {}) {
    super('AveragePooling3D', 3, options);
  }
}
