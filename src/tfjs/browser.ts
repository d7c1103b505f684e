// tf.browser: pixels of pages as tensors, and back.
import { at } from '../core/sequence.js';
import {
  ArgumentError,
  asTensor,
  StateError,
  type Tensor,
  type TensorLike,
  tensor,
} from '../index.js';

/** Bytes with four channels. */
export interface PixelData {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** Pixels, or what a canvas can draw: images, videos, canvases, bitmaps. */
export type PixelSource = PixelData | CanvasImageSource;

function hasPixels(source: PixelSource): source is PixelData {
  return 'data' in source && ArrayBuffer.isView(source.data);
}

function sizeOf(source: CanvasImageSource, name: 'width' | 'height'): number {
  const natural = name === 'width' ? 'naturalWidth' : 'naturalHeight';
  const video = name === 'width' ? 'videoWidth' : 'videoHeight';
  for (const key of [natural, video, name]) {
    const value: unknown = Reflect.get(source, key);
    if (typeof value === 'number' && value > 0) return value;
  }
  return 0;
}

function drawn(source: CanvasImageSource): PixelData {
  if (typeof OffscreenCanvas === 'undefined') {
    throw new StateError({
      where: 'fromPixels',
      what: 'this host has no canvas to draw on',
      expected: 'a browser, or { data, width, height }',
      fix: 'decode the image first and pass its bytes',
    });
  }
  const [width, height] = [sizeOf(source, 'width'), sizeOf(source, 'height')];
  const context = new OffscreenCanvas(width, height).getContext('2d');
  if (context === null) {
    throw new StateError({ where: 'fromPixels', what: 'the host gave no canvas to draw on' });
  }
  context.drawImage(source, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

/**
 * Pixels as whole numbers [height, width, channels], by default without the alpha channel.
 *
 * @example
 * ```ts
 * import * as tf from 'keratin/tfjs';
 * const pixels = { data: new Uint8Array([255, 0, 0, 255]), width: 1, height: 1 };
 * console.log(await tf.browser.fromPixels(pixels).array()); // [ [ [ 255, 0, 0 ] ] ]
 * ```
 */
export function fromPixels(source: PixelSource, channels = 3): Tensor {
  const { data, width, height } = hasPixels(source) ? source : drawn(source);
  if (!Number.isInteger(channels) || channels < 1 || channels > 4) {
    throw new ArgumentError({
      where: 'fromPixels',
      what: 'pixels have one to four channels',
      expected: '1, 2, 3 or 4',
      received: String(channels),
      fix: 'leave it out for red, green and blue',
    });
  }
  const values = new Int32Array(width * height * channels);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < channels; channel++) {
      values[pixel * channels + channel] = data[pixel * 4 + channel] ?? 0;
    }
  }
  return tensor(values, { shape: [height, width, channels] });
}

/** `fromPixels`, for programs that wait for it. */
export async function fromPixelsAsync(source: PixelSource, channels = 3): Promise<Tensor> {
  return fromPixels(source, channels);
}

/** What can show pixels. */
export interface PixelTarget {
  width: number;
  height: number;
  getContext(kind: '2d'): { putImageData(image: ImageData, x: number, y: number): void } | null;
}

/**
 * The bytes of an image [height, width] or [height, width, 1, 3 or 4], with an alpha channel;
 * floats from 0 to 1 count as parts of 255. With a canvas they are also shown there.
 */
export async function toPixels(
  image: TensorLike,
  canvas?: PixelTarget,
): Promise<Uint8ClampedArray> {
  const input = asTensor(image);
  const depth = input.rank === 2 ? 1 : at(input.shape, 2);
  if (input.rank < 2 || input.rank > 3 || ![1, 3, 4].includes(depth)) {
    throw new ArgumentError({
      where: 'toPixels',
      what: 'that is no image',
      expected: '[height, width] or [height, width, 1, 3 or 4]',
      received: JSON.stringify(input.shape),
      fix: 'take one image of the batch, with channels last',
    });
  }
  const [height, width] = [at(input.shape, 0), at(input.shape, 1)];
  const scale = input.dtype === 'int32' || input.dtype === 'uint8' ? 1 : 255;
  const values = await input.data();
  const bytes = new Uint8ClampedArray(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < 4; channel++) {
      const source = depth === 1 && channel < 3 ? 0 : channel;
      const isOpaque = channel === 3 && depth < 4;
      const value = isOpaque ? 255 : Number(values[pixel * depth + source]) * scale;
      bytes[pixel * 4 + channel] = Math.round(value);
    }
  }
  if (canvas !== undefined) {
    [canvas.width, canvas.height] = [width, height];
    canvas.getContext('2d')?.putImageData(new ImageData(bytes, width, height), 0, 0);
  }
  return bytes;
}

/** Shows an image on a canvas. */
export async function draw(image: TensorLike, canvas: PixelTarget): Promise<void> {
  await toPixels(image, canvas);
}
