// Resizing: images of any size to one size, inside or outside a model.
import type { Tensor } from '../../../core/tensor.js';
import {
  all,
  boundingBoxes,
  equal,
  type Interpolation,
  logicalOr,
  mul,
  resize,
  where,
} from '../../../ops/index.js';
import { positive, type Resolved, withDefaults } from '../../options.js';
import {
  IMAGE,
  ImageLayer,
  type ImageLayerOptions,
  type ImageSize,
  imageConfig,
  type Spelt,
  type Transformation,
} from './image-layer.js';
import type { BoundingBoxes } from './image-record.js';

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

function configOf(options: ResizingOptions): Spelt<Resolved<ResizingOptions>> {
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
  protected override readonly movesPixels = true;
  protected override readonly keepsDtype = true;
  protected override readonly actsAlways = true;

  constructor(options: ResizingOptions) {
    super(configOf(options));
  }

  protected override change(images: Tensor, _: unknown, isMask: boolean): Tensor {
    const { height, width, cropToAspectRatio, padToAspectRatio, fillValue, antialias } =
      this.config;
    const interpolation = isMask ? 'nearest' : this.config.interpolation;
    const options = { interpolation, cropToAspectRatio, padToAspectRatio, fillValue, antialias };
    return resize(images, [height, width], options);
  }
  /** Boxes of four times 0 or four times -1 stand for none, and become four times 0. */
  protected override changeBoxes(
    { boxes, labels }: BoundingBoxes,
    _: Transformation | undefined,
    size: ImageSize,
  ): BoundingBoxes {
    const isNone = (value: number): Tensor =>
      all(equal(boxes, value), { axis: -1, keepDims: true });
    const corners = boundingBoxes.convertFormat(boxes, this.boxFormat, 'xyxy', size);
    const { scaleX, scaleY, left, top } = this.#placement(size);
    const { height, width } = this.config;
    const end = { height, width };
    const scaled = mul(corners, [scaleX, scaleY, scaleX, scaleY]);
    const moved = boundingBoxes.pad(scaled, { top, left });
    const clipped = boundingBoxes.clipToImageSize({ boxes: moved, labels }, end);
    const kept = where(logicalOr(isNone(-1), isNone(0)), 0, clipped.boxes);
    const to = this.boxFormat;
    return { ...clipped, boxes: boundingBoxes.convertFormat(kept, 'xyxy', to, end) };
  }

  /** How places in the old image become places in the new one; in the precision of boxes. */
  #placement(from: ImageSize) {
    const { height, width, padToAspectRatio, cropToAspectRatio } = this.config;
    const round = Math.fround;
    const [down, across] = [round(height / from.height), round(width / from.width)];
    if (padToAspectRatio) {
      const scale = Math.min(down, across);
      const border = (size: number, old: number): number =>
        Math.floor(round(size - round(old * scale)) / 2);
      const [left, top] = [border(width, from.width), border(height, from.height)];
      return { scaleX: scale, scaleY: scale, left, top };
    }
    if (!cropToAspectRatio) return { scaleX: across, scaleY: down, left: 0, top: 0 };
    const proportion = round(from.width / from.height);
    const isWide = proportion > round(width / height);
    const newWidth = isWide ? round(height * proportion) : width;
    const newHeight = isWide ? height : round(width / proportion);
    return {
      scaleX: newWidth / from.width,
      scaleY: newHeight / from.height,
      left: -Math.floor((newWidth - width) / 2),
      top: -Math.floor((newHeight - height) / 2),
    };
  }
}
