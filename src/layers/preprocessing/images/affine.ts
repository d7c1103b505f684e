// Layers that move all pixels of an image by one affine map: flips apart, these are RandomRotation,
// RandomZoom, RandomTranslation and RandomShear. Maps are rows of eight numbers, see affineTransform.
import { unknownName } from '../../../core/errors.js';
import { at } from '../../../core/sequence.js';
import type { Tensor } from '../../../core/tensor.js';
import {
  add,
  concat,
  cos,
  greater,
  image,
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
import { sliceAxis } from '../../../ops/slicing.js';
import { withDefaults } from '../../options.js';
import { type Factor, factorOf, symmetricFactor, uniformIn } from './factors.js';
import {
  type ImageConfig,
  ImageLayer,
  type ImageSize,
  imageConfig,
  RANDOM,
  type RandomImageOptions,
  type Transformation,
} from './image-layer.js';

const FILL_MODES = ['reflect', 'wrap', 'constant', 'nearest'] as const;
const INTERPOLATIONS = ['nearest', 'bilinear'] as const;

/** What lies outside an image: `reflect` mirrors it with its border pixel twice. */
export type AffineFillMode = (typeof FILL_MODES)[number];

/** Options of layers that move images. */
export interface AffineLayerOptions extends RandomImageOptions {
  /** What lies outside. Default `reflect`. */
  readonly fillMode?: AffineFillMode;
  /** How pixels between pixels are guessed. Default `bilinear`. */
  readonly interpolation?: 'nearest' | 'bilinear';
  /** The colour outside for `constant`. Default 0. */
  readonly fillValue?: number;
}

const AFFINE = {
  ...RANDOM,
  fillMode: 'reflect',
  interpolation: 'bilinear',
  fillValue: 0,
} as const;

interface AffineConfig extends ImageConfig {
  readonly fillMode: AffineFillMode;
  readonly interpolation: 'nearest' | 'bilinear';
  readonly fillValue: number;
}

function affineConfig<
  Config extends {
    readonly fillMode: string;
    readonly interpolation: string;
    readonly dataFormat: string | null;
  },
>(className: string, config: Config) {
  const { fillMode, interpolation } = config;
  if (!FILL_MODES.some((mode) => mode === fillMode)) {
    throw unknownName('fill mode', fillMode, FILL_MODES, className);
  }
  if (!INTERPOLATIONS.some((known) => known === interpolation)) {
    throw unknownName('interpolation', interpolation, INTERPOLATIONS, className);
  }
  return imageConfig(className, config);
}

/** A layer that moves each image by an affine map of its own. */
abstract class AffineLayer<Config extends AffineConfig> extends ImageLayer<Config> {
  /** The maps `[n, 8]` for what was drawn. */
  protected abstract maps(transformation: Transformation | undefined, size: ImageSize): Tensor;

  protected override get movesPixels(): boolean {
    return true;
  }

  protected override change(
    images: Tensor,
    transformation: Transformation | undefined,
    isMask: boolean,
  ): Tensor {
    const { fillMode, fillValue } = this.config;
    const interpolation = isMask ? 'nearest' : this.config.interpolation;
    const [batch, height, width, channels] = images.shape;
    const size = { batch, height, width, channels } as ImageSize;
    const maps = this.maps(transformation, size);
    return image.affineTransform(images, maps, { fillMode, fillValue, interpolation });
  }
}

/** Column `place` of `[n, columns]`, as `[n, 1]`. */
function column(x: Tensor, place: number): Tensor {
  return sliceAxis(x, -1, place, 1);
}

/** Maps of six columns `[n, 1]`; the two last numbers are 0. */
function rows(columns: readonly Tensor[]): Tensor {
  const zero = zerosLike(at(columns, 0));
  return concat([...columns, zero, zero], 1);
}

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
}

/** Options of {@link RandomZoom}. */
export interface RandomZoomOptions extends AffineLayerOptions {
  /** The range of vertical zoom: 0.3 is up to 30 % smaller, -0.3 up to 30 % larger. */
  readonly heightFactor: Factor;
  /** The range of horizontal zoom. Default: as the vertical, so that proportions stay. */
  readonly widthFactor?: Factor | null;
}

const zoomAllowed = (end: number): boolean => end > -1 && end <= 1;

function zoomConfig(options: RandomZoomOptions) {
  const defaults = { ...AFFINE, widthFactor: null };
  const config = withDefaults('RandomZoom', defaults, ['heightFactor'], options);
  symmetricFactor('RandomZoom', 'heightFactor', config.heightFactor, zoomAllowed);
  const { widthFactor } = config;
  if (widthFactor !== null) symmetricFactor('RandomZoom', 'widthFactor', widthFactor, zoomAllowed);
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
  symmetricFactor('RandomTranslation', 'heightFactor', config.heightFactor, partAllowed);
  symmetricFactor('RandomTranslation', 'widthFactor', config.widthFactor, partAllowed);
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
}
