// Layers that move all pixels of an image by one affine map: flips apart, these are RandomRotation,
// RandomZoom, RandomTranslation and RandomShear.
import type { Tensor } from '../../../core/tensor.js';
import { sidesOf } from '../../../ops/bounding-boxes/formats.js';
import {
  add,
  boundingBoxes,
  concat,
  cos,
  expandDims,
  greater,
  less,
  mul,
  neg,
  onesLike,
  reshape,
  type SeedGenerator,
  sin,
  sub,
  where,
  zerosLike,
} from '../../../ops/index.js';
import { withDefaults } from '../../options.js';
import {
  AFFINE,
  AffineLayer,
  type AffineLayerOptions,
  affineConfig,
  column,
  rows,
} from './affine-layer.js';
import { type Factor, factorOf, symmetricFactor, uniformIn } from './factors.js';
import type { ImageSize, Transformation } from './image-layer.js';
import type { BoundingBoxes } from './image-record.js';

const { convertFormat, clipToImageSize } = boundingBoxes;

/** Options of {@link RandomRotation}. */
export interface RandomRotationOptions extends AffineLayerOptions {
  /** The range of angles in whole turns: 0.1 is from -36 to 36 degrees. */
  readonly factor: Factor;
}

function rotationConfig(options: RandomRotationOptions) {
  const config = withDefaults('RandomRotation', AFFINE, ['factor'], options);
  const factor = factorOf('RandomRotation', 'factor', config.factor, [-1, 1]);
  return affineConfig('RandomRotation', { ...config, factor });
}

/**
 * In training turns each image about its middle by a random angle; positive ones counter-clockwise.
 * As in Keras, bounding boxes are read as `xyxy` whatever their format; results are in the format.
 *
 * @example
 * ```ts
 * import { layers, ones } from 'keratin';
 * const layer = layers.randomRotation({ factor: 0.2, seed: 1 });
 * console.log(layer.apply(ones([2, 8, 8, 3])).shape); // [ 2, 8, 8, 3 ]
 * ```
 */
export class RandomRotation extends AffineLayer<ReturnType<typeof rotationConfig>> {
  static readonly className = 'RandomRotation';
  static readonly kerasModule = 'keras.layers';

  constructor(options: RandomRotationOptions) {
    super(rotationConfig(options));
  }

  /** `angle` in degrees, `[n]`. */
  protected override draw({ batch }: ImageSize, seeds: SeedGenerator): Transformation {
    const [lower, upper] = this.config.factor;
    return { angle: uniformIn([batch], [lower * 360, upper * 360], seeds) };
  }

  protected override maps(transformation: Transformation | undefined, size: ImageSize): Tensor {
    const angle = reshape(this.drawn(transformation, 'angle'), [-1, 1]);
    const radians = mul(angle, Math.PI / 180);
    const [cosine, sine] = [cos(radians), sin(radians)];
    const [x, y] = [(size.width - 1) / 2, (size.height - 1) / 2];
    const moveX = add(sub(x, mul(cosine, x)), mul(sine, y));
    const moveY = sub(sub(y, mul(sine, x)), mul(cosine, y));
    return rows([cosine, neg(sine), moveX, sine, cosine, moveY]);
  }

  protected override changeBoxes(
    { boxes, labels }: BoundingBoxes,
    transformation: Transformation | undefined,
    { height, width }: ImageSize,
  ): BoundingBoxes {
    const angle = this.drawn(transformation, 'angle');
    const turned = boundingBoxes.affineTransform(boxes, { angle, height, width });
    const clipped = clipToImageSize({ boxes: turned, labels }, { height, width });
    const size = { height, width };
    return { ...clipped, boxes: convertFormat(clipped.boxes, 'xyxy', this.boxFormat, size) };
  }
}

/** Options of {@link RandomZoom}. */
export interface RandomZoomOptions extends AffineLayerOptions {
  /** The range of vertical zoom: 0.3 is up to 30 % smaller, -0.3 up to 30 % larger. */
  readonly heightFactor: Factor;
  /** The range of horizontal zoom. Default: as the vertical, so that proportions stay. */
  readonly widthFactor?: Factor | null;
}

/** Throws unless the factors are ranges; they stay as they were given, since files keep them so. */
function checkFactors(
  where: string,
  config: { readonly heightFactor: Factor; readonly widthFactor: Factor | null },
  isAllowed: (end: number) => boolean,
): void {
  const { heightFactor, widthFactor } = config;
  symmetricFactor(where, 'heightFactor', heightFactor, isAllowed);
  if (widthFactor !== null) symmetricFactor(where, 'widthFactor', widthFactor, isAllowed);
}

const zoomAllowed = (end: number): boolean => end > -1 && end <= 1;

