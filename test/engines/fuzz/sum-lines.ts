// Lines of random programs that bring elements together: reductions, running sums, sorting, products
// of matrices, convolutions and windows.
import {
  all,
  any,
  argMax,
  argMin,
  argsort,
  averagePool1d,
  averagePool2d,
  conv1d,
  conv2d,
  countNonzero,
  cumprod,
  cumsum,
  einsum,
  layerNorm,
  logSoftmax,
  logSumExp,
  matmul,
  maxPool1d,
  maxPool2d,
  prod,
  softmax,
  sort,
  type Tensor,
  tensor,
  topK,
} from '../../../src/index.js';
import {
  below,
  isBool,
  isFloats,
  isWhole,
  type Line,
  pick,
  pickOf,
  type Random,
  someAxes,
} from './choosing.js';

const isFilled = (x: Tensor): boolean => x.rank > 0 && x.size > 0;
const isFilledFloats = (x: Tensor): boolean => isFloats(x) && isFilled(x);

interface Over {
  readonly axis: readonly number[];
  readonly keepDims: boolean;
}

const floatReductions: readonly ((x: Tensor, over: Over) => Tensor)[] = [
  (x, over) => x.sum(over).mul(0.4),
  (x, over) => x.mean(over),
  (x, over) => x.max(over),
  (x, over) => x.min(over),
  (x, over) => x.variance(over),
  (x, over) => logSumExp(x, over),
  (x, over) => prod(x.tanh().add(1.1), over).clip(-4, 4),
  (x, { axis }) => softmax(x, { axis }),
  (x, { axis }) => logSoftmax(x, { axis }),
  (x, { axis }) => layerNorm(x, { axis }),
];

const otherReductions: readonly ((x: Tensor, over: Over) => Tensor)[] = [
  (x, over) => any(x, over),
  (x, over) => all(x, over),
  (x, over) => countNonzero(x, over),
];

export const reduction: Line = (random, made) => {
  const x = pickOf(random, made, isFilledFloats);
  if (x === undefined) return undefined;
  const over = { axis: someAxes(random, x.rank), keepDims: random() < 0.5 };
  return pick(random, floatReductions)(x, over);
};

/** Sums over nothing are 0 too. */
export const otherReduction: Line = (random, made) => {
  const over = (x: Tensor): Over => ({
    axis: someAxes(random, x.rank),
    keepDims: random() < 0.5,
  });
  const ranked = (x: Tensor): boolean => x.rank > 0;
  const kind = random();
  if (kind < 0.2) {
    const x = pickOf(random, made, (one) => isFloats(one) && ranked(one));
    return x?.sum(over(x)).mul(0.4);
  }
  if (kind < 0.5) {
    const x = pickOf(random, made, (one) => isWhole(one) && isFilled(one));
    return x && (random() < 0.5 ? x.sum(over(x)) : x.max(over(x)));
  }
  const x = pickOf(random, made, (one) => isBool(one) && ranked(one));
  return x && pick(random, otherReductions)(x, over(x));
};

export const running: Line = (random, made) => {
  const x = pickOf(random, made, (one) => one.rank > 0 && !isBool(one));
  if (x === undefined) return undefined;
  const options = {
    axis: below(random, x.rank),
    reverse: random() < 0.5,
    exclusive: random() < 0.5,
  };
  if (isWhole(x)) return cumsum(x, options);
  return random() < 0.6 ? cumsum(x, options).mul(0.3) : cumprod(x.tanh(), options);
};

export const order: Line = (random, made) => {
  const x = pickOf(random, made, (one) => isFilled(one) && !isBool(one));
  if (x === undefined) return undefined;
  const axis = below(random, x.rank);
  const kind = below(random, 5);
  const descending = random() < 0.5;
  if (kind === 0) return sort(x, { axis, descending });
  if (kind === 1) return argsort(x, { axis, descending });
  if (kind === 2) return argMax(x, { axis });
  if (kind === 3) return argMin(x, { axis });
  const { values, indices } = topK(x, 1 + below(random, x.shape.at(-1) ?? 1));
  return descending ? values : indices;
};

/** Fixed numbers of any shape, small enough that sums of products stay near 1. */
function weights(random: Random, shape: readonly number[]): Tensor {
  const length = shape.reduce((product, size) => product * size, 1);
  const fans = shape.slice(0, -1).reduce((product, size) => product * size, 1);
  const scale = 1.5 / Math.sqrt(Math.max(1, fans));
  const list = Float32Array.from({ length }, () => (random() * 2 - 1) * scale);
  return tensor(list, { shape: [...shape] });
}

const columns = [1, 2, 3, 5, 8, 17];

export const product: Line = (random, made) => {
  const x = pickOf(random, made, (one) => isFloats(one) && one.rank > 0 && one.rank < 4);
  if (x === undefined) return undefined;
  const last = x.shape.at(-1) ?? 1;
  const fits = (one: Tensor): boolean =>
    isFloats(one) && one.rank === 2 && one.shape[0] === last && one !== x;
  const other = pickOf(random, made, fits);
  if (other !== undefined && random() < 0.6) return matmul(x, other).mul(0.3);
  const kind = random();
  if (kind < 0.4 || x.rank < 2) return matmul(x, weights(random, [last, pick(random, columns)]));
  if (kind < 0.6) return matmul(x, x.swapAxes(-1, -2)).mul(0.3);
  if (kind < 0.8)
    return einsum('...ij,kj->...ki', x, weights(random, [pick(random, columns), last]));
  return einsum('...ij,...ik->...jk', x, x.tanh()).mul(0.3);
};

/** An image of the given rank made of any tensor: [batch, ...space, channels]. */
function asImage(x: Tensor, rank: number): Tensor {
  const flat = x.rank > rank ? x.reshape([...x.shape.slice(0, rank - 1), -1]) : x;
  const missing = Array.from({ length: rank - flat.rank }, () => 1);
  return flat.reshape([...missing, ...flat.shape]);
}

const padding = (random: Random): 'same' | 'valid' => (random() < 0.6 ? 'same' : 'valid');

export const windows: Line = (random, made) => {
  const x = pickOf(random, made, isFilledFloats);
  if (x === undefined) return undefined;
  const flat = random() < 0.5;
  const image = asImage(x, flat ? 3 : 4);
  const channels = image.shape.at(-1) ?? 1;
  const space = image.shape.slice(1, -1);
  const size = Math.min(...space, 1 + below(random, 3));
  const kind = random();
  if (kind < 0.5) {
    const options = { padding: padding(random), strides: 1 + below(random, 2) };
    const kernel = [...space.map(() => size), channels, pick(random, [1, 2, 4])];
    return (flat ? conv1d : conv2d)(image, weights(random, kernel), options);
  }
  const options = { poolSize: size, padding: padding(random), strides: 1 + below(random, 2) };
  if (flat) return (kind < 0.75 ? maxPool1d : averagePool1d)(image, options);
  return (kind < 0.75 ? maxPool2d : averagePool2d)(image, options);
};
