// Random tensors by the names and argument orders of TensorFlow.js. The numbers are our own.
import { isFloat } from '../core/dtype.js';
import {
  add,
  asTensor,
  cast,
  type DType,
  expandDims,
  floor,
  log,
  mul,
  random,
  type Shape,
  squeeze,
  type Tensor,
  type TensorLike,
  tensor,
} from '../index.js';

/** Fractions as numbers of a dtype: the nearest whole ones where it has no others. */
function rounded(drawn: Tensor, dtype: DType): Tensor {
  return isFloat(dtype) ? cast(drawn, dtype) : cast(floor(add(drawn, 0.5)), dtype);
}

/** Normally distributed numbers. */
export function randomNormal(
  shape: Shape,
  mean = 0,
  stdDev = 1,
  dtype: DType = 'float32',
  seed?: number,
): Tensor {
  return rounded(random.normal(shape, { mean, stddev: stdDev, seed }), dtype);
}

/** Normally distributed numbers around 0 with a standard deviation of 1. */
export function randomStandardNormal(shape: Shape, dtype?: DType, seed?: number): Tensor {
  return randomNormal(shape, 0, 1, dtype, seed);
}

/** Normally distributed numbers, none further than two standard deviations from the mean. */
export function truncatedNormal(
  shape: Shape,
  mean = 0,
  stdDev = 1,
  dtype: DType = 'float32',
  seed?: number,
): Tensor {
  return rounded(random.truncatedNormal(shape, { mean, stddev: stdDev, seed }), dtype);
}

/** Numbers from `min` up to `max`. */
export function randomUniform(
  shape: Shape,
  min = 0,
  max = 1,
  dtype: DType = 'float32',
  seed?: number,
): Tensor {
  if (dtype === 'int32') return randomUniformInt(shape, min, max, seed);
  if (dtype === 'bool') return random.bernoulli(shape, { dtype, seed });
  return random.uniform(shape, { min, max, dtype, seed });
}

/** Whole numbers from `min` up to `max`, which is left out. */
export function randomUniformInt(shape: Shape, min: number, max: number, seed?: number): Tensor {
  return random.randint(shape, { min, max, seed });
}

/** Numbers of a gamma distribution with shape `alpha` and rate `beta`. */
export function randomGamma(
  shape: Shape,
  alpha: number,
  beta = 1,
  dtype: DType = 'float32',
  seed?: number,
): Tensor {
  return rounded(mul(random.gamma(shape, alpha, { seed }), 1 / beta), dtype);
}

/** `numSamples` classes drawn by unnormalized log probabilities, or by probabilities. */
export function multinomial(
  logits: TensorLike,
  numSamples: number,
  seed?: number,
  normalized = false,
): Tensor {
  const given = asTensor(logits);
  const rows = given.rank === 1 ? expandDims(given, 0) : given;
  const drawn = random.categorical(normalized ? log(rows) : rows, {
    count: numSamples,
    seed,
  });
  return given.rank === 1 ? squeeze(drawn, 0) : drawn;
}

/** A tensor whose every element is a call of `next`. */
export function rand(shape: Shape, next: () => number, dtype: DType = 'float32'): Tensor {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return tensor(Array.from({ length: size }, next), { shape, dtype });
}
