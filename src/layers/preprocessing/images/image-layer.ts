// ImageLayer: the parent of layers that change images. It brings images to one form, draws random
// numbers, and leaves the change itself to a function of both.
import { ArgumentError, ShapeError, StateError } from '../../../core/errors.js';
import { at } from '../../../core/sequence.js';
import type { PlainConfig } from '../../../core/serialized.js';
import { formatShape } from '../../../core/shape.js';
import { Tensor } from '../../../core/tensor.js';
import { boxFormatOf } from '../../../ops/bounding-boxes/formats.js';
import { onBatch } from '../../../ops/image/batches.js';
import {
  type boundingBoxes,
  cast,
  expandDims,
  SeedGenerator,
  squeeze,
} from '../../../ops/index.js';
import type { CallContext, CallOptions } from '../../call-context.js';
import { type DataFormat, dataFormatOf } from '../../data-format.js';
import { Layer } from '../../layer.js';
import type { LayerOptions } from '../../options.js';
import type { ShapeTree, SymbolicOf, SymbolicTree, TensorTree } from '../../symbolic.js';
import { type BoundingBoxes, type ImageRecord, imageRecordOf } from './image-record.js';

/** Options that all layers of images take. */
export interface ImageLayerOptions extends LayerOptions {
  /** Where the channels stand. Default `channelsLast`. */
  readonly dataFormat?: DataFormat | null;
  /** What the four numbers of bounding boxes are; needed where there are some. Default none. */
  readonly boundingBoxFormat?: boundingBoxes.BoxFormat | null;
}

/** Options of layers of images that draw random numbers. */
export interface RandomImageOptions extends ImageLayerOptions {
  /** Equal seeds give equal streams. Default: from the stream of `setRandomSeed`. */
  readonly seed?: number | null;
}

/** What was drawn for one batch, by name. */
export type Transformation = Readonly<Record<string, Tensor>>;

/** Sizes of a batch of images. */
export interface ImageSize {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** The parts of the config that the parent reads. */
export interface ImageConfig extends LayerOptions {
  readonly dataFormat: 'channels_last' | 'channels_first';
  readonly boundingBoxFormat: boundingBoxes.KerasBoxFormat | null;
  readonly seed?: number | null;
}

/** The defaults of the options that all layers of images take. */
export const IMAGE = { dataFormat: null, boundingBoxFormat: null } as const;

/** Those of layers that draw random numbers. */
export const RANDOM = { ...IMAGE, seed: null } as const;

/** A config with data format and box format in Keras's spelling. */
export type Spelt<Config> = Omit<Config, 'dataFormat' | 'boundingBoxFormat'> &
  Pick<ImageConfig, 'dataFormat' | 'boundingBoxFormat'>;

/** The config with the data format and the format of boxes in Keras's spelling. */
export function imageConfig<
  Config extends { readonly dataFormat: string | null; readonly boundingBoxFormat: string | null },
>(where: string, config: Config): Spelt<Config> {
  const { dataFormat, boundingBoxFormat } = config;
  return {
    ...config,
    dataFormat: dataFormatOf(where, dataFormat),
    boundingBoxFormat: boundingBoxFormat === null ? null : boxFormatOf(where, boundingBoxFormat),
  };
}

/** A layer from images to images of the same kind: `[n, height, width, c]` or without n. */
export abstract class ImageLayer<Config extends ImageConfig> extends Layer<Config> {
  /** As in Keras, a call that says nothing of `training` trains; in models `predict` says false. */
  override readonly trainingByDefault: boolean = true;
  /** Whether the layer acts in inference too. */
  protected readonly actsAlways: boolean = false;
  /** Whether pixels change their places, so that masks and boxes have to follow. */
  protected readonly movesPixels: boolean = false;
  /** Whether whole numbers stay whole numbers; floats otherwise. */
  protected readonly keepsDtype: boolean = false;
  private seedGenerator: SeedGenerator | undefined;

