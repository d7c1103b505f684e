// Rows for ops that move, repeat, join or make values without arithmetic.

import { at } from '../../src/core/sequence.js';
import type { Tensor } from '../../src/core/tensor.js';
import * as k from '../../src/index.js';
import { build, get, map, type Numbers, spreadAt } from '../harness/op-arrays.js';
import { type Case, exactly, uniform } from '../harness/op-case.js';

const ALL = ['int32', 'uint8', 'bool'] as const;

function moves(
  about: string,
  shape: readonly number[],
  run: (x: Tensor) => Tensor,
  reference: (x: Numbers) => Numbers,
): Case {
  return { about, inputs: [uniform(shape)], run, reference, exactIn: ALL };
}

/** The opposite: a call that is refused. */
function refused(shape: readonly number[], run: (x: Tensor) => Tensor, fails: string): Case {
  return { about: 'refused', inputs: [uniform(shape)], run, fails };
}

const reshaped =
  (shape: readonly number[]) =>
  (x: Numbers): Numbers => ({ shape, data: x.data });

const views = {
  reshape: [
    moves('flat', [2, 3], (x) => k.reshape(x, [6]), reshaped([6])),
    moves('unknown size', [2, 3, 4], (x) => k.reshape(x, [4, -1]), reshaped([4, 6])),
    moves(
      'of a transpose',
      [2, 3, 4],
      (x) => k.reshape(k.transpose(x, [1, 0, 2]), [3, 8]),
      (x) => build([3, 8], ([i = 0, j = 0]) => get(x, [Math.floor(j / 4), i, j % 4])),
    ),
    moves(
      'axes of size 1',
      [2, 3],
      (x) => k.squeeze(k.expandDims(x, [0, 2])),
      (x) => x,
    ),
    moves('empty', [0, 3], (x) => k.reshape(x, [3, 0]), reshaped([3, 0])),
    moves('scalar', [1, 1], (x) => k.reshape(x, []), reshaped([])),
    refused(
      [2, 3],
      (x) => k.reshape(x, [4]),
      'reshape: the new shape holds another number of elements.\n  expected 6 elements, as [2, 3] has   received [4]',
    ),
    refused([2, 3], (x) => k.squeeze(x, 0), 'squeeze: axis 0 does not have size 1'),
  ],
  broadcastTo: [
    moves(
      'new axes',
      [3],
      (x) => k.broadcastTo(x, [2, 3]),
      (x) => build([2, 3], (index) => spreadAt(x, index)),
    ),
    moves(
      'size 1',
      [2, 1, 3],
      (x) => k.broadcastTo(x, [2, 4, 3]),
      (x) => build([2, 4, 3], (index) => spreadAt(x, index)),
    ),
    moves(
      'tile',
      [2, 3],
      (x) => k.tile(x, [2, 1, 2]),
      (x) => build([2, 2, 6], ([, i = 0, j = 0]) => get(x, [i, j % 3])),
    ),
    moves(
      'repeat',
      [2, 3],
      (x) => k.repeat(x, 2, 1),
      (x) => build([2, 6], ([i = 0, j = 0]) => get(x, [i, Math.floor(j / 2)])),
    ),
    refused([3], (x) => k.broadcastTo(x, [4]), 'broadcastTo: the shapes do not broadcast'),
    refused(
      [3],
      (x) => k.broadcastTo(x, [1]),
      'broadcastTo: the tensor is larger than the shape asked for',
    ),
  ],
  transpose: [
    moves(
      'matrix',
      [2, 3],
      (x) => k.transpose(x),
      (x) => build([3, 2], ([i = 0, j = 0]) => get(x, [j, i])),
    ),
    moves(
      'order',
      [2, 3, 4],
      (x) => k.transpose(x, [2, 0, 1]),
      (x) => build([4, 2, 3], ([a = 0, b = 0, c = 0]) => get(x, [b, c, a])),
    ),
    moves(
      'moveAxis',
      [2, 3, 4],
      (x) => k.moveAxis(x, 0, -1),
      (x) => build([3, 4, 2], ([a = 0, b = 0, c = 0]) => get(x, [c, a, b])),
    ),
    moves(
      'swapAxes',
      [2, 3, 4],
      (x) => k.swapAxes(x, 0, 2),
      (x) => build([4, 3, 2], ([a = 0, b = 0, c = 0]) => get(x, [c, b, a])),
    ),
    refused(
      [2, 3],
      (x) => k.transpose(x, [0, 0]),
      'transpose: the axes do not name every axis once',
    ),
  ],
  flip: [
    moves(
      'all',
      [2, 3],
      (x) => k.flip(x),
      (x) => build([2, 3], ([i = 0, j = 0]) => get(x, [1 - i, 2 - j])),
    ),
    moves(
      'one',
      [2, 3],
      (x) => k.flip(x, -1),
      (x) => build([2, 3], ([i = 0, j = 0]) => get(x, [i, 2 - j])),
    ),
    moves(
      'empty',
      [0],
      (x) => k.flip(x),
      (x) => x,
    ),
  ],
  stopGradient: [moves('same', [3], k.stopGradient, (x) => x)],
  stridedSlice: [
    moves(
      'slice',
      [3, 4],
      (x) => k.slice(x, [1, 0], [-1, 2]),
      (x) => build([2, 2], ([i = 0, j = 0]) => get(x, [i + 1, j])),
    ),
    moves(
      'strides',
      [5, 4],
      (x) => k.stridedSlice(x, [0, -3], [5, 4], [2, 2]),
      (x) => build([3, 2], ([i = 0, j = 0]) => get(x, [2 * i, 1 + 2 * j])),
    ),
    moves('nothing', [3], (x) => k.slice(x, [3], [0]), reshaped([0])),
    moves(
      'split',
      [6],
      (x) => k.split(x, [2, 5])[1] ?? x,
      (x) => build([3], ([i = 0]) => get(x, [i + 2])),
    ),
    moves(
      'unstack',
      [2, 3],
      (x) => k.unstack(x, 1)[2] ?? x,
      (x) => build([2], ([i = 0]) => get(x, [i, 2])),
    ),
    refused(
      [3],
      (x) => k.slice(x, [2], [2]),
      'slice: the part does not lie inside axis 0.\n  expected 0 to 3   received start 2, size 2',
    ),
    refused(
      [3],
      (x) => k.stridedSlice(x, [0], [3], [-1]),
      'stridedSlice: a stride is not a positive whole number',
    ),
  ],
};

