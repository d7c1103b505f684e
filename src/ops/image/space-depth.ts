// Pixels moved into channels and back.
import { checkOptions } from '../../core/arguments.js';
import { ArgumentError } from '../../core/errors.js';
import { at } from '../../core/sequence.js';
import { formatShape } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import { asTensor, type TensorLike } from '../convert.js';
import { reshape } from '../shaping.js';
import { transpose } from '../views.js';
import { requireImage } from '../windows.js';
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

function sizes({ shape }: Tensor, isFirst: boolean) {
  const [h, w, c] = isFirst ? [2, 3, 1] : [1, 2, 3];
  return { n: at(shape, 0), h: at(shape, h), w: at(shape, w), c: at(shape, c) };
}

/** The input, checked, and where its channels are. */
function image(where: string, x: TensorLike, { dataFormat = 'channelsLast' }: ImageOptions) {
  const input = asTensor(x);
  requireImage(where, input, 2, dataFormat);
  return { input, isFirst: dataFormat === 'channelsFirst' };
}

/**
 * Channels moved into space: [n, h, w, c] becomes [n, h b, w b, c / b²]. As in Keras, the channels of a
 * block count the places in the block first, and those of `channelsFirst` the new channels first.
 *
 * @example
 * ```ts
 * import { depthToSpace, ones } from 'keratin';
 * console.log(depthToSpace(ones([1, 2, 2, 8]), 2).shape); // [ 1, 4, 4, 2 ]
 * ```
 */
export function depthToSpace(x: TensorLike, block: number, options: ImageOptions = {}): Tensor {
  checkOptions('image.depthToSpace', options, IMAGE_OPTIONS);
  const { input, isFirst } = image('depthToSpace', x, options);
  const { n, h, w, c } = sizes(input, isFirst);
  const channels = c / (block * block);
  if (!Number.isInteger(channels)) {
    throw blockFault('depthToSpace', input, `a multiple of ${block * block} channels`);
  }
  const [high, wide] = [h * block, w * block];
  if (isFirst) {
    const apart = reshape(input, [n, channels, block, block, h, w]);
    return reshape(transpose(apart, [0, 1, 4, 2, 5, 3]), [n, channels, high, wide]);
  }
  const apart = reshape(input, [n, h, w, block, block, channels]);
  return reshape(transpose(apart, [0, 1, 3, 2, 4, 5]), [n, high, wide, channels]);
}

/**
 * Space moved into channels: [n, h b, w b, c] becomes [n, h, w, c b²]; the opposite of
 * {@link depthToSpace}.
 *
 * @example
 * ```ts
 * import { ones, spaceToDepth } from 'keratin';
 * console.log(spaceToDepth(ones([1, 4, 4, 2]), 2).shape); // [ 1, 2, 2, 8 ]
 * ```
 */
export function spaceToDepth(x: TensorLike, block: number, options: ImageOptions = {}): Tensor {
  checkOptions('image.spaceToDepth', options, IMAGE_OPTIONS);
  const { input, isFirst } = image('spaceToDepth', x, options);
  const { n, h: high, w: wide, c } = sizes(input, isFirst);
  const [h, w] = [high / block, wide / block];
  if (!Number.isInteger(h) || !Number.isInteger(w)) {
    throw blockFault('spaceToDepth', input, `heights and widths that are multiples of ${block}`);
  }
  const channels = c * block * block;
  if (isFirst) {
    const apart = reshape(input, [n, c, h, block, w, block]);
    return reshape(transpose(apart, [0, 1, 3, 5, 2, 4]), [n, channels, h, w]);
  }
  const apart = reshape(input, [n, h, block, w, block, c]);
  return reshape(transpose(apart, [0, 1, 3, 2, 4, 5]), [n, h, w, channels]);
}
