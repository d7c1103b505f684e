// ImageLayer: the parent of layers that change images. It brings images to one form, draws random
// numbers, and leaves the change itself to a function of both.
import { ArgumentError, StateError } from '../../../core/errors.js';
import { at } from '../../../core/sequence.js';
import type { PlainConfig } from '../../../core/serialized.js';
import { Tensor } from '../../../core/tensor.js';
import { isRecord } from '../../../core/tree.js';
import { onBatch } from '../../../ops/image/batches.js';
import { cast, SeedGenerator } from '../../../ops/index.js';
import type { CallContext, CallOptions } from '../../call-context.js';
import { type DataFormat, dataFormatOf } from '../../data-format.js';
import { Layer } from '../../layer.js';
import type { LayerOptions } from '../../options.js';
import type { ShapeTree, SymbolicOf, SymbolicTree, TensorTree } from '../../symbolic.js';

/** Options that all layers of images take. */
export interface ImageLayerOptions extends LayerOptions {
  /** Where the channels stand. Default `channelsLast`. */
  readonly dataFormat?: DataFormat | null;
  /** Taken from files and kept; bounding boxes themselves are not changed here. Default none. */
  readonly boundingBoxFormat?: string | null;
}

/** Options of layers of images that draw random numbers. */
export interface RandomImageOptions extends ImageLayerOptions {
  /** Equal seeds give equal streams. Default: from the stream of `setRandomSeed`. */
  readonly seed?: number | null;
}

/** What was drawn for one batch, by name. */
export type Transformation = Readonly<Record<string, Tensor>>;

/** Images, and what belongs to them: class labels as vectors, masks that mark parts. */
export interface ImageRecord {
  readonly images: Tensor;
  readonly labels?: Tensor;
  readonly segmentationMasks?: Tensor;
  readonly [other: string]: Tensor | undefined;
}

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
  readonly boundingBoxFormat: string | null;
  readonly seed?: number | null;
}

/** The defaults of the options that all layers of images take. */
export const IMAGE = { dataFormat: null, boundingBoxFormat: null } as const;

/** Those of layers that draw random numbers. */
export const RANDOM = { ...IMAGE, seed: null } as const;

/** The config with the data format in Keras's spelling. */
export function imageConfig<Config extends { readonly dataFormat: string | null }>(
  where: string,
  config: Config,
): Omit<Config, 'dataFormat'> & { readonly dataFormat: 'channels_last' | 'channels_first' } {
  return { ...config, dataFormat: dataFormatOf(where, config.dataFormat) };
}

/** A layer from images to images of the same kind: `[n, height, width, c]` or without n. */
export abstract class ImageLayer<Config extends ImageConfig> extends Layer<Config> {
  /** As in Keras, a call that says nothing of `training` trains; in models `predict` says false. */
  override readonly trainingByDefault: boolean = true;
  /** Whether the layer acts in inference too. */
  protected readonly actsAlways: boolean = false;
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

  /** Whether pixels change their places, so that masks have to follow. */
  protected get movesPixels(): boolean {
    return false;
  }

  /** Whether whole numbers stay whole numbers; floats otherwise. */
  protected get keepsDtype(): boolean {
    return false;
  }

  /** Runs `body` on `[n, height, width, c]`, whatever the form of the images. */
  protected onImages(images: Tensor, body: (images: Tensor) => Tensor): Tensor {
    const first = this.config.dataFormat === 'channels_first';
    const dataFormat = first ? 'channelsFirst' : 'channelsLast';
    return onBatch(this.className, images, { dataFormat }, body);
  }

  /** Changes images, or the images, labels and masks of a record, which comes back as one. */
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
    const changed: object = this.#record(this.#checked(inputs), training);
    // The second signature of `apply` says so: a record comes back as a record.
    return changed as Tensor;
  }

  #record(given: ImageRecord, training: boolean): ImageRecord {
    const { images, labels, segmentationMasks: masks } = given;
    const numbers = this.getRandomTransformation(images, { training });
    return {
      ...given,
      images: this.transformImages(images, numbers, training),
      ...(labels === undefined ? {} : { labels: this.transformLabels(labels, numbers, training) }),
      ...(masks === undefined
        ? {}
        : { segmentationMasks: this.transformSegmentationMasks(masks, numbers, training) }),
    };
  }

  #checked(inputs: TensorTree): ImageRecord {
    const record: Readonly<Record<string, unknown>> = isRecord(inputs) ? inputs : {};
    const { images, boundingBoxes } = record;
    const others = Object.entries(record).filter(
      (entry): entry is [string, Tensor] => entry[1] instanceof Tensor,
    );
    if (images instanceof Tensor && boundingBoxes === undefined) {
      return { ...Object.fromEntries(others), images };
    }
    throw new ArgumentError({
      what: 'the layer takes images, alone or in a record',
      expected: 'a tensor, or { images, labels?, segmentationMasks? } of tensors',
      received: boundingBoxes === undefined ? 'something else' : 'boundingBoxes',
      fix: 'leave bounding boxes out: they are not changed here',
    });
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
