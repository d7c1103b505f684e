// imageDatasetFromDirectory: a folder of pictures as batches of one size.
import { currentEngine } from '../../core/engine.js';
import { ArgumentError } from '../../core/errors.js';
import { imageDataFormat } from '../../core/settings.js';
import type { Tensor } from '../../core/tensor.js';
import { readNodeFile } from '../../files/node-files.js';
import { withChannels } from '../../files/pictures/channels.js';
import { decodePicture } from '../../files/pictures/decode.js';
import type { Channels, PictureLimits } from '../../files/pictures/picture.js';
import type { DataFormat } from '../../ops/windows.js';
import { type ColorMode, channelsOf } from '../images/color-mode.js';
import { interpolationNamed, type ResizedAs, resizedValues } from '../images/resized.js';
import { datasetsOf, type FolderDataset, type FolderParts } from './folder-dataset.js';
import { indexFolder } from './labelled-files.js';
import { type FolderOptions, fullFolderOptions } from './options.js';

const WHERE = 'imageDatasetFromDirectory';
const ENDINGS = ['.bmp', '.gif', '.jpeg', '.jpg', '.png'];

/** Options of {@link imageDatasetFromDirectory}; the defaults are Keras's. */
export interface ImageFolderOptions extends FolderOptions {
  /** `grayscale` 1, `rgb` (default) 3, `rgba` 4 channels. */
  readonly colorMode?: ColorMode;
  /** Height and width of all pictures, or one number for both; default `[256, 256]`. */
  readonly imageSize?: readonly [height: number, width: number] | number;
  /** `bilinear` (default), `nearest`, `bicubic`, `lanczos3` or `lanczos5`; without antialiasing. */
  readonly interpolation?: string;
  /** Cut the largest centred part with the new proportions first; default false. */
  readonly cropToAspectRatio?: boolean;
  /** Add black borders first, so that nothing is cut or squeezed; default false. */
  readonly padToAspectRatio?: boolean;
  /** `channelsLast` is `[batch, height, width, channels]`. Default: `config.imageDataFormat()`. */
  readonly dataFormat?: DataFormat;
  /** What one picture may ask for. */
  readonly limits?: PictureLimits;
}

function sizeOf(imageSize: ImageFolderOptions['imageSize'] = [256, 256]): ResizedAs['size'] {
  const sizes: readonly unknown[] = Array.isArray(imageSize) ? imageSize : [imageSize, imageSize];
  const [height, width] = sizes;
  const isSize = (size: unknown): size is number => Number.isInteger(size) && Number(size) > 0;
  if (sizes.length === 2 && isSize(height) && isSize(width)) return [height, width];
  throw new ArgumentError({
    where: WHERE,
    what: 'imageSize is no size of a picture',
    expected: '[height, width] in whole pixels',
    received: JSON.stringify(imageSize),
    fix: 'for example imageSize: [224, 224]',
  });
}

function resizingOf(options: ImageFolderOptions): ResizedAs {
  const { cropToAspectRatio = false, padToAspectRatio = false } = options;
  if (cropToAspectRatio && padToAspectRatio) {
    throw new ArgumentError({
      where: WHERE,
      what: 'proportions can be kept by cropping or by padding, not both',
      received: 'cropToAspectRatio and padToAspectRatio',
      fix: 'set one of the two',
    });
  }
  return {
    size: sizeOf(options.imageSize),
    interpolation: interpolationNamed(WHERE, options.interpolation ?? 'bilinear'),
    cropToAspectRatio,
    padToAspectRatio,
  };
}

/** What becomes of each picture of a folder. */
interface Wanted {
  readonly channels: Channels;
  readonly resizing: ResizedAs;
  readonly channelsFirst: boolean;
  readonly limits: PictureLimits;
}

/** Writes pixels where they belong: channels of a pixel together, or one plane after another. */
function place(values: ArrayLike<number>, into: Float32Array, { channels, channelsFirst }: Wanted) {
  if (!channelsFirst) {
    into.set(values);
    return;
  }
  const plane = into.length / channels;
  for (let at = 0; at < into.length; at++) {
    into[(at % channels) * plane + Math.floor(at / channels)] = values[at] ?? 0;
  }
}

async function loadPictures(
  paths: readonly string[],
  single: boolean,
  wanted: Wanted,
): Promise<Tensor> {
  const { channels, resizing, channelsFirst, limits } = wanted;
  const [height, width] = resizing.size;
  const each = height * width * channels;
  const batch = new Float32Array(paths.length * each);
  for (const [at, path] of paths.entries()) {
    const picture = await decodePicture(path, await readNodeFile(path), limits);
    const values = await resizedValues(withChannels(picture, channels), resizing);
    place(values, batch.subarray(at * each, (at + 1) * each), wanted);
  }
  const shape = channelsFirst ? [channels, height, width] : [height, width, channels];
  const all = single ? shape : [paths.length, ...shape];
  return currentEngine().write({ shape: all, dtype: 'float32' }, batch);
}

/**
 * A folder of pictures in batches for `fit`: `x` float32 `[batch, height, width, channels]` from 0
 * to 255, `y` as `labelMode` says. Without other `labels`, each folder in `directory` is a class.
 * PNG (needs the package `fast-png`), JPEG (`@cornerstonejs/codec-libjpeg-turbo-8bit`), BMP, and the
 * first frame of GIF are read, when their batch is asked for. 16-bit channels become 8 bits. With one
 * `seed` the files are mixed and parted exactly as Keras does; later epochs are mixed in an order of our
 * own. Node only.
 *
 * @throws ArgumentError where options contradict one another, or no file is found; while batches are
 * made, FormatError that names the file which cannot be decoded.
 * @example
 * ```ts
 * import { mkdir } from 'node:fs/promises';
 * import { data, zeros } from 'keratin';
 * const folder = 'output/pictures';
 * for (const name of ['cats', 'dogs']) {
 *   await mkdir(`${folder}/${name}`, { recursive: true });
 *   await data.saveImg(`${folder}/${name}/1.png`, zeros([8, 8, 3]));
 * }
 * const pictures = await data.imageDatasetFromDirectory(folder, { imageSize: [4, 4], verbose: false });
 * console.log(pictures.classNames, pictures.length); // [ 'cats', 'dogs' ] 1
 * for await (const { x, y } of pictures) console.log(x.shape, y?.shape); // [ 2, 4, 4, 3 ] [ 2 ]
 * ```
 */
export function imageDatasetFromDirectory(
  directory: string,
  options: ImageFolderOptions & { readonly subset: 'both' },
): Promise<[training: FolderDataset<Tensor>, validation: FolderDataset<Tensor>]>;
export function imageDatasetFromDirectory(
  directory: string,
  options?: ImageFolderOptions & { readonly subset?: 'training' | 'validation' },
): Promise<FolderDataset<Tensor>>;
export async function imageDatasetFromDirectory(
  directory: string,
  options: ImageFolderOptions = {},
): Promise<FolderParts<Tensor>> {
  const folder = fullFolderOptions(WHERE, options);
  const wanted: Wanted = {
    channels: channelsOf(WHERE, options.colorMode ?? 'rgb'),
    resizing: resizingOf(options),
    channelsFirst: (options.dataFormat ?? imageDataFormat()) === 'channelsFirst',
    limits: options.limits ?? {},
  };
  const index = await indexFolder(WHERE, directory, folder, ENDINGS);
  return datasetsOf(WHERE, index, folder, (paths, single) => loadPictures(paths, single, wanted));
}
