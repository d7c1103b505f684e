// Rows for ops after NumPy: bits, roots and powers, divisors, inverse error function.
import type { Tensor } from '../../src/core/tensor.js';
import * as k from '../../src/index.js';
import { erf } from '../../src/kernels/functions/erf-double.js';
import { build, get, map, type Numbers, zip } from '../harness/op-arrays.js';
import { type Case, distinct, exactly, indices, uniform } from '../harness/op-case.js';

const WHOLE = 'these are whole numbers';

function integers(
  run: (a: Tensor, b: Tensor) => Tensor,
  fn: (a: number, b: number) => number,
  [left, right]: readonly [readonly number[], readonly number[]],
): Case[] {
  const reference = (a: Numbers, b: Numbers): Numbers => zip([a, b], fn);
  return [
    {
      about: 'signs and sizes',
      inputs: [exactly([left.length], left, 'int32'), exactly([right.length], right, 'int32')],
      run,
      reference,
      noGradient: WHOLE,
    },
    {
      about: 'broadcast',
      inputs: [indices([3, 1], 20), indices([4], 9)],
      run,
      reference,
      noGradient: WHOLE,
    },
    {
      about: 'fractions',
      inputs: [uniform([2]), uniform([2])],
      run,
      fails: 'cast the tensor first',
    },
  ];
}

function elementwise(
  run: (x: Tensor) => Tensor,
  fn: (x: number) => number,
  [low, high]: readonly [number, number],
  rest: Partial<Case> = {},
): Case[] {
  const reference = (x: Numbers): Numbers => map(x, fn);
  return [
    { about: 'matrix', inputs: [uniform([3, 5], low, high)], run, reference, ...rest },
    { about: 'empty', inputs: [uniform([0], low, high)], run, reference, ...rest },
    { about: 'scalar', inputs: [uniform([], low, high)], run, reference, ...rest },
  ];
}

const pairs = [
  [12, -7, 0, 255, -1],
  [10, 3, 5, -256, 1],
] as const;
const shifts = [
  [3, -8, 1, 7, -1],
  [2, 1, 31, 40, 32],
] as const;

const bits = {
  bitwiseAnd: integers(k.bitwiseAnd, (a, b) => a & b, pairs),
  bitwiseOr: integers(k.bitwiseOr, (a, b) => a | b, pairs),
  bitwiseXor: integers(k.bitwiseXor, (a, b) => a ^ b, pairs),
  bitwiseNot: [
    {
      inputs: [exactly([3], [0, 5, -1], 'int32')],
      run: (x: Tensor) => k.bitwiseNot(x),
      reference: (x: Numbers) => map(x, (value) => ~value),
      noGradient: WHOLE,
    },
  ],
  leftShift: integers(k.bitwiseLeftShift, (a, b) => (b > 31 ? 0 : a << b), shifts),
  rightShift: integers(k.bitwiseRightShift, (a, b) => a >> Math.min(b, 31), shifts),
  view: [
    {
      about: 'float32 as int32',
      inputs: [exactly([3], [1, -2, 0.5], 'float32')],
      run: (x: Tensor) => k.view(x, 'int32'),
      reference: (x: Numbers) => ({
        shape: [3],
        data: Array.from(new Int32Array(new Float32Array(x.data).buffer)),
      }),
      noGradient: WHOLE,
    },
    {
      about: 'int32 as float32',
      inputs: [exactly([2], [0x3f800000, -1073741824], 'int32')],
      run: (x: Tensor) => k.view(x, 'float32'),
      reference: () => ({ shape: [2], data: [1, -2] }),
      noGradient: WHOLE,
    },
    {
      about: 'one byte',
      inputs: [exactly([1], [3], 'uint8')],
      run: (x: Tensor) => k.view(x, 'int32'),
      fails: 'view: only dtypes of four bytes',
    },
  ],
} satisfies Record<string, Case[]>;

const gcd = (a: number, b: number): number => (b === 0 ? Math.abs(a) : gcd(b, a % b));

