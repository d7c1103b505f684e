// Resizing: images of any size to one size, inside or outside a model.
import type { Tensor } from '../../../core/tensor.js';
import { type Interpolation, resize } from '../../../ops/index.js';
import { positive, type Resolved, withDefaults } from '../../options.js';
import { IMAGE, ImageLayer, type ImageLayerOptions, imageConfig } from './image-layer.js';

/** Options of {@link Resizing}. */
export interface ResizingOptions extends ImageLayerOptions {
  readonly height: number;
  readonly width: number;
  /** How pixels between pixels are guessed. Default `bilinear`. */
  readonly interpolation?: Interpolation;
  /** Whether the middle is cut out first, so that nothing is stretched. Default false. */
  readonly cropToAspectRatio?: boolean;
  /** Whether borders are added first, so that nothing is stretched. Default false. */
  readonly padToAspectRatio?: boolean;
  /** Only `constant`: borders get `fillValue`. */
  readonly fillMode?: 'constant';
  /** Default 0. */
  readonly fillValue?: number;
  /** Whether shrinking averages over all pixels that fall together. Default false. */
  readonly antialias?: boolean;
}

const DEFAULTS = {
  ...IMAGE,
  interpolation: 'bilinear',
  cropToAspectRatio: false,
  padToAspectRatio: false,
  fillMode: 'constant',
  fillValue: 0,
  antialias: false,
} as const;

function configOf(options: ResizingOptions): Resolved<ResizingOptions> & {
  readonly dataFormat: 'channels_last' | 'channels_first';
} {
  const config = withDefaults('Resizing', DEFAULTS, ['height', 'width'], options);
  positive('Resizing', 'height', config.height);
  positive('Resizing', 'width', config.width);
  return imageConfig('Resizing', config);
}

/**
 * Images resized to `[height, width]`, in training and inference: `[n, h, w, c]` or `[h, w, c]`.
 * Whole numbers are rounded and stay whole numbers. Masks take the nearest pixel.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [32, 48, 3] });
 * console.log(layers.resizing({ height: 8, width: 12 }).apply(x).shape); // [ null, 8, 12, 3 ]
 * ```
 */
export class Resizing extends ImageLayer<ReturnType<typeof configOf>> {
  static readonly className = 'Resizing';
  static readonly kerasModule = 'keras.layers';
  protected override readonly actsAlways = true;

  constructor(options: ResizingOptions) {
    super(configOf(options));
  }

  protected override get movesPixels(): boolean {
    return true;
  }

  protected override get keepsDtype(): boolean {
    return true;
  }

  protected override change(images: Tensor, _: unknown, isMask: boolean): Tensor {
    const { height, width, cropToAspectRatio, padToAspectRatio, fillValue, antialias } =
      this.config;
    const interpolation = isMask ? 'nearest' : this.config.interpolation;
    const options = { interpolation, cropToAspectRatio, padToAspectRatio, fillValue, antialias };
    return resize(images, [height, width], options);
  }
}