/** Which element mirroring shows at a place. */
function mirrored(place: number, size: number): number {
  const period = 2 * size - 2;
  const inside = ((place % period) + period) % period;
  return inside < size ? inside : period - inside;
}

const joining = {
  pad: [
    moves(
      'zeros',
      [2, 3],
      (x) =>
        k.pad(x, [
          [1, 0],
          [2, 1],
        ]),
      (x) => build([3, 6], ([i = 0, j = 0]) => get(x, [i - 1, j - 2], 0)),
    ),
    moves(
      'a value',
      [2, 2],
      (x) => k.pad(x, 1, { value: 1 }),
      (x) => build([4, 4], ([i = 0, j = 0]) => get(x, [i - 1, j - 1], 1)),
    ),
    moves(
      'reflect',
      [4],
      (x) => k.pad(x, [[2, 3]], { mode: 'reflect' }),
      (x) => build([9], ([i = 0]) => get(x, [mirrored(i - 2, 4)])),
    ),
    moves(
      'edge',
      [2, 3],
      (x) =>
        k.pad(
          x,
          [
            [0, 0],
            [1, 2],
          ],
          { mode: 'edge' },
        ),
      (x) => build([2, 6], ([i = 0, j = 0]) => get(x, [i, Math.min(Math.max(j - 1, 0), 2)])),
    ),
    moves(
      'nothing to nothing',
      [0],
      (x) => k.pad(x, [[0, 2]]),
      () => ({ shape: [2], data: [0, 0] }),
    ),
    refused([2], (x) => k.pad(x, [[-1, 0]]), 'pad: the widths do not fit the tensor'),
  ],
  concat: [
    {
      inputs: [uniform([2, 3]), uniform([2, 1]), uniform([2, 0])],
      run: (a: Tensor, b: Tensor, c: Tensor) => k.concat([a, b, c], -1),
      reference: (a: Numbers, b: Numbers) =>
        build([2, 4], ([i = 0, j = 0]) => (j < 3 ? get(a, [i, j]) : get(b, [i, j - 3]))),
      exactIn: ALL,
    },
    {
      about: 'first axis',
      inputs: [uniform([2, 3]), uniform([1, 3])],
      run: (a: Tensor, b: Tensor) => k.concat([a, b]),
      reference: (a: Numbers, b: Numbers) =>
        build([3, 3], ([i = 0, j = 0]) => (i < 2 ? get(a, [i, j]) : get(b, [i - 2, j]))),
      exactIn: ALL,
    },
    {
      about: 'stack',
      inputs: [uniform([2, 3]), uniform([2, 3])],
      run: (a: Tensor, b: Tensor) => k.stack([a, b], 1),
      reference: (a: Numbers, b: Numbers) =>
        build([2, 2, 3], ([i = 0, j = 0, l = 0]) => get(j === 0 ? a : b, [i, l])),
      exactIn: ALL,
    },
    moves(
      'roll',
      [2, 5],
      (x) => k.roll(x, -2, 1),
      (x) => build([2, 5], ([i = 0, j = 0]) => get(x, [i, (j + 2) % 5])),
    ),
    {
      about: 'refused',
      inputs: [uniform([2, 3]), uniform([3, 3])],
      run: (a: Tensor, b: Tensor) => k.concat([a, b], 1),
      fails: 'concat: the shapes differ in another axis than the one they are joined along',
    },
    {
      about: 'nothing',
      inputs: [],
      run: () => k.concat([]),
      fails: 'concat: there is nothing to join',
    },
  ] satisfies Case[],
  cast: [
    {
      about: 'to int32',
      inputs: [exactly([5], [1.7, -1.7, 3e9, -3e9, 0])],
      run: (x: Tensor) => k.cast(x, 'int32'),
      noGradient: 'integers have none',
      reference: () => ({ shape: [5], data: [1, -1, 2147483647, -2147483648, 0] }),
    },
    {
      about: 'to bool',
      inputs: [exactly([4], [0, 0.5, -3, 1])],
      run: (x: Tensor) => k.cast(x, 'bool'),
      noGradient: 'bools have none',
      reference: (x: Numbers) => map(x, (value) => Number(value !== 0)),
      exactIn: ALL,
    },
    {
      about: 'to float64 and back',
      inputs: [uniform([3, 5])],
      run: (x: Tensor) => k.cast(k.cast(x, 'float64'), x.dtype),
      reference: (x: Numbers) => x,
      exactIn: ALL,
    },
    {
      about: 'to float16 and back',
      noHalf: 'the other half type has another range',
      inputs: [exactly([3], [1.5, 65504, 2 ** -24])],
      run: (x: Tensor) => k.cast(k.cast(x, 'float16'), 'float32'),
      reference: (x: Numbers) => x,
      noGradient: 'half precision has too few digits',
    },
    {
      about: 'to bfloat16 and back',
      inputs: [exactly([3], [1.5, 2 ** 100, -3])],
      run: (x: Tensor) => k.cast(k.cast(x, 'bfloat16'), 'float32'),
      reference: (x: Numbers) => x,
      noGradient: 'half precision has too few digits',
    },
  ] satisfies Case[],
};