  /** Numbers for one batch; undefined where nothing is random. */
  protected draw(_size: ImageSize, _seeds: SeedGenerator): Transformation | undefined {
    return undefined;
  }

  /** The change of images `[n, height, width, c]`; masks are to be sampled without mixing. */
  protected abstract change(
    images: Tensor,
    transformation: Transformation | undefined,
    isMask: boolean,
  ): Tensor;

  /** For layers made of others: the change of `[n, height, width, c]`; masks only move. */
  changeBatch(images: Tensor, transformation: Transformation | undefined, isMask: boolean): Tensor {
    return isMask && !this.movesPixels ? images : this.change(images, transformation, isMask);
  }

  protected override build(_inputShape: ShapeTree): void {
    const { seed } = this.config;
    if (seed === undefined) return;
    this.seedGenerator = seed === null ? new SeedGenerator() : new SeedGenerator(seed);
  }

  /** Sizes of one image or a batch of them. */
  protected sizeOf(images: Tensor): ImageSize {
    const first = this.config.dataFormat === 'channels_first';
    const [height, width, channels] = first ? [-2, -1, -3] : [-3, -2, -1];
    this.onImages(images, (x) => x);
    return {
      batch: images.rank === 4 ? at(images.shape, 0) : 1,
      height: at(images.shape, height),
      width: at(images.shape, width),
      channels: at(images.shape, channels),
    };
  }

  /** Draws the numbers for one batch of images; none in inference. */
  getRandomTransformation(
    images: Tensor,
    options: { readonly training?: boolean } = {},
  ): Transformation | undefined {
    if (options.training === false) return undefined;
    this.ensureBuilt(images.shape);
    const size = this.sizeOf(images);
    return this.seedGenerator === undefined ? undefined : this.draw(size, this.seedGenerator);
  }

  /** Images changed by numbers that were drawn before; they stay as they are in inference. */
  transformImages(
    images: Tensor,
    transformation: Transformation | undefined,
    training = true,
  ): Tensor {
    const typed = this.keepsDtype ? images : cast(images, this.computeDtype);
    const acts = training || this.actsAlways;
    return this.onImages(typed, (x) => (acts ? this.change(x, transformation, false) : x));
  }

  /** Masks changed by the same numbers as their images; colours have none to change. */
  transformSegmentationMasks(
    masks: Tensor,
    transformation: Transformation | undefined,
    training = true,
  ): Tensor {
    if (!this.movesPixels || (!training && !this.actsAlways)) return masks;
    return this.onImages(masks, (x) => this.change(x, transformation, true));
  }

  /** Labels changed with their images; most layers leave them alone. */
  transformLabels(
    labels: Tensor,
    _transformation: Transformation | undefined,
    _training = true,
  ): Tensor {
    return labels;
  }

  /** The change of boxes `[n, count, 4]` with their images; those of colours leave them alone. */
  protected changeBoxes(
    given: BoundingBoxes,
    _transformation: Transformation | undefined,
    _size: ImageSize,
  ): BoundingBoxes {
    if (!this.movesPixels) return given;
    throw new ArgumentError({
      where: this.className,
      what: 'it is not defined where boxes go, as in Keras',
      received: 'boundingBoxes',
      fix: 'leave bounding boxes out, or choose another layer',
    });
  }

