// What `setWeights` takes, made into tensors of the right shape and dtype.
import type { TypedArray } from '../core/dtype.js';
import { currentEngine } from '../core/engine.js';
import { ShapeError } from '../core/errors.js';
import { product, sameNumbers } from '../core/sequence.js';
import { formatShape } from '../core/shape.js';
import { type NestedArray, Tensor } from '../core/tensor.js';
import { cast } from '../ops/index.js';
import type { Weight } from './weight.js';

/** A value for a weight: a tensor, nested arrays, or its numbers in row-major order. */
export type WeightValue = Tensor | NestedArray | TypedArray;

function shapeOf(value: NestedArray | TypedArray): number[] {
  const shape: number[] = [];
  let inner: NestedArray | TypedArray | undefined = value;
  while (typeof inner === 'object') {
    shape.push(inner.length);
    inner = inner[0];
  }
  return shape;
}

function numbersOf(value: NestedArray | TypedArray, into: number[]): number[] {
  if (typeof value !== 'object') into.push(Number(value));
  else for (const item of value) numbersOf(item, into);
  return into;
}

/** `value` as a tensor that `weight` can be assigned. */
export function weightTensor(weight: Weight, value: WeightValue): Tensor {
  const flat = ArrayBuffer.isView(value);
  const shape = value instanceof Tensor ? value.shape : shapeOf(value);
  const fits = flat ? shape[0] === product(weight.shape) : sameNumbers(shape, weight.shape);
  if (!fits) {
    throw new ShapeError({
      where: `weight "${weight.path}"`,
      what: 'the new value has another shape',
      expected: formatShape(weight.shape),
      received: formatShape(shape),
      fix: 'give values in the order and shapes of layer.weights',
    });
  }
  if (value instanceof Tensor) {
    return value.dtype === weight.dtype ? value : cast(value, weight.dtype);
  }
  const { dtype } = weight;
  return currentEngine().write({ shape: weight.shape, dtype }, numbersOf(value, []));
}
