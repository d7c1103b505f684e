// Lines of random programs that move elements: views, joins, slices, gathers and scatters.
import {
  arange,
  concat,
  diagonal,
  gather,
  oneHot,
  pad,
  repeat,
  roll,
  scatter,
  segmentSum,
  split,
  stack,
  type Tensor,
  takeAlongAxis,
  tensor,
  tile,
  tril,
} from '../../../src/index.js';
import {
  below,
  isFloats,
  isWhole,
  type Line,
  pick,
  pickOf,
  type Random,
  someAxes,
} from './choosing.js';

const anyOf: Line = (random, made) => pickOf(random, made, () => true);
const isFilled = (x: Tensor): boolean => x.rank > 0 && x.size > 0;

function shuffled(random: Random, rank: number): number[] {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  return axes
    .map((axis) => ({ axis, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ axis }) => axis);
}

/** Two factors of a number, so that an axis can be split. */
function factors(random: Random, size: number): [number, number] {
  const divisors = [1, 2, 3, 4, 5, 7, 8].filter((one) => size > 0 && size % one === 0);
  const first = divisors.length > 0 ? pick(random, divisors) : 1;
  return [first, size / first];
}

const viewsOf: readonly ((x: Tensor, random: Random) => Tensor)[] = [
  (x, random) => x.transpose(shuffled(random, x.rank)),
  (x) => x.reshape([-1]),
  (x, random) => x.reshape(factors(random, x.size)),
  (x, random) => x.expandDims(below(random, x.rank + 1)),
  (x) => x.squeeze(),
  (x, random) => (x.rank > 0 ? x.flip(someAxes(random, x.rank)) : x),
  (x, random) => x.broadcastTo([pick(random, [1, 2, 3]), ...x.shape]),
  (x) => (x.rank > 1 ? diagonal(x) : x),
];

export const view: Line = (random, made, state) => {
  const x = anyOf(random, made, state);
  return x && (x.size > 0 || random() < 0.5 ? pick(random, viewsOf)(x, random) : x.add(0));
};

/** A part of every axis; now and then an empty one, and every second or third element. */
export const slice: Line = (random, made, state) => {
  const x = anyOf(random, made, state);
  if (x === undefined || x.rank === 0) return undefined;
  const empty = random() < 0.03;
  const ranges = x.shape.map((size) => {
    const start = below(random, size);
    const stop = empty ? start : start + 1 + below(random, size - start);
    return [start, Math.min(stop, size), 1 + below(random, 3)] as const;
  });
  const part = (index: 0 | 1 | 2): number[] => ranges.map((range) => range[index]);
  if (random() < 0.5) return x.stridedSlice(part(0), part(1), part(2));
  return x.slice(
    part(0),
    ranges.map(([start, stop]) => stop - start),
  );
};

/** Joined with itself, or with another tensor that fits. */
export const join: Line = (random, made, state) => {
  const x = anyOf(random, made, state);
  if (x === undefined || x.rank === 0) return undefined;
  const axis = below(random, x.rank);
  const fits = (other: Tensor): boolean =>
    other.dtype === x.dtype &&
    other.rank === x.rank &&
    other.shape.every((size, place) => place === axis || size === x.shape[place]);
  const other = pickOf(random, made, fits) ?? x;
  const kind = random();
  if (kind < 0.6) return concat([x, other, ...(kind < 0.1 ? [x] : [])], axis);
  return stack([x, x], axis);
};

export const spread: Line = (random, made, state) => {
  const x = anyOf(random, made, state);
  if (x === undefined || !isFilled(x)) return undefined;
  const axis = below(random, x.rank);
  const kind = below(random, 6);
  const widths = x.shape.map(() => [below(random, 3), below(random, 2)] as const);
  const inside = x.shape.map((size) => (size > 1 ? ([1, 1] as const) : ([0, 0] as const)));
  if (kind === 0) return pad(x, widths, isFloats(x) ? { value: 0.25 } : {});
  if (kind === 1) return pad(x, inside, { mode: pick(random, ['reflect', 'symmetric', 'edge']) });
  if (kind === 2) return tile(x, [...x.shape.map(() => 1), 2].slice(1));
  if (kind === 3) return repeat(x, 2, axis);
  if (kind === 4) return roll(x, 1 + below(random, 3), axis);
  return split(x, [below(random, x.shape[axis] ?? 1) + 1], axis)[0];
};

export const triangle: Line = (random, made) => {
  const x = pickOf(random, made, (one) => isFloats(one) && one.rank > 1);
  return x && tril(x, below(random, 3) - 1);
};

/** Indices that are fixed, or that the program has computed. */
function indices(random: Random, made: readonly Tensor[], size: number, count: number): Tensor {
  const whole = pickOf(random, made, (one) => isWhole(one) && one.size > 0 && one.size <= 64);
  if (whole !== undefined && random() < 0.6) return whole.mod(size).reshape([-1]);
  const list = Array.from({ length: count }, () => below(random, size));
  return tensor(list, 'int32');
}

export const pickRows: Line = (random, made, state) => {
  const x = anyOf(random, made, state);
  if (x === undefined || !isFilled(x)) return undefined;
  const axis = below(random, x.rank);
  const size = x.shape[axis] ?? 1;
  if (random() < 0.6) return gather(x, indices(random, made, size, 1 + below(random, 4)), { axis });
  const places = arange(0, size, 1, 'int32').mul(3).add(1).mod(size);
  const along = x.shape.map((_, place) => (place === axis ? size : 1));
  return takeAlongAxis(x, places.reshape(along).broadcastTo(x.shape), { axis });
};

/** Rows added up at places that may meet. */
export const sendRows: Line = (random, made) => {
  const x = pickOf(random, made, (one) => isFloats(one) && isFilled(one));
  if (x === undefined) return undefined;
  const rows = x.shape[0] ?? 1;
  const count = 1 + below(random, rows + 2);
  const places = tensor(
    Array.from({ length: rows }, () => below(random, count)),
    'int32',
  );
  if (random() < 0.5) return segmentSum(x, places, count);
  return scatter(places.reshape([rows, 1]), x, [count, ...x.shape.slice(1)]);
};

export const hot: Line = (random, made) => {
  const x = pickOf(random, made, (one) => isWhole(one) && one.size <= 200);
  return x && oneHot(x.mod(5), 2 + below(random, 5), { axis: below(random, x.rank + 1) });
};
