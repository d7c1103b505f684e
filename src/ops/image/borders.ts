// Pixels cut off or added around images.
import { checkOptions, type OptionNames, requireOptions } from '../../core/arguments.js';
import { ArgumentError } from '../../core/errors.js';
import { at } from '../../core/sequence.js';
import type { Tensor } from '../../core/tensor.js';
import type { TensorLike } from '../convert.js';
import { pad } from '../joining.js';
import { slice } from '../slicing.js';
import { type ImageOptions, onBatch } from './batches.js';

/** Pixels on each side; for each direction exactly two of side, side and target are given. */
export interface BorderOptions extends ImageOptions {
  readonly top?: number | undefined;
  readonly bottom?: number | undefined;
  readonly left?: number | undefined;
  readonly right?: number | undefined;
  /** The height afterwards. */
  readonly targetHeight?: number | undefined;
  /** The width afterwards. */
  readonly targetWidth?: number | undefined;
}

const BORDER_OPTIONS: OptionNames<BorderOptions> = {
  top: true,
  bottom: true,
  left: true,
  right: true,
  targetHeight: true,
  targetWidth: true,
  dataFormat: true,
};

interface Sides {
  readonly names: readonly [string, string, string];
  readonly before: number | undefined;
  readonly after: number | undefined;
  readonly target: number | undefined;
}

/** What both sides and the target are, given two of them and what they add up to. */
function complete(
  where: string,
  sides: Sides,
  change: (target: number) => number,
): readonly [before: number, after: number] {
  const { before, after, target } = sides;
  const given = [before, after, target].filter((one) => one !== undefined);
  const total = target === undefined ? undefined : change(target);
  const front = before ?? (total ?? 0) - (after ?? 0);
  const back = after ?? (total ?? 0) - (before ?? 0);
  if (given.length === 2 && [front, back].every((one) => Number.isInteger(one) && one >= 0)) {
    return [front, back];
  }
  throw new ArgumentError({
    where,
    what: 'the borders are not clear',
    expected: `exactly two of ${sides.names.join(', ')}, which leave no border below 0`,
    received: sides.names
      .map((name, index) => `${name} ${[before, after, target][index] ?? 'not given'}`)
      .join(', '),
    fix: 'give two whole numbers of at least 0; the third follows from the image',
  });
}

function borders(
  where: string,
  x: Tensor,
  options: BorderOptions,
  sign: 1 | -1,
): readonly (readonly [number, number])[] {
  const { top, bottom, left, right, targetHeight, targetWidth } = options;
  const change = (axis: number) => (target: number) => sign * (target - at(x.shape, axis));
  const rows = { before: top, after: bottom, target: targetHeight };
  const columns = { before: left, after: right, target: targetWidth };
  return [
    complete(where, { names: ['top', 'bottom', 'targetHeight'], ...rows }, change(1)),
    complete(where, { names: ['left', 'right', 'targetWidth'], ...columns }, change(2)),
  ];
}

/**
 * Images with zeros added around them; say two of `top`, `bottom`, `targetHeight` and two of
 * `left`, `right`, `targetWidth`.
 *
 * @example
 * ```ts
 * import { image, ones } from 'keratin';
 * const around = { top: 1, bottom: 2, left: 0, targetWidth: 5 };
 * console.log(image.padImages(ones([4, 4, 3]), around).shape); // [ 7, 5, 3 ]
 * ```
 */
export function padImages(images: TensorLike, options: BorderOptions): Tensor {
  requireOptions('padImages', 'top, left, targetHeight, targetWidth', options);
  checkOptions('image.padImages', options, BORDER_OPTIONS);
  return onBatch('padImages', images, options, (x) =>
    pad(x, [[0, 0], ...borders('padImages', x, options, 1), [0, 0]]),
  );
}

/**
 * Images with pixels cut off; say two of `top`, `bottom`, `targetHeight` and two of `left`,
 * `right`, `targetWidth`.
 *
 * @example
 * ```ts
 * import { image, ones } from 'keratin';
 * const cut = { top: 1, bottom: 1, left: 2, targetWidth: 2 };
 * console.log(image.cropImages(ones([4, 4, 3]), cut).shape); // [ 2, 2, 3 ]
 * ```
 */
export function cropImages(images: TensorLike, options: BorderOptions): Tensor {
  requireOptions('cropImages', 'top, left, targetHeight, targetWidth', options);
  checkOptions('image.cropImages', options, BORDER_OPTIONS);
  return onBatch('cropImages', images, options, (x) => {
    const cut = borders('cropImages', x, options, -1);
    const starts = [0, ...cut.map(([front]) => front), 0];
    const sizes = cut.map(([front, back], axis) => at(x.shape, axis + 1) - front - back);
    return slice(x, starts, [-1, ...sizes, -1]);
  });
}