  /**
   * Boxes changed by the same numbers as their images, which had `size`: `[n, count, 4]`, or
   * `[count, 4]` for one image, in the layer's `boundingBoxFormat`.
   */
  transformBoundingBoxes(
    given: BoundingBoxes,
    transformation: Transformation | undefined,
    size: ImageSize,
    training = true,
  ): BoundingBoxes {
    this.boxFormat;
    const boxes = cast(given.boxes, 'float32');
    const isSingle = boxes.rank === 2;
    if ((!isSingle && boxes.rank !== 3) || boxes.shape.at(-1) !== 4) {
      throw new ShapeError({
        where: this.className,
        what: 'these are no boxes of images',
        expected: '[n, count, 4], or [count, 4] for one image',
        received: formatShape(given.boxes.shape),
        fix: 'give four numbers for each box',
      });
    }
    const found = { ...given, boxes };
    if (!training && !this.actsAlways) return found;
    if (!isSingle) return this.changeBoxes(found, transformation, size);
    const batch = { boxes: expandDims(boxes, 0), labels: expandDims(given.labels, 0) };
    const changed = this.changeBoxes(batch, transformation, size);
    return { boxes: squeeze(changed.boxes, 0), labels: squeeze(changed.labels, 0) };
  }

  /** The format of boxes; throws where the layer was given none. */
  protected get boxFormat(): boundingBoxes.KerasBoxFormat {
    const { boundingBoxFormat } = this.config;
    if (boundingBoxFormat !== null) return boundingBoxFormat;
    throw new ArgumentError({
      where: this.className,
      what: 'the layer does not know the format of bounding boxes',
      expected: 'the option boundingBoxFormat',
      fix: "write boundingBoxFormat: 'xyxy' for [left, top, right, bottom]",
    });
  }

  /** Runs `body` on `[n, height, width, c]`, whatever the form of the images. */
  protected onImages(images: Tensor, body: (images: Tensor) => Tensor): Tensor {
    const first = this.config.dataFormat === 'channels_first';
    const dataFormat = first ? 'channelsFirst' : 'channelsLast';
    return onBatch(this.className, images, { dataFormat }, body);
  }

  /** Changes images, or the images, labels, boxes and masks of a record, which comes back as one. */
  override apply(images: Tensor, options?: CallOptions): Tensor;
  override apply<Given extends ImageRecord>(record: Given, options?: CallOptions): Given;
  override apply(inputs: TensorTree, options?: CallOptions): Tensor;
  override apply(inputs: SymbolicTree, options?: CallOptions): SymbolicOf<Tensor>;
  override apply(inputs: TensorTree | SymbolicTree, options?: CallOptions): unknown {
    return super.apply(inputs as TensorTree, options);
  }

  protected override call(inputs: TensorTree, { training }: CallContext): Tensor {
    if (inputs instanceof Tensor) {
      const transformation = this.getRandomTransformation(inputs, { training });
      return this.transformImages(inputs, transformation, training);
    }
    const changed: object = this.#record(imageRecordOf(inputs), training);
    // The second signature of `apply` says so: a record comes back as a record.
    return changed as Tensor;
  }

  #record(given: ImageRecord, training: boolean): ImageRecord {
    const { images, labels, boundingBoxes: boxes, segmentationMasks: masks } = given;
    const numbers = this.getRandomTransformation(images, { training });
    const size = this.sizeOf(images);
    return {
      ...given,
      images: this.transformImages(images, numbers, training),
      ...(labels === undefined ? {} : { labels: this.transformLabels(labels, numbers, training) }),
      ...(boxes === undefined
        ? {}
        : { boundingBoxes: this.transformBoundingBoxes(boxes, numbers, size, training) }),
      ...(masks === undefined
        ? {}
        : { segmentationMasks: this.transformSegmentationMasks(masks, numbers, training) }),
    };
  }

  /** A number that `draw` gave. */
  protected drawn(transformation: Transformation | undefined, name: string): Tensor {
    const found = transformation?.[name];
    if (found !== undefined) return found;
    throw new StateError({
      where: this.className,
      what: `the transformation lacks ${name}`,
      received: Object.keys(transformation ?? {}).join(', ') || 'none',
      fix: 'pass what getRandomTransformation(images) gave',
    });
  }

  /** A bounding box format is written only where there is one, as in Keras. */
  override getConfig(): PlainConfig {
    const { boundingBoxFormat, ...config } = super.getConfig();
    return boundingBoxFormat === null ? config : { ...config, boundingBoxFormat };
  }
}
