// saturateCast: a conversion whose results stay in the range of the target dtype.
import type { DType } from '../core/dtype.js';
import type { Tensor } from '../core/tensor.js';
import { asTensor, requireDType, type TensorLike } from './convert.js';
import { cast } from './shaping.js';
import { clip } from './where.js';

/** The numbers that a dtype can hold; those a float32 holds too, so that bounds are not rounded. */
const LIMITS: Readonly<Record<DType, readonly [lowest: number, highest: number]>> = {
  float32: [-(2 - 2 ** -23) * 2 ** 127, (2 - 2 ** -23) * 2 ** 127],
  float64: [-Number.MAX_VALUE, Number.MAX_VALUE],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
  uint8: [0, 255],
  bool: [0, 1],
  float16: [-65504, 65504],
  bfloat16: [-(2 - 2 ** -7) * 2 ** 127, (2 - 2 ** -7) * 2 ** 127],
};

/** The lowest and the highest finite number of a dtype. */
export function rangeOf(dtype: DType): readonly [lowest: number, highest: number] {
  return LIMITS[dtype];
}

/**
 * x as another dtype; numbers beyond its range become its lowest or highest number instead of
 * wrapping round.
 *
 * @example
 * ```ts
 * import { saturateCast } from 'keratin';
 * console.log(await saturateCast([-7, 300], 'uint8').array()); // [ 0, 255 ]
 * ```
 */
export function saturateCast(x: TensorLike, dtype: DType): Tensor {
  const input = asTensor(x);
  requireDType('saturateCast', dtype);
  if (input.dtype === dtype || input.dtype === 'bool') return cast(input, dtype);
  const [low, high] = LIMITS[dtype];
  const [least, most] = LIMITS[input.dtype];
  const from = Math.max(low, least);
  const to = Math.min(high, most);
  const inside = from === least && to === most ? input : clip(input, from, to);
  return cast(inside, dtype);
}
