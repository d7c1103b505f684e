// AffineLayer: the parent of layers that move all pixels of an image by one affine map. Maps are rows
// of eight numbers, see affineTransform.
import { unknownName } from '../../../core/errors.js';
import { at } from '../../../core/sequence.js';
import type { Tensor } from '../../../core/tensor.js';
import { concat, image, zerosLike } from '../../../ops/index.js';
import { sliceAxis } from '../../../ops/slicing.js';
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

/** The defaults of options of layers that move images. */
export const AFFINE = {
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

/** The config of a layer that moves images, checked and in Keras's spelling. */
export function affineConfig<
  Config extends {
    readonly fillMode: string;
    readonly interpolation: string;
    readonly dataFormat: string | null;
    readonly boundingBoxFormat: string | null;
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
export abstract class AffineLayer<Config extends AffineConfig> extends ImageLayer<Config> {
  protected override readonly movesPixels = true;

  /** The maps `[n, 8]` for what was drawn. */
  protected abstract maps(transformation: Transformation | undefined, size: ImageSize): Tensor;

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
export function column(x: Tensor, place: number): Tensor {
  return sliceAxis(x, -1, place, 1);
}

/** Maps of six columns `[n, 1]`; the two last numbers are 0. */
export function rows(columns: readonly Tensor[]): Tensor {
  const zero = zerosLike(at(columns, 0));
  return concat([...columns, zero, zero], 1);
}