function zoomConfig(options: RandomZoomOptions) {
  const defaults = { ...AFFINE, widthFactor: null };
  const config = withDefaults('RandomZoom', defaults, ['heightFactor'], options);
  checkFactors('RandomZoom', config, zoomAllowed);
  return affineConfig('RandomZoom', config);
}

/**
 * In training zooms each image about its middle. Factors from -1 to 1: with a factor f the image
 * shows 1 + f times as much, so positive ones make things smaller.
 *
 * @example
 * ```ts
 * import { layers, ones } from 'keratin';
 * const layer = layers.randomZoom({ heightFactor: [-0.2, 0], seed: 1 });
 * console.log(layer.apply(ones([2, 8, 8, 3])).shape); // [ 2, 8, 8, 3 ]
 * ```
 */
export class RandomZoom extends AffineLayer<ReturnType<typeof zoomConfig>> {
  static readonly className = 'RandomZoom';
  static readonly kerasModule = 'keras.layers';

  constructor(options: RandomZoomOptions) {
    super(zoomConfig(options));
  }

  /** `heightZoom` and `widthZoom`, `[n, 1]`: how much of the image is seen. */
  protected override draw({ batch }: ImageSize, seeds: SeedGenerator): Transformation {
    const { heightFactor, widthFactor } = this.config;
    const zoom = (factor: Factor): Tensor => {
      const [lower, upper] = symmetricFactor('RandomZoom', 'factor', factor, zoomAllowed);
      return uniformIn([batch, 1], [1 + lower, 1 + upper], seeds);
    };
    const heightZoom = zoom(heightFactor);
    return { heightZoom, widthZoom: widthFactor === null ? heightZoom : zoom(widthFactor) };
  }

  protected override maps(transformation: Transformation | undefined, size: ImageSize): Tensor {
    const down = this.drawn(transformation, 'heightZoom');
    const across = this.drawn(transformation, 'widthZoom');
    const zero = zerosLike(down);
    const moveX = mul(sub(1, across), (size.width - 1) / 2);
    const moveY = mul(sub(1, down), (size.height - 1) / 2);
    return rows([across, zero, moveX, zero, down, moveY]);
  }

  protected override changeBoxes(
    { boxes, labels }: BoundingBoxes,
    transformation: Transformation | undefined,
    size: ImageSize,
  ): BoundingBoxes {
    const map = expandDims(this.maps(transformation, size), 1);
    const [left, top] = [column(map, 2), column(map, 5)];
    const seen = {
      height: mul(column(map, 4), size.height),
      width: mul(column(map, 0), size.width),
    };
    const corners = convertFormat(boxes, this.boxFormat, 'xyxy', size);
    const cut = boundingBoxes.crop(corners, { top, left, ...seen });
    const parts = convertFormat(cut, 'xyxy', 'rel_xyxy', seen);
    const clipped = clipToImageSize({ boxes: parts, labels }, { format: 'rel_xyxy' });
    return { ...clipped, boxes: convertFormat(clipped.boxes, 'rel_xyxy', this.boxFormat, size) };
  }
}

/** Options of {@link RandomTranslation}. */
export interface RandomTranslationOptions extends AffineLayerOptions {
  /** The range of the shift down, as a part of the height. */
  readonly heightFactor: Factor;
  /** The range of the shift to the right, as a part of the width. */
  readonly widthFactor: Factor;
}

const partAllowed = (end: number): boolean => end >= -1 && end <= 1;

function translationConfig(options: RandomTranslationOptions) {
  const needed = ['heightFactor', 'widthFactor'];
  const config = withDefaults('RandomTranslation', AFFINE, needed, options);
  checkFactors('RandomTranslation', config, partAllowed);
  return affineConfig('RandomTranslation', config);
}

/**
 * In training shifts each image down and to the right by random parts of its size.
 *
 * @example
 * ```ts
 * import { layers, ones } from 'keratin';
 * const layer = layers.randomTranslation({ heightFactor: 0.1, widthFactor: 0.1, seed: 1 });
 * console.log(layer.apply(ones([2, 8, 8, 3])).shape); // [ 2, 8, 8, 3 ]
 * ```
 */
export class RandomTranslation extends AffineLayer<ReturnType<typeof translationConfig>> {
  static readonly className = 'RandomTranslation';
  static readonly kerasModule = 'keras.layers';

  constructor(options: RandomTranslationOptions) {
    super(translationConfig(options));
  }

  /** `translations` `[n, 2]`: pixels to the right and down. */
  protected override draw(size: ImageSize, seeds: SeedGenerator): Transformation {
    const { heightFactor, widthFactor } = this.config;
    const shift = (factor: Factor, length: number): Tensor => {
      const range = symmetricFactor('RandomTranslation', 'factor', factor, partAllowed);
      return mul(uniformIn([size.batch, 1], range, seeds), length);
    };
    const down = shift(heightFactor, size.height);
    return { translations: concat([shift(widthFactor, size.width), down], 1) };
  }

