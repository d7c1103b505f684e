// Scalars and filled tensors made straight on the current engine, for state that starts somewhere.
import { type DType, newArray } from './dtype.js';
import { currentEngine } from './engine.js';
import { type Shape, sizeOf } from './shape.js';
import type { Tensor } from './tensor.js';

/** A tensor of rank 0. */
export function scalarOf(value: number, dtype: DType = 'float32'): Tensor {
  return currentEngine().write({ shape: [], dtype }, [value]);
}

/** A tensor in which every element is `value`. */
export function filled(shape: Shape, value: number, dtype: DType = 'float32'): Tensor {
  const isHalf = dtype === 'float16' || dtype === 'bfloat16';
  const values = newArray(isHalf ? 'float32' : dtype, sizeOf(shape)).fill(value);
  return currentEngine().write({ shape, dtype }, values);
}
