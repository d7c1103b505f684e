// Patches: windows of images cut out and laid side by side in the channels.
import { checkOptions, type OptionNames, requireNumberOrList } from '../../core/arguments.js';
import { at, product, range } from '../../core/sequence.js';
import type { Tensor } from '../../core/tensor.js';
import { type TensorLike, tensorOf } from '../convert.js';
import { gather } from '../gather.js';
import { pad } from '../joining.js';
import { reshape } from '../shaping.js';
import { transpose } from '../views.js';
import { type Padding, perAxis, reachOf, type Windows, windowsOver } from '../windows.js';
import { type ImageOptions, onBatch } from './batches.js';

/** Where patches lie. */
export interface PatchOptions extends ImageOptions {
  /** The size of a patch by default, so that patches touch but do not overlap. */
  readonly strides?: number | readonly number[] | undefined;
  /** Pixels from one pixel of a patch to the next; 1 by default. */
  readonly dilation?: number | readonly number[] | undefined;
  /** `valid` by default; `same` adds zeros around. */
  readonly padding?: Padding | undefined;
}

const PATCH_OPTIONS: OptionNames<PatchOptions> = {
  strides: true,
  dilation: true,
  padding: true,
  dataFormat: true,
};

/** The windows of x [n, ...size, c]: [n, ...windows, ...window, c]. */
function unfolded(x: Tensor, windows: Windows): Tensor {
  const rank = windows.size.length;
  const padding = range(rank).map((axis) => {
    const last = (at(windows.output, axis) - 1) * at(windows.strides, axis);
    const end = last + reachOf(at(windows.size, axis), at(windows.dilation, axis));
    const before = at(windows.before, axis);
    return [before, Math.max(0, end - before - at(windows.input, axis))] as const;
  });
  const padded = pad(x, [[0, 0], ...padding, [0, 0]]);
  // Each gather puts two axes (window, place in it) where there was one.
  const apart = range(rank).reduce((image, axis) => {
    const places = range(at(windows.output, axis)).flatMap((window) =>
      range(at(windows.size, axis)).map(
        (step) => window * at(windows.strides, axis) + step * at(windows.dilation, axis),
      ),
    );
    const shape = [at(windows.output, axis), at(windows.size, axis)];
    return gather(image, tensorOf(places, 'int32', shape), { axis: 1 + 2 * axis });
  }, padded);
  const which = range(rank).map((axis) => 1 + 2 * axis);
  return transpose(apart, [0, ...which, ...which.map((axis) => axis + 1), 2 * rank + 1]);
}

function patches(
  where: string,
  images: TensorLike,
  size: number | readonly number[],
  options: PatchOptions,
  rank: number,
): Tensor {
  const { padding = 'valid', strides = size, dilation = 1 } = options;
  const window = perAxis(where, size, rank);
  const cut = (x: Tensor): Tensor => {
    const windows = windowsOver(where, x.shape.slice(1, -1), {
      size: window,
      strides: perAxis(where, strides, rank),
      dilation: perAxis(where, dilation, rank),
      padding,
    });
    const width = product(window) * at(x.shape, -1);
    return reshape(unfolded(x, windows), [at(x.shape, 0), ...windows.output, width]);
  };
  return onBatch(where, images, options, cut, rank);
}

/**
 * Patches of images: [n, height, width, c] becomes [n, rows, columns, size * size * c], one image
 * likewise without n. Sizes of three numbers cut volumes.
 *
 * @example
 * ```ts
 * import { image, ones } from 'keratin';
 * console.log(image.extractPatches(ones([1, 4, 4, 3]), 2).shape); // [ 1, 2, 2, 12 ]
 * ```
 */
export function extractPatches(
  images: TensorLike,
  size: number | readonly number[],
  options: PatchOptions = {},
): Tensor {
  checkOptions('image.extractPatches', options, PATCH_OPTIONS);
  requireNumberOrList('extractPatches', 'the size', size);
  const rank = typeof size !== 'number' && size.length === 3 ? 3 : 2;
  return patches('extractPatches', images, size, options, rank);
}

/**
 * Patches of volumes: [n, depth, height, width, c] becomes [n, ...patches, size³ * c].
 *
 * @example
 * ```ts
 * import { image, ones } from 'keratin';
 * console.log(image.extractPatches3d(ones([1, 4, 4, 4, 1]), 2).shape); // [ 1, 2, 2, 2, 8 ]
 * ```
 */
export function extractPatches3d(
  volumes: TensorLike,
  size: number | readonly number[],
  options: PatchOptions = {},
): Tensor {
  checkOptions('image.extractPatches3d', options, PATCH_OPTIONS);
  return patches('extractPatches3d', volumes, size, options, 3);
}
