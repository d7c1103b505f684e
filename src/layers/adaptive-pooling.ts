// Adaptive pooling: windows chosen so that the axes of space get wanted sizes.
import type { Tensor } from '../core/tensor.js';
import { adaptiveAveragePool, adaptiveMaxPool } from '../ops/index.js';
import { type DataFormat, dataFormatOf, type Window, windowOf } from './data-format.js';
import { Layer } from './layer.js';
import { type LayerOptions, type Resolved, withDefaults } from './options.js';

/** Options of adaptive pooling layers. */
export interface AdaptivePoolingOptions extends LayerOptions {
  /** Wanted size of the axes of space: one number for all, or one for each. */
  readonly outputSize: Window;
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat | null;
}

/** What all adaptive poolings share. */
abstract class AdaptivePooling extends Layer<Resolved<AdaptivePoolingOptions>> {
  constructor(className: string, rank: number, options: AdaptivePoolingOptions) {
    const config = withDefaults(className, { dataFormat: null }, ['outputSize'], options);
    super({
      ...config,
      outputSize: windowOf(className, 'outputSize', config.outputSize, rank),
      dataFormat: dataFormatOf(className, config.dataFormat),
    });
    this.inputSpec = { rank: rank + 2 };
    this.buildOnce(() => {});
  }

  protected pool(x: Tensor, run: typeof adaptiveMaxPool): Tensor {
    const { outputSize, dataFormat } = this.config;
    const format = dataFormat === 'channels_first' ? 'channelsFirst' : 'channelsLast';
    return run(x, outputSize, { dataFormat: format });
  }
}

/** What the three mean poolings share. */
abstract class AdaptiveAverage extends AdaptivePooling {
  protected override call(x: Tensor): Tensor {
    return this.pool(x, adaptiveAveragePool);
  }
}

/** What the three largest-value poolings share. */
abstract class AdaptiveMax extends AdaptivePooling {
  protected override call(x: Tensor): Tensor {
    return this.pool(x, adaptiveMaxPool);
  }
}

/**
 * The mean of windows over time, as many as `outputSize` asks for: `[batch, steps, channels]` becomes
 * `[batch, outputSize, channels]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [8, 3] });
 * console.log(layers.adaptiveAveragePooling1d({ outputSize: 4 }).apply(x).shape); // [null, 4, 3]
 * ```
 */
export class AdaptiveAveragePooling1D extends AdaptiveAverage {
  static readonly className = 'AdaptiveAveragePooling1D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: AdaptivePoolingOptions) {
    super('AdaptiveAveragePooling1D', 1, options);
  }
}

/**
 * The mean of windows over images, as many as `outputSize` asks for: `[batch, rows, columns, channels]` becomes
 * `[batch, outputSize[0], outputSize[1], channels]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [7, 9, 3] });
 * console.log(layers.adaptiveAveragePooling2d({ outputSize: 4 }).apply(x).shape); // [null, 4, 4, 3]
 * ```
 */
export class AdaptiveAveragePooling2D extends AdaptiveAverage {
  static readonly className = 'AdaptiveAveragePooling2D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: AdaptivePoolingOptions) {
    super('AdaptiveAveragePooling2D', 2, options);
  }
}

/**
 * The mean of windows over volumes, as many as `outputSize` asks for: `[batch, depth, rows, columns, channels]` becomes
 * `[batch, ...outputSize, channels]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [5, 6, 7, 3] });
 * console.log(layers.adaptiveAveragePooling3d({ outputSize: 4 }).apply(x).shape); // [null, 4, 4, 4, 3]
 * ```
 */
export class AdaptiveAveragePooling3D extends AdaptiveAverage {
  static readonly className = 'AdaptiveAveragePooling3D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: AdaptivePoolingOptions) {
    super('AdaptiveAveragePooling3D', 3, options);
  }
}

/**
 * The largest of windows over time, as many as `outputSize` asks for: `[batch, steps, channels]` becomes
 * `[batch, outputSize, channels]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [8, 3] });
 * console.log(layers.adaptiveMaxPooling1d({ outputSize: 4 }).apply(x).shape); // [null, 4, 3]
 * ```
 */
export class AdaptiveMaxPooling1D extends AdaptiveMax {
  static readonly className = 'AdaptiveMaxPooling1D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: AdaptivePoolingOptions) {
    super('AdaptiveMaxPooling1D', 1, options);
  }
}

/**
 * The largest of windows over images, as many as `outputSize` asks for: `[batch, rows, columns, channels]` becomes
 * `[batch, outputSize[0], outputSize[1], channels]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [7, 9, 3] });
 * console.log(layers.adaptiveMaxPooling2d({ outputSize: 4 }).apply(x).shape); // [null, 4, 4, 3]
 * ```
 */
export class AdaptiveMaxPooling2D extends AdaptiveMax {
  static readonly className = 'AdaptiveMaxPooling2D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: AdaptivePoolingOptions) {
    super('AdaptiveMaxPooling2D', 2, options);
  }
}

/**
 * The largest of windows over volumes, as many as `outputSize` asks for: `[batch, depth, rows, columns, channels]` becomes
 * `[batch, ...outputSize, channels]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [5, 6, 7, 3] });
 * console.log(layers.adaptiveMaxPooling3d({ outputSize: 4 }).apply(x).shape); // [null, 4, 4, 4, 3]
 * ```
 */
export class AdaptiveMaxPooling3D extends AdaptiveMax {
  static readonly className = 'AdaptiveMaxPooling3D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: AdaptivePoolingOptions) {
    super('AdaptiveMaxPooling3D', 3, options);
  }
}