/** Newton's method on the error function. */
function erfinv(x: number): number {
  let y = 0;
  for (let step = 0; step < 60; step++) {
    y -= ((erf(y) - x) * Math.sqrt(Math.PI)) / (2 * Math.exp(-y * y));
  }
  return y;
}

const roots = {
  exp2: elementwise(k.exp2, (x) => 2 ** x, [-3, 3], { ulp: 4 }),
  cbrt: [
    ...elementwise(k.cbrt, Math.cbrt, [0.3, 8], { ulp: 4 }),
    {
      about: 'signs and sizes',
      inputs: [exactly([5], [-8, 27, 0, -0.001, 1e30])],
      run: (x: Tensor) => k.cbrt(x),
      reference: (x: Numbers) => map(x, Math.cbrt),
      ulp: 4,
      noHalf: 'its range is too small',
      noGradient: 'it is infinite at 0',
    },
  ],
  trunc: elementwise(k.trunc, Math.trunc, [-3, 3], { exactIn: ['int32'] }),
  erfinv: [
    ...elementwise(k.erfinv, erfinv, [-0.9, 0.9], { ulp: 16 }),
    {
      about: 'the edges',
      inputs: [exactly([4], [1, -1, 1.5, 0])],
      run: (x: Tensor) => k.erfinv(x),
      reference: () => ({ shape: [4], data: [Infinity, -Infinity, NaN, 0] }),
      noGradient: 'they are not smooth there',
    },
  ],
  gcd: integers(k.gcd, gcd, [
    [12, -18, 0, 7, 0],
    [18, 12, 5, 1, 0],
  ]),
} satisfies Record<string, Case[]>;

/** Slices of [4, 3] in three groups, the last of which is empty. */
function segments(
  run: (x: Tensor, ids: Tensor, count: number) => Tensor,
  join: (a: number, b: number) => number,
  start: number,
): Case[] {
  const ids = [1, 0, 1, 0];
  return [
    {
      about: 'matrix',
      inputs: [distinct([4, 3], 0.5, 2), exactly([4], ids, 'int32')],
      run: (x, groups) => run(x, groups, 2),
      reference: (x) =>
        build([2, 3], ([group = 0, column = 0]) =>
          ids.reduce(
            (all, id, row) => (id === group ? join(all, get(x, [row, column])) : all),
            start,
          ),
        ),
      ulp: 2,
    },
    {
      about: 'an empty group, ids outside',
      inputs: [exactly([3], [2, 3, 5]), exactly([3], [0, 7, -1], 'int32')],
      run: (x, groups) => run(x, groups, 2),
      reference: () => ({ shape: [2], data: [join(start, 2), start] }),
      noGradient: 'nothing new',
    },
    {
      about: 'too few ids',
      inputs: [uniform([3]), exactly([2], [0, 1], 'int32')],
      run: (x, groups) => run(x, groups, 2),
      fails: 'there must be one id for each slice',
    },
  ];
}

const groups = {
  segmentMax: segments(k.segmentMax, Math.max, -Infinity),
  segmentMin: segments(k.segmentMin, Math.min, Infinity),
  segmentProd: segments(k.segmentProd, (a, b) => a * b, 1),
};

/** The product of the gradient and cumprod runs through it: zeros, both ends, exclusive. */
const products = {
  backwardSum: [
    ...[false, true].flatMap((reverse) =>
      [false, true].map((exclusive) => ({
        about: `cumprod's gradient, ${reverse ? 'reverse' : 'forward'}${exclusive ? ', exclusive' : ''}`,
        inputs: [exactly([2, 4], [2, 0, 3, 0.5, 1, -1.5, 0, 0])],
        run: (x: Tensor) => k.cumprod(x, { axis: 1, reverse, exclusive }),
      })),
    ),
  ],
} satisfies Record<string, Case[]>;

export const numericCases = {
  ...products,
  ...bits,
  ...roots,
  ...groups,
};
