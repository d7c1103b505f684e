// CenterCrop and RandomCrop: a part of each image, resized where an image is too small.

import { nextSeed } from '../../../core/random.js';
import { at } from '../../../core/sequence.js';
import type { Tensor } from '../../../core/tensor.js';
import {
  add,
  arange,
  boundingBoxes,
  cast,
  floor,
  gather,
  maximum,
  neg,
  resize,
  type SeedGenerator,
  tensor,
} from '../../../ops/index.js';
import { sliceAxis } from '../../../ops/slicing.js';
import { positive, withDefaults } from '../../options.js';
import { uniformIn } from './factors.js';
import {
  IMAGE,
  ImageLayer,
  type ImageLayerOptions,
  type ImageSize,
  imageConfig,
  RANDOM,
  type RandomImageOptions,
  type Transformation,
} from './image-layer.js';
import type { BoundingBoxes } from './image-record.js';

interface Size {
  readonly height: number;
  readonly width: number;
}

function checkSize(where: string, { height, width }: Size): void {
  positive(where, 'height', height);
  positive(where, 'width', width);
}

/** The largest part in the middle of an image that has the proportions of `to`. */
function middle(from: Size, to: Size): Size & { readonly top: number; readonly left: number } {
  const fitted = (size: number, wanted: number): number =>
    Math.max(Math.min(size, Math.trunc(wanted)), 1);
  const height = fitted(from.height, (from.width * to.height) / to.width);
  const width = fitted(from.width, (from.height * to.width) / to.height);
  const top = Math.trunc((from.height - height) / 2);
  return { height, width, top, left: Math.trunc((from.width - width) / 2) };
}

function cut(images: Tensor, top: number, left: number, { height, width }: Size): Tensor {
  return sliceAxis(sliceAxis(images, 1, top, height), 2, left, width);
}

function sizeOfImages(images: Tensor): Size {
  return { height: at(images.shape, 1), width: at(images.shape, 2) };
}

/** Options of {@link CenterCrop}. */
export interface CenterCropOptions extends ImageLayerOptions {
  readonly height: number;
  readonly width: number;
}

function centerConfig(options: CenterCropOptions) {
  const config = withDefaults('CenterCrop', IMAGE, ['height', 'width'], options);
  checkSize('CenterCrop', config);
  return imageConfig('CenterCrop', config);
}

/**
 * The middle of each image, `[height, width]`. Images that are smaller are first cut to the same
 * proportions and then resized. It acts in training and inference.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [32, 48, 3] });
 * console.log(layers.centerCrop({ height: 8, width: 12 }).apply(x).shape); // [ null, 8, 12, 3 ]
 * ```
 */
export class CenterCrop extends ImageLayer<ReturnType<typeof centerConfig>> {
  static readonly className = 'CenterCrop';
  static readonly kerasModule = 'keras.layers';
  protected override readonly movesPixels = true;
  protected override readonly actsAlways = true;

  constructor(options: CenterCropOptions) {
    super(centerConfig(options));
  }

  protected override change(images: Tensor): Tensor {
    const { height, width } = this.config;
    const from = sizeOfImages(images);
    const [down, across] = [from.height - height, from.width - width];
    if (down >= 0 && across >= 0) {
      return cut(images, Math.floor(down / 2), Math.floor(across / 2), this.config);
    }
    const part = middle(from, this.config);
    return resize(cut(images, part.top, part.left, part), [height, width]);
  }

  protected override changeBoxes(
    { boxes, labels }: BoundingBoxes,
    _: Transformation | undefined,
    size: ImageSize,
  ): BoundingBoxes {
    const { height, width } = this.config;
    const end = { height, width };
    const [down, across] = [size.height - height, size.width - width];
    const isLarge = down >= 0 && across >= 0;
    const part = isLarge
      ? { top: Math.floor(down / 2), left: Math.floor(across / 2), height, width }
      : middle(size, this.config);
    const corners = boundingBoxes.convertFormat(boxes, this.boxFormat, 'xyxy', size);
    const cutOut = boundingBoxes.crop(corners, part);
    const parts = boundingBoxes.convertFormat(cutOut, 'xyxy', 'rel_xyxy', part);
    const resized = boundingBoxes.convertFormat(parts, 'rel_xyxy', 'xyxy', end);
    const moved = { boxes: isLarge ? cutOut : resized, labels };
    const clipped = boundingBoxes.clipToImageSize(moved, end);
    const to = this.boxFormat;
    return {
      ...clipped,
      boxes: boundingBoxes.convertFormat(clipped.boxes, 'xyxy', to, end),
    };
  }
}

