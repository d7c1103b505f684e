// The part of the `layers` namespace that pools, with the names that Keras and tf.js also use.
import {
  AdaptiveAveragePooling1D,
  AdaptiveAveragePooling2D,
  AdaptiveAveragePooling3D,
  AdaptiveMaxPooling1D,
  AdaptiveMaxPooling2D,
  AdaptiveMaxPooling3D,
  type AdaptivePoolingOptions,
} from './adaptive-pooling.js';
import {
  GlobalAveragePooling1D,
  GlobalAveragePooling2D,
  GlobalAveragePooling3D,
  GlobalMaxPooling1D,
  GlobalMaxPooling2D,
  GlobalMaxPooling3D,
  type GlobalPoolingOptions,
} from './global-pooling.js';
import {
  AveragePooling1D,
  AveragePooling2D,
  AveragePooling3D,
  MaxPooling1D,
  MaxPooling2D,
  MaxPooling3D,
  type PoolingOptions,
} from './pooling.js';

/** The largest of each window over time. */
export const maxPooling1d = (options: PoolingOptions = {}): MaxPooling1D =>
  new MaxPooling1D(options);
/** Another name of `maxPooling1d`. */
export const maxPool1d = maxPooling1d;
/** The largest of each window over images. */
export const maxPooling2d = (options: PoolingOptions = {}): MaxPooling2D =>
  new MaxPooling2D(options);
/** Another name of `maxPooling2d`. */
export const maxPool2d = maxPooling2d;
/** The largest of each window over volumes. */
export const maxPooling3d = (options: PoolingOptions = {}): MaxPooling3D =>
  new MaxPooling3D(options);
/** Another name of `maxPooling3d`. */
export const maxPool3d = maxPooling3d;
/** The mean of each window over time. */
export const averagePooling1d = (options: PoolingOptions = {}): AveragePooling1D =>
  new AveragePooling1D(options);
/** Another name of `averagePooling1d`. */
export const avgPool1d = averagePooling1d;
/** Another name of `averagePooling1d`. */
export const avgPooling1d = averagePooling1d;
/** The mean of each window over images. */
export const averagePooling2d = (options: PoolingOptions = {}): AveragePooling2D =>
  new AveragePooling2D(options);
/** Another name of `averagePooling2d`. */
export const avgPool2d = averagePooling2d;
/** Another name of `averagePooling2d`. */
export const avgPooling2d = averagePooling2d;
/** The mean of each window over volumes. */
export const averagePooling3d = (options: PoolingOptions = {}): AveragePooling3D =>
  new AveragePooling3D(options);
/** Another name of `averagePooling3d`. */
export const avgPool3d = averagePooling3d;
/** Another name of `averagePooling3d`. */
export const avgPooling3d = averagePooling3d;
/** The largest over time. */
export const globalMaxPooling1d = (options: GlobalPoolingOptions = {}): GlobalMaxPooling1D =>
  new GlobalMaxPooling1D(options);
/** Another name of `globalMaxPooling1d`. */
export const globalMaxPool1d = globalMaxPooling1d;
/** The largest over an image. */
export const globalMaxPooling2d = (options: GlobalPoolingOptions = {}): GlobalMaxPooling2D =>
  new GlobalMaxPooling2D(options);
/** Another name of `globalMaxPooling2d`. */
export const globalMaxPool2d = globalMaxPooling2d;
/** The largest over a volume. */
export const globalMaxPooling3d = (options: GlobalPoolingOptions = {}): GlobalMaxPooling3D =>
  new GlobalMaxPooling3D(options);
/** Another name of `globalMaxPooling3d`. */
export const globalMaxPool3d = globalMaxPooling3d;
/** The mean over time. */
export const globalAveragePooling1d = (
  options: GlobalPoolingOptions = {},
): GlobalAveragePooling1D => new GlobalAveragePooling1D(options);
/** Another name of `globalAveragePooling1d`. */
export const globalAvgPool1d = globalAveragePooling1d;
/** The mean over an image. */
export const globalAveragePooling2d = (
  options: GlobalPoolingOptions = {},
): GlobalAveragePooling2D => new GlobalAveragePooling2D(options);
/** Another name of `globalAveragePooling2d`. */
export const globalAvgPool2d = globalAveragePooling2d;
/** The mean over a volume. */
export const globalAveragePooling3d = (
  options: GlobalPoolingOptions = {},
): GlobalAveragePooling3D => new GlobalAveragePooling3D(options);
/** Another name of `globalAveragePooling3d`. */
export const globalAvgPool3d = globalAveragePooling3d;
/** The mean of as many windows over time as `outputSize` asks for. */
export const adaptiveAveragePooling1d = (
  options: AdaptivePoolingOptions,
): AdaptiveAveragePooling1D => new AdaptiveAveragePooling1D(options);
/** The mean of as many windows over images as `outputSize` asks for. */
export const adaptiveAveragePooling2d = (
  options: AdaptivePoolingOptions,
): AdaptiveAveragePooling2D => new AdaptiveAveragePooling2D(options);
/** The mean of as many windows over volumes as `outputSize` asks for. */
export const adaptiveAveragePooling3d = (
  options: AdaptivePoolingOptions,
): AdaptiveAveragePooling3D => new AdaptiveAveragePooling3D(options);
/** The largest of as many windows over time as `outputSize` asks for. */
export const adaptiveMaxPooling1d = (options: AdaptivePoolingOptions): AdaptiveMaxPooling1D =>
  new AdaptiveMaxPooling1D(options);
/** The largest of as many windows over images as `outputSize` asks for. */
export const adaptiveMaxPooling2d = (options: AdaptivePoolingOptions): AdaptiveMaxPooling2D =>
  new AdaptiveMaxPooling2D(options);
/** The largest of as many windows over volumes as `outputSize` asks for. */
export const adaptiveMaxPooling3d = (options: AdaptivePoolingOptions): AdaptiveMaxPooling3D =>
  new AdaptiveMaxPooling3D(options);
