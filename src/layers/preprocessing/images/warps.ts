// RandomPerspective and RandomErasing: images seen at an angle, and images with a part blotted out.
import { ArgumentError } from '../../../core/errors.js';
import type { Tensor } from '../../../core/tensor.js';
import { isList } from '../../../core/tree.js';
import { boxAround } from '../../../ops/bounding-boxes/geometry.js';
import { homography } from '../../../ops/image/transforms.js';
import {
  add,
  arange,
  boundingBoxes,
  broadcastTo,
  cast,
  clip,
  div,
  expandDims,
  greaterEqual,
  image,
  less,
  logicalAnd,
  mul,
  random,
  reshape,
  type SeedGenerator,
  sqrt,
  sub,
  tensor,
  where,
} from '../../../ops/index.js';
import { sliceAxis } from '../../../ops/slicing.js';
import { fraction, withDefaults } from '../../options.js';
import { perImage } from './colors.js';
import { chosen, type Factor, factorOf, uniformIn, valueRangeOf } from './factors.js';
import {
  ImageLayer,
  type ImageSize,
  imageConfig,
  RANDOM,
  type RandomImageOptions,
  type Transformation,
} from './image-layer.js';
import type { BoundingBoxes } from './image-record.js';

/** Options of {@link RandomPerspective}. */
export interface RandomPerspectiveOptions extends RandomImageOptions {
  /** The range of the share of images that are changed. Default 1: up to all. */
  readonly factor?: Factor;
  /** How far corners move, from 0 to 1. Default 1. */
  readonly scale?: number;
  /** How pixels between pixels are guessed. Default `bilinear`. */
  readonly interpolation?: 'nearest' | 'bilinear';
  /** The colour outside. Default 0. */
  readonly fillValue?: number;
}

const PERSPECTIVE: Required<
  Pick<RandomPerspectiveOptions, 'factor' | 'scale' | 'interpolation' | 'fillValue'>
> = { factor: 1, scale: 1, interpolation: 'bilinear', fillValue: 0 };

function perspectiveConfig(options: RandomPerspectiveOptions) {
  const name = 'RandomPerspective';
  const config = withDefaults(name, { ...RANDOM, ...PERSPECTIVE }, [], options);
  fraction(name, 'scale', config.scale);
  return imageConfig(name, { ...config, factor: factorOf(name, 'factor', config.factor, [0, 1]) });
}

/**
 * In training shows some images as if seen at an angle: their corners move by up to half of `scale`
 * of their distance from the first pixel. As in Keras, that corner itself stays, and bounding boxes
 * come back as `xyxy`, whatever the format they were given in.
 *
 * @example
 * ```ts
 * import { layers, ones } from 'keratin';
 * const layer = layers.randomPerspective({ scale: 0.3 });
 * console.log(layer.apply(ones([2, 8, 8, 3])).shape); // [ 2, 8, 8, 3 ]
 * ```
 */
export class RandomPerspective extends ImageLayer<ReturnType<typeof perspectiveConfig>> {
  static readonly className = 'RandomPerspective';
  static readonly kerasModule = 'keras.layers';
  protected override readonly movesPixels = true;

  constructor(options: RandomPerspectiveOptions = {}) {
    super(perspectiveConfig(options));
  }

  /** `applyPerspective` `[n]` of bool; `startPoints` and `endPoints` `[n, 4, 2]`: corners (x, y). */
  protected override draw(size: ImageSize, seeds: SeedGenerator): Transformation {
    const { factor, scale } = this.config;
    const [right, bottom] = [size.width - 1, size.height - 1];
    const applyPerspective = chosen(size.batch, factor, seeds);
    const corners = tensor([
      [
        [0, 0],
        [right, 0],
        [0, bottom],
        [right, bottom],
      ],
    ]);
    const startPoints = broadcastTo(corners, [size.batch, 4, 2]);
    const moves = uniformIn([size.batch, 4, 2], [-0.5 * scale, 0.5 * scale], seeds);
    const endPoints = add(startPoints, mul(startPoints, moves));
    return { applyPerspective, startPoints, endPoints };
  }

  protected override change(
    images: Tensor,
    transformation: Transformation | undefined,
    isMask: boolean,
  ): Tensor {
    const { fillValue } = this.config;
    const interpolation = isMask ? 'nearest' : this.config.interpolation;
    const start = this.drawn(transformation, 'startPoints');
    const end = this.drawn(transformation, 'endPoints');
    const options = { interpolation, fillValue };
    const moved = image.perspectiveTransform(images, start, end, options);
    const mask = perImage(cast(this.drawn(transformation, 'applyPerspective'), 'bool'));
    return where(mask, moved, images);
  }

  protected override changeBoxes(
    { boxes, labels }: BoundingBoxes,
    transformation: Transformation | undefined,
    size: ImageSize,
  ): BoundingBoxes {
    const start = this.drawn(transformation, 'startPoints');
    const end = this.drawn(transformation, 'endPoints');
    const map = expandDims(homography(end, start), 1);
    const line = (x: Tensor, y: Tensor, place: number): Tensor =>
      add(mul(x, sliceAxis(map, -1, place, 1)), mul(y, sliceAxis(map, -1, place + 1, 1)));
    const corners = boundingBoxes.convertFormat(boxes, this.boxFormat, 'xyxy', size);
    const moved = boxAround(this.className, corners, (x, y) => {
      const depth = add(line(x, y, 6), 1);
      const place = (first: number): Tensor =>
        div(add(line(x, y, first), sliceAxis(map, -1, first + 2, 1)), depth);
      return [place(0), place(3)];
    });
    const isChosen = cast(this.drawn(transformation, 'applyPerspective'), 'bool');
    const kept = where(reshape(isChosen, [-1, 1, 1]), moved, corners);
    return boundingBoxes.clipToImageSize({ boxes: kept, labels }, size);
  }
}

