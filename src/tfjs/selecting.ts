// Results whose shapes depend on values: TensorFlow.js waits for these, and so do we.
import { at } from '../core/sequence.js';
import {
  asTensor,
  cast,
  gather,
  nonzeroAsync,
  reshape,
  stack,
  type Tensor,
  type TensorLike,
  tensor,
} from '../index.js';

/** The places [count, axes] where x is true. */
export async function whereAsync(x: TensorLike): Promise<Tensor> {
  return cast(stack(await nonzeroAsync(x), 1), 'int32');
}

/** The slices of x where `mask` is true; the mask covers the axes from `axis` on. */
export async function booleanMaskAsync(x: TensorLike, mask: TensorLike, axis = 0): Promise<Tensor> {
  const [input, test] = [asTensor(x), asTensor(mask)];
  const merged = [...input.shape.slice(0, axis), -1, ...input.shape.slice(axis + test.rank)];
  const [places] = await nonzeroAsync(reshape(test, [-1]));
  return gather(reshape(input, merged), cast(places ?? tensor([]), 'int32'), { axis });
}

/** The elements of the vector x that are not in y, and where they are. */
export async function setdiff1dAsync(x: TensorLike, y: TensorLike): Promise<[Tensor, Tensor]> {
  const [input, without] = [asTensor(x), asTensor(y)];
  const known = new Set(await without.data());
  const values = [...(await input.data())];
  const places = values.flatMap((value, index) => (known.has(value) ? [] : [index]));
  const left = places.map((index) => at(values, index));
  return [tensor(left, input.dtype), tensor(places, 'int32')];
}