/** Ops that make values from shapes alone. */
function made(
  about: string,
  run: () => Tensor,
  shape: readonly number[],
  value: (index: readonly number[]) => number,
): Case {
  return {
    about,
    inputs: [],
    run,
    reference: () => build(shape, value),
    noGradient: 'it has no inputs',
  };
}

const creation = {
  fill: [
    made(
      'full',
      () => k.full([2, 3], 7),
      [2, 3],
      () => 7,
    ),
    made(
      'zeros',
      () => k.zeros([0]),
      [0],
      () => 0,
    ),
    made(
      'ones int32',
      () => k.ones([2], 'int32'),
      [2],
      () => 1,
    ),
    {
      about: 'of a tensor',
      inputs: [uniform([])],
      run: (x: Tensor) => k.full([2, 2], x),
      reference: (x: Numbers) => build([2, 2], () => at(x.data, 0)),
    },
    made(
      'arange',
      () => k.arange(1, 8, 3),
      [3],
      ([i = 0]) => 1 + 3 * i,
    ),
    made(
      'linspace',
      () => k.linspace(0, 1, { num: 5 }),
      [5],
      ([i = 0]) => i / 4,
    ),
  ] satisfies Case[],
  eye: [
    made(
      'square',
      () => k.eye(3),
      [3, 3],
      ([i = 0, j = 0]) => Number(i === j),
    ),
    made(
      'above',
      () => k.eye(2, 4, { diagonal: 1 }),
      [2, 4],
      ([i = 0, j = 0]) => Number(j === i + 1),
    ),
    made(
      'tri',
      () => k.tri(3, 4, { diagonal: -1, dtype: 'bool' }),
      [3, 4],
      ([i = 0, j = 0]) => Number(j <= i - 1),
    ),
  ],
};

export const shapeCases = { ...views, ...joining, ...creation };
