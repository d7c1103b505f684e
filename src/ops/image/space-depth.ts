// Pixels moved into channels and back.
import { checkOptions } from '../../core/arguments.js';
import { ArgumentError } from '../../core/errors.js';
import { at } from '../../core/sequence.js';
import { formatShape } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import { asTensor, type TensorLike } from '../convert.js';
import { reshape } from '../shaping.js';
import { transpose } from '../views.js';
import { requireImage, withChannelsLast } from '../windows.js';
import { IMAGE_OPTIONS, type ImageOptions } from './batches.js';

function blockFault(where: string, x: Tensor, expected: string): ArgumentError {
  return new ArgumentError({
    where,
    what: 'the sizes do not fill the blocks',
    expected,
    received: formatShape(x.shape),
    fix: 'choose another block size',
  });
}

function onImages(
  where: string,
  x: TensorLike,
  options: ImageOptions,
  body: (x: Tensor) => Tensor,
): Tensor {
  const { dataFormat = 'channelsLast' } = options;
  const input = asTensor(x);
  requireImage(where, input, 2, dataFormat);
  return withChannelsLast(input, dataFormat, body);
}

/**
 * Channels moved into space: [n, h, w, c] becomes [n, h b, w b, c / b²].
 *
 * @example
 * ```ts
 * import { depthToSpace, ones } from 'keratin';
 * console.log(depthToSpace(ones([1, 2, 2, 8]), 2).shape); // [ 1, 4, 4, 2 ]
 * ```
 */
export function depthToSpace(x: TensorLike, block: number, options: ImageOptions = {}): Tensor {
  checkOptions('image.depthToSpace', options, IMAGE_OPTIONS);
  return onImages('depthToSpace', x, options, (input) => {
    const [n, h] = [at(input.shape, 0), at(input.shape, 1)];
    const [w, c] = [at(input.shape, 2), at(input.shape, 3)];
    const channels = c / (block * block);
    if (!Number.isInteger(channels)) {
      throw blockFault('depthToSpace', input, `a multiple of ${block * block} channels`);
    }
    const apart = reshape(input, [n, h, w, block, block, channels]);
    return reshape(transpose(apart, [0, 1, 3, 2, 4, 5]), [n, h * block, w * block, channels]);
  });
}

/**
 * Space moved into channels: [n, h b, w b, c] becomes [n, h, w, c b²].
 *
 * @example
 * ```ts
 * import { ones, spaceToDepth } from 'keratin';
 * console.log(spaceToDepth(ones([1, 4, 4, 2]), 2).shape); // [ 1, 2, 2, 8 ]
 * ```
 */
export function spaceToDepth(x: TensorLike, block: number, options: ImageOptions = {}): Tensor {
  checkOptions('image.spaceToDepth', options, IMAGE_OPTIONS);
  return onImages('spaceToDepth', x, options, (input) => {
    const [n, c] = [at(input.shape, 0), at(input.shape, 3)];
    const [h, w] = [at(input.shape, 1) / block, at(input.shape, 2) / block];
    if (!Number.isInteger(h) || !Number.isInteger(w)) {
      throw blockFault('spaceToDepth', input, `heights and widths that are multiples of ${block}`);
    }
    const apart = reshape(input, [n, h, block, w, block, c]);
    return reshape(transpose(apart, [0, 1, 3, 2, 4, 5]), [n, h, w, c * block * block]);
  });
}
