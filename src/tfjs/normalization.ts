// Normalization and single cells by the names and argument orders of TensorFlow.js.
import { at } from '../core/sequence.js';
import {
  add,
  asTensor,
  batchNorm as batchNormOf,
  concat,
  div,
  matmul,
  mul,
  pow,
  random,
  type Shape,
  scope,
  sigmoid,
  split,
  square,
  sub,
  type Tensor,
  type TensorLike,
  tanh,
} from '../index.js';
import { pad, slice } from '../ops/positional.js';

/** (x - mean) / sqrt(variance + epsilon) * scale + offset. */
export function batchNorm(
  x: TensorLike,
  mean: TensorLike,
  variance: TensorLike,
  offset?: TensorLike | null,
  scale?: TensorLike | null,
  epsilon = 0.001,
): Tensor {
  const rest = { offset: offset ?? undefined, scale: scale ?? undefined, epsilon };
  return scope(() => batchNormOf(x, { mean, variance, ...rest }));
}

export const batchNorm2d = batchNorm;
export const batchNorm3d = batchNorm;
export const batchNorm4d = batchNorm;

/** x divided by a power of the sum of squares of its neighbours among the channels. */
export function localResponseNormalization(
  x: TensorLike,
  depthRadius = 5,
  bias = 1,
  alpha = 1,
  beta = 0.5,
): Tensor {
  const input = asTensor(x);
  const last = input.rank - 1;
  const widths = input.shape.map((_, axis) =>
    axis === last ? ([depthRadius, depthRadius] as const) : ([0, 0] as const),
  );
  const squares = pad(square(input), widths);
  const starts = input.shape.map(() => 0);
  let total: Tensor | undefined;
  for (let shift = 0; shift <= 2 * depthRadius; shift++) {
    const part = slice(squares, [...starts.slice(0, -1), shift], input.shape);
    total = total === undefined ? part : add(total, part);
  }
  return div(input, pow(add(mul(total ?? 0, alpha), bias), beta));
}

/** x with each element set to 0 with probability `rate`, and the others scaled up. */
export function dropout(x: TensorLike, rate: number, noiseShape?: Shape, seed?: number): Tensor {
  return random.dropout(x, rate, { noiseShape, seed });
}

/** v moved towards x: v - (v - x) (1 - decay), over 1 - decay^step where `zeroDebias`. */
export function movingAverage(
  v: TensorLike,
  x: TensorLike,
  decay: number,
  step?: number,
  zeroDebias = true,
): Tensor {
  const [old, next] = [asTensor(v), asTensor(x)];
  const moved = mul(sub(next, old), 1 - decay);
  const scale = zeroDebias && step !== undefined ? 1 - decay ** step : 1;
  return add(old, div(moved, scale));
}

/** One step of an LSTM cell on rows [data, h]: the new [c, h]. */
export function basicLSTMCell(
  forgetBias: TensorLike,
  kernel: TensorLike,
  bias: TensorLike,
  data: TensorLike,
  c: TensorLike,
  h: TensorLike,
): [Tensor, Tensor] {
  const gates = add(matmul(concat([asTensor(data), asTensor(h)], 1), kernel), bias);
  const parts = split(gates, 4, 1);
  const [input, candidate] = [sigmoid(at(parts, 0)), tanh(at(parts, 1))];
  const [forget, output] = [sigmoid(add(at(parts, 2), forgetBias)), sigmoid(at(parts, 3))];
  const nextC = add(mul(input, candidate), mul(c, forget));
  return [nextC, mul(tanh(nextC), output)];
}

/** A cell from data and state to the new state. */
export type Cell = (data: Tensor, c: Tensor, h: Tensor) => [Tensor, Tensor];

/** Cells on top of each other: each is given the output of the one below. */
export function multiRNNCell(
  cells: readonly Cell[],
  data: TensorLike,
  c: readonly TensorLike[],
  h: readonly TensorLike[],
): [Tensor[], Tensor[]] {
  const [newC, newH]: [Tensor[], Tensor[]] = [[], []];
  let input = asTensor(data);
  for (const [index, cell] of cells.entries()) {
    const [nextC, nextH] = cell(input, asTensor(at(c, index)), asTensor(at(h, index)));
    newC.push(nextC);
    newH.push(nextH);
    input = nextH;
  }
  return [newC, newH];
}
