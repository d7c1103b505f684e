// Options that layers of colours share, and their config.
import { withDefaults } from '../../options.js';
import { type Factor, factorOf, type Range, valueRangeOf } from './factors.js';
import { imageConfig, RANDOM, type RandomImageOptions } from './image-layer.js';

/** Options of layers that change colours. */
export interface ColorOptions extends RandomImageOptions {
  /** The darkest and the brightest value of a colour. Default [0, 255]. */
  readonly valueRange?: readonly number[];
}

/** Their defaults. */
export const COLOR = { ...RANDOM, valueRange: [0, 255] as readonly number[] } as const;

/** Options of layers that change colours by a factor. */
export interface ColorFactorOptions extends ColorOptions {
  /** The range to draw from. */
  readonly factor: Factor;
}

/** Options of layers that change a share of the images. */
export interface ShareOptions extends ColorOptions {
  /** The range of the share of images that are changed. Default 1: up to all. */
  readonly factor?: Factor;
}

/** The config with ranges as two numbers, and formats in Keras's spelling. */
function ranged<
  Config extends {
    readonly factor: Factor;
    readonly valueRange: readonly number[];
    readonly dataFormat: string | null;
    readonly boundingBoxFormat: string | null;
  },
>(className: string, config: Config, bounds: Range) {
  const factor = factorOf(className, 'factor', config.factor, bounds);
  const valueRange = valueRangeOf(className, config.valueRange);
  return imageConfig(className, { ...config, factor, valueRange });
}

/** The config of a layer that needs a factor within bounds. */
export function colorConfig(className: string, options: ColorFactorOptions, bounds: Range) {
  return ranged(className, withDefaults(className, COLOR, ['factor'], options), bounds);
}

/** The config of a layer that changes a share of the images, with further defaults of its own. */
export function shareConfig<Extra extends object>(
  className: string,
  options: ShareOptions,
  extra: Extra,
) {
  const defaults = { ...COLOR, factor: 1, ...extra };
  return ranged(className, withDefaults(className, defaults, [], options), [0, 1]);
}