  protected override maps(transformation: Transformation | undefined): Tensor {
    const shifts = neg(this.drawn(transformation, 'translations'));
    const [across, down] = [column(shifts, 0), column(shifts, 1)];
    const [zero, one] = [zerosLike(down), onesLike(down)];
    return rows([one, zero, across, zero, one, down]);
  }

  protected override changeBoxes(
    { boxes, labels }: BoundingBoxes,
    transformation: Transformation | undefined,
    size: ImageSize,
  ): BoundingBoxes {
    const shifts = expandDims(this.drawn(transformation, 'translations'), 1);
    const corners = convertFormat(boxes, this.boxFormat, 'xyxy', size);
    const moved = boundingBoxes.pad(corners, { top: column(shifts, 1), left: column(shifts, 0) });
    const clipped = clipToImageSize({ boxes: moved, labels }, size);
    return { ...clipped, boxes: convertFormat(clipped.boxes, 'xyxy', this.boxFormat, size) };
  }
}

/** Options of {@link RandomShear}. */
export interface RandomShearOptions extends AffineLayerOptions {
  /** The range of the horizontal shear. Default 0: none. */
  readonly xFactor?: Factor;
  /** The range of the vertical shear. Default 0: none. */
  readonly yFactor?: Factor;
}

const shearAllowed = (end: number): boolean => Math.abs(end) <= 1;

function shearConfig(options: RandomShearOptions) {
  const config = withDefaults('RandomShear', { ...AFFINE, xFactor: 0, yFactor: 0 }, [], options);
  const xFactor = symmetricFactor('RandomShear', 'xFactor', config.xFactor, shearAllowed);
  const yFactor = symmetricFactor('RandomShear', 'yFactor', config.yFactor, shearAllowed);
  return affineConfig('RandomShear', { ...config, xFactor, yFactor });
}

/**
 * In training shears each image about its first pixel: rows shift in proportion to their number,
 * columns likewise, one way or the other at random.
 *
 * @example
 * ```ts
 * import { layers, ones } from 'keratin';
 * const layer = layers.randomShear({ xFactor: 0.2, seed: 1 });
 * console.log(layer.apply(ones([2, 8, 8, 3])).shape); // [ 2, 8, 8, 3 ]
 * ```
 */
export class RandomShear extends AffineLayer<ReturnType<typeof shearConfig>> {
  static readonly className = 'RandomShear';
  static readonly kerasModule = 'keras.layers';

  constructor(options: RandomShearOptions = {}) {
    super(shearConfig(options));
  }

  /** `shearFactor` `[n, 2]`: horizontal and vertical. */
  protected override draw({ batch }: ImageSize, seeds: SeedGenerator): Transformation {
    const shape = [batch, 1];
    const sign = where(greater(uniformIn(shape, [0, 1], seeds), 0.5), -1, 1);
    const vertical = uniformIn(shape, this.config.yFactor, seeds);
    const horizontal = uniformIn(shape, this.config.xFactor, seeds);
    return { shearFactor: mul(concat([horizontal, vertical], 1), sign) };
  }

  protected override maps(transformation: Transformation | undefined): Tensor {
    const shear = this.drawn(transformation, 'shearFactor');
    const [across, down] = [column(shear, 0), column(shear, 1)];
    const [zero, one] = [zerosLike(down), onesLike(down)];
    return rows([one, across, zero, down, one, zero]);
  }

  protected override changeBoxes(
    { boxes, labels }: BoundingBoxes,
    transformation: Transformation | undefined,
    size: ImageSize,
  ): BoundingBoxes {
    const shear = expandDims(this.drawn(transformation, 'shearFactor'), 1);
    const parts = convertFormat(boxes, this.boxFormat, 'rel_xyxy', size);
    const sheared = shearedBoxes(parts, column(shear, 0), column(shear, 1));
    const clipped = clipToImageSize({ boxes: sheared, labels }, { format: 'rel_xyxy' });
    return { ...clipped, boxes: convertFormat(clipped.boxes, 'rel_xyxy', this.boxFormat, size) };
  }
}

/** Boxes in parts of the image around what a shear makes of them: first across, then down. */
function shearedBoxes(boxes: Tensor, across: Tensor, down: Tensor): Tensor {
  const [left, top, right, bottom] = sidesOf('RandomShear', boxes);
  const shifted = (x: Tensor, factor: Tensor, y: Tensor): Tensor => sub(x, mul(factor, y));
  const isLeft = less(across, 0);
  const x1 = where(isLeft, shifted(left, across, top), shifted(left, across, bottom));
  const x2 = where(isLeft, shifted(right, across, bottom), shifted(right, across, top));
  const isDown = greater(down, 0);
  const y1 = where(isDown, shifted(top, down, x2), shifted(top, down, x1));
  const y2 = where(isDown, shifted(bottom, down, x1), shifted(bottom, down, x2));
  return concat([x1, y1, x2, y2], -1);
}