/** Options of {@link RandomCrop}. */
export interface RandomCropOptions extends RandomImageOptions {
  readonly height: number;
  readonly width: number;
}

function randomConfig(options: RandomCropOptions) {
  const config = withDefaults('RandomCrop', RANDOM, ['height', 'width'], options);
  checkSize('RandomCrop', config);
  // Keras draws the seed at once and writes it into files.
  return imageConfig('RandomCrop', { ...config, seed: config.seed ?? nextSeed() });
}

/**
 * In training a part `[height, width]` of the images, at a place drawn for the whole batch. Images
 * that are not larger in both directions are cut from their middle on and resized.
 *
 * As in Keras, images pass unchanged in inference, with the size that they have. Bounding boxes are
 * moved as Keras moves them too, which is right for square crops of the middle only: by the first row
 * to the left and by the first column upwards, without an end at the right and the bottom, and with
 * parts counted in the size of the crop.
 *
 * @example
 * ```ts
 * import { layers, ones } from 'keratin';
 * const layer = layers.randomCrop({ height: 4, width: 6 });
 * console.log(layer.apply(ones([2, 8, 8, 3])).shape); // [ 2, 4, 6, 3 ]
 * ```
 */
export class RandomCrop extends ImageLayer<ReturnType<typeof randomConfig>> {
  static readonly className = 'RandomCrop';
  static readonly kerasModule = 'keras.layers';
  protected override readonly movesPixels = true;

  constructor(options: RandomCropOptions) {
    super(randomConfig(options));
  }

  protected override draw(size: ImageSize, seeds: SeedGenerator): Transformation {
    const { height, width } = this.config;
    if (size.height > height && size.width > width) {
      const start = (room: number): Tensor =>
        cast(floor(uniformIn([], [0, room + 1], seeds)), 'int32');
      return { top: start(size.height - height), left: start(size.width - width) };
    }
    const { top, left } = middle(size, this.config);
    return { top: tensor(top, { dtype: 'int32' }), left: tensor(left, { dtype: 'int32' }) };
  }

  protected override change(images: Tensor, transformation: Transformation | undefined): Tensor {
    const { height, width } = this.config;
    const size = sizeOfImages(images);
    const isLarger = size.height > height && size.width > width;
    if (isLarger) {
      const rows = add(arange(0, height, 1, 'int32'), this.drawn(transformation, 'top'));
      const columns = add(arange(0, width, 1, 'int32'), this.drawn(transformation, 'left'));
      return gather(gather(images, rows, { axis: 1 }), columns, { axis: 2 });
    }
    const { top, left } = middle(size, this.config);
    const part = {
      height: Math.min(height, size.height - top),
      width: Math.min(width, size.width - left),
    };
    const found = cut(images, top, left, part);
    return part.height === height && part.width === width ? found : resize(found, [height, width]);
  }
  protected override changeBoxes(
    { boxes, labels }: BoundingBoxes,
    transformation: Transformation | undefined,
  ): BoundingBoxes {
    const { height, width } = this.config;
    const end = { height, width };
    const [top, left] = [this.drawn(transformation, 'top'), this.drawn(transformation, 'left')];
    const corners = boundingBoxes.convertFormat(boxes, this.boxFormat, 'xyxy', end);
    // Keras takes the first row from x and the first column from y.
    const moved = boundingBoxes.pad(corners, { top: neg(left), left: neg(top) });
    const kept = maximum(moved, 0);
    return {
      boxes: boundingBoxes.convertFormat(kept, 'xyxy', this.boxFormat, end),
      labels,
    };
  }
}
