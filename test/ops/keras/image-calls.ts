// How calls of keras.ops.image are written here.
import * as k from '../../../src/index.js';
import type { Calls } from './calls.js';
import type { Given } from './given.js';

const INTERPOLATIONS = ['nearest', 'bilinear', 'bicubic', 'lanczos3', 'lanczos5'] as const;
const METHODS = ['linear', 'cubic', 'lanczos3', 'lanczos5'] as const;
const FILL_MODES = ['constant', 'nearest', 'wrap', 'mirror', 'reflect'] as const;
const PADDINGS = ['valid', 'same'] as const;

const { image } = k;

function pairOf(sizes: readonly number[]): [number, number] {
  const [first, second] = sizes;
  if (first === undefined || second === undefined) throw new Error('not two numbers');
  return [first, second];
}

function borders(given: Given): k.image.BorderOptions {
  const side = (place: number, name: string): number | undefined =>
    given.maybeNumber(place, `${name}_padding`, `${name}_cropping`);
  return {
    top: side(1, 'top'),
    left: side(2, 'left'),
    bottom: side(3, 'bottom'),
    right: side(4, 'right'),
    targetHeight: given.maybeNumber(5, 'target_height'),
    targetWidth: given.maybeNumber(6, 'target_width'),
    dataFormat: given.dataFormat,
  };
}

function transform(given: Given): k.image.AffineOptions {
  return {
    interpolation: given.word(['nearest', 'bilinear'] as const, 'interpolation'),
    fillMode: given.word(FILL_MODES, 'fill_mode'),
    fillValue: given.maybeNumber('fill_value'),
    dataFormat: given.dataFormat,
  };
}

/** What perspectives take: what lies outside of the image always has one value. */
function withoutFillMode(options: k.image.AffineOptions): k.image.TransformOptions {
  const { fillMode: _none, ...rest } = options;
  return rest;
}

function patches(given: Given): k.image.PatchOptions {
  return {
    strides: given.maybeSizes('strides'),
    dilation: given.maybeSizes('dilation_rate'),
    padding: given.word(PADDINGS, 'padding'),
    dataFormat: given.dataFormat,
  };
}

export const imageCalls: Calls = {
  resize: (given) =>
    image.resize(given.tensor(0), pairOf(given.numbers(1)), {
      interpolation: given.word(INTERPOLATIONS, 'interpolation'),
      antialias: given.flag('antialias'),
      cropToAspectRatio: given.flag('crop_to_aspect_ratio'),
      padToAspectRatio: given.flag('pad_to_aspect_ratio'),
      fillValue: given.maybeNumber('fill_value'),
      dataFormat: given.dataFormat,
    }),
  scale_and_translate: (given) =>
    image.scaleAndTranslate(
      given.tensor(0),
      given.numbers(1),
      { axes: given.numbers(4), scale: given.numbers(2), translation: given.numbers(3) },
      { method: given.word(METHODS, 5) ?? 'linear', antialias: given.flag('antialias') },
    ),
  rgb_to_grayscale: (given) => image.rgbToGrayscale(given.tensor(0), given),
  rgb_to_hsv: (given) => image.rgbToHsv(given.tensor(0), given),
  hsv_to_rgb: (given) => image.hsvToRgb(given.tensor(0), given),
  pad_images: (given) => image.padImages(given.tensor(0), borders(given)),
  crop_images: (given) => image.cropImages(given.tensor(0), borders(given)),
  extract_patches: (given) => image.extractPatches(given.tensor(0), given.sizes(1), patches(given)),
  extract_patches_3d: (given) =>
    image.extractPatches3d(given.tensor(0), given.sizes(1), patches(given)),
  map_coordinates: (given) =>
    image.mapCoordinates(given.tensor(0), given.tensor(1), {
      order: given.number(2) === 0 ? 0 : 1,
      fillMode: given.word(FILL_MODES, 'fill_mode'),
      fillValue: given.maybeNumber('fill_value'),
    }),
  affine_transform: (given) =>
    image.affineTransform(given.tensor(0), given.tensorLike(1), transform(given)),
  perspective_transform: (given) =>
    image.perspectiveTransform(
      given.tensor(0),
      given.tensor(1),
      given.tensor(2),
      withoutFillMode(transform(given)),
    ),
  gaussian_blur: (given) => {
    const size = given.maybeNumbers(1);
    return image.gaussianBlur(given.tensor(0), {
      kernelSize: size === undefined ? undefined : pairOf(size),
      sigma: given.maybeNumbers(2),
      dataFormat: given.dataFormat,
    });
  },
  sobel_edges: (given) => image.sobelEdges(given.tensor(0), given),
  ssim: (given) =>
    image.ssim(given.tensor(0), given.tensor(1), {
      maxValue: given.maybeNumber('max_val'),
      filterSize: given.maybeNumber('filter_size'),
      filterSigma: given.maybeNumber('filter_sigma'),
      k1: given.maybeNumber('k1'),
      k2: given.maybeNumber('k2'),
      dataFormat: given.dataFormat,
    }),
};