/** A box drawn for each image: true inside, `[n, h, w, 1]`; sides are parts of the image's. */
export function boxes(size: ImageSize, across: Tensor, down: Tensor, seeds: SeedGenerator) {
  const side = (part: Tensor, length: number) => {
    const extent = mul(part, length);
    const start = mul(uniformIn([size.batch], [0, 1], seeds), sub(length, extent));
    return { start: perImage(start), end: perImage(add(start, extent)) };
  };
  const inside = (places: Tensor, { start, end }: { start: Tensor; end: Tensor }): Tensor =>
    logicalAnd(greaterEqual(places, start), less(places, end));
  const x = side(across, size.width);
  const y = side(down, size.height);
  const columns = reshape(arange(0, size.width, 1, 'float32'), [1, 1, -1, 1]);
  const rows = reshape(arange(0, size.height, 1, 'float32'), [1, -1, 1, 1]);
  const area = mul(sub(x.end, x.start), sub(y.end, y.start));
  return { mask: logicalAnd(inside(columns, x), inside(rows, y)), area };
}

/** Options of {@link RandomErasing}. */
export interface RandomErasingOptions extends RandomImageOptions {
  /** The range of the share of images that are changed. Default 1: up to all. */
  readonly factor?: Factor;
  /** The range of the erased part of the area, in 0 to 1. Default [0.02, 0.33]. */
  readonly scale?: Factor;
  /** The colour of the erased part, or one for each of three channels; null for noise. */
  readonly fillValue?: number | readonly number[] | null;
  /** The darkest and the brightest value of a colour. Default [0, 255]. */
  readonly valueRange?: readonly number[];
}

const ERASING: Required<
  Pick<RandomErasingOptions, 'factor' | 'scale' | 'fillValue' | 'valueRange'>
> = { factor: 1, scale: [0.02, 0.33], fillValue: null, valueRange: [0, 255] };

function erasingConfig(options: RandomErasingOptions) {
  const name = 'RandomErasing';
  const config = withDefaults(name, { ...RANDOM, ...ERASING }, [], options);
  const { fillValue } = config;
  if (isList(fillValue) && fillValue.length !== 3) {
    throw new ArgumentError({
      where: name,
      what: 'fillValue is no colour',
      expected: 'a number, or three',
      received: JSON.stringify(fillValue),
      fix: 'write fillValue: 0',
    });
  }
  const factor = factorOf(name, 'factor', config.factor, [0, 1]);
  const scale = factorOf(name, 'scale', config.scale, [0, 1]);
  const valueRange = valueRangeOf(name, config.valueRange);
  return imageConfig(name, { ...config, factor, scale, valueRange });
}

/**
 * In training blots out a box in some images, with one colour or with noise (Zhong et al. 2017).
 *
 * @example
 * ```ts
 * import { layers, ones } from 'keratin';
 * const layer = layers.randomErasing({ fillValue: 0 });
 * console.log(layer.apply(ones([2, 8, 8, 3])).shape); // [ 2, 8, 8, 3 ]
 * ```
 */
export class RandomErasing extends ImageLayer<ReturnType<typeof erasingConfig>> {
  static readonly className = 'RandomErasing';
  static readonly kerasModule = 'keras.layers';

  constructor(options: RandomErasingOptions = {}) {
    super(erasingConfig(options));
  }

  /** `batchMasks` true inside the boxes, `fillValue` the new colours, `applyErasing` `[n]`. */
  protected override draw(size: ImageSize, seeds: SeedGenerator): Transformation {
    const { factor, scale } = this.config;
    const parts = sqrt(uniformIn([size.batch, 2], scale, seeds));
    const part = (place: number): Tensor => reshape(sliceAxis(parts, 1, place, 1), [-1]);
    const { mask } = boxes(size, part(0), part(1), seeds);
    const applyErasing = chosen(size.batch, factor, seeds);
    return { applyErasing, batchMasks: mask, fillValue: this.#fill(size, seeds) };
  }

  #fill(size: ImageSize, seeds: SeedGenerator): Tensor {
    const { fillValue, valueRange } = this.config;
    const [low, high] = valueRange;
    const shape = [size.batch, size.height, size.width, size.channels];
    const colour =
      fillValue === null
        ? mul(random.normal(shape, { seed: seeds }), high)
        : tensor(isList(fillValue) ? [...fillValue] : fillValue);
    return clip(colour, low, high);
  }

  protected override change(images: Tensor, transformation: Transformation | undefined): Tensor {
    const fill = this.drawn(transformation, 'fillValue');
    const mask = cast(this.drawn(transformation, 'batchMasks'), 'bool');
    const erased = where(mask, cast(fill, images.dtype), images);
    const applied = perImage(cast(this.drawn(transformation, 'applyErasing'), 'bool'));
    return where(applied, erased, images);
  }
}
