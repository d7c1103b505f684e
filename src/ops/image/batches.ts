// Images as ops of this folder want them: a batch with channels last. Comes before every image op.
import type { OptionNames } from '../../core/arguments.js';
import { ShapeError } from '../../core/errors.js';
import { formatShape } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import { asTensor, type TensorLike } from '../convert.js';
import { expandDims, moveAxis, squeeze } from '../views.js';
import { type DataFormat, withChannelsLast } from '../windows.js';

/** Where the channels stand; all image ops take this. */
export interface ImageOptions {
  /** `channelsLast` by default. */
  readonly dataFormat?: DataFormat | undefined;
}

/** The names of {@link ImageOptions}. */
export const IMAGE_OPTIONS: OptionNames<ImageOptions> = { dataFormat: true };

/** Throws unless `x` is one image or a batch of them; tells which. */
function isSingleImage(where: string, x: Tensor, axes: number): boolean {
  if (x.rank === axes + 1 || x.rank === axes + 2) return x.rank === axes + 1;
  const size = axes === 2 ? 'height, width' : 'depth, height, width';
  throw new ShapeError({
    where,
    what: 'these are no images',
    expected: `[n, ${size}, c] or [${size}, c]`,
    received: formatShape(x.shape),
    fix: 'add or drop axes with expandDims and squeeze',
  });
}

/** Runs `body` on [n, ...size, c], whether `images` is one image or many, in either data format. */
export function onBatch(
  where: string,
  images: TensorLike,
  options: ImageOptions,
  body: (images: Tensor) => Tensor,
  axes = 2,
): Tensor {
  const given = asTensor(images);
  const isSingle = isSingleImage(where, given, axes);
  const batch = isSingle ? expandDims(given, 0) : given;
  const result = withChannelsLast(batch, options.dataFormat ?? 'channelsLast', body);
  return isSingle ? squeeze(result, 0) : result;
}

/** Images as [n, height, width, c], for results that are no images. */
export function batchOf(where: string, images: TensorLike, options: ImageOptions): Tensor {
  const given = asTensor(images);
  const batch = isSingleImage(where, given, 2) ? expandDims(given, 0) : given;
  return options.dataFormat === 'channelsFirst' ? moveAxis(batch, 1, -1) : batch;
}
