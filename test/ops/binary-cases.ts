// Rows for elementwise ops of two and three inputs.
import type { Tensor } from '../../src/core/tensor.js';
import * as k from '../../src/index.js';
import { type Numbers, zip } from '../harness/op-arrays.js';
import { bools, type Case, exactly, type Input, uniform } from '../harness/op-case.js';

type Fn = (a: Tensor, b: Tensor) => Tensor;
type Reference = (a: number, b: number) => number;

interface Options extends Pick<Case, 'ulp' | 'exactIn' | 'ofLargest' | 'noGradient'> {
  readonly a?: readonly [number, number];
  readonly b?: readonly [number, number];
  readonly special?: readonly (readonly [number, number])[];
}

const SHAPES: readonly (readonly [readonly number[], readonly number[]])[] = [
  [
    [3, 5],
    [3, 5],
  ],
  [[3, 5], [5]],
  [
    [3, 1],
    [1, 4],
  ],
  [[2, 3], []],
  [[], [4]],
  [[1], [1]],
  [[0, 3], [3]],
];

/** Equal shapes, broadcasting both ways, sizes 0 and 1, special numbers, and shapes that clash. */
function elementwise(run: Fn, fn: Reference, options: Options = {}): Case[] {
  const { a = [-2, 2], b = [-2, 2], special, ...rest } = options;
  const reference = (x: Numbers, y: Numbers): Numbers => zip([x, y], fn);
  const rows: Case[] = SHAPES.map(([left, right]) => ({
    about: `[${left}] with [${right}]`,
    inputs: [uniform(left, ...a), uniform(right, ...b)],
    run,
    reference,
    ...rest,
  }));
  if (special !== undefined) {
    const side = (which: 0 | 1): Input =>
      exactly(
        [special.length],
        special.map((pair) => pair[which]),
      );
    const { exactIn: _, ...values } = rest;
    rows.push({
      about: 'special numbers',
      inputs: [side(0), side(1)],
      run,
      reference,
      ...values,
      noGradient: 'they are not smooth there',
    });
  }
  rows.push({
    about: 'shapes that clash',
    inputs: [uniform([2, 3]), uniform([2])],
    run,
    fails:
      'the shapes do not broadcast.\n  expected equal sizes, or 1, in every axis counted from the last   received [2, 3] and [2]',
  });
  return rows;
}

const NUMBERS = ['int32'] as const;
const ALL = ['int32', 'uint8', 'bool'] as const;
const EDGES = [
  [0, 0],
  [NaN, 1],
  [1, NaN],
  [Infinity, 1],
  [-Infinity, Infinity],
  [1, 2],
  [2, 1],
  [2, 2],
] as const;
const either =
  (fn: Reference): Reference =>
  (a, b) =>
    Number.isNaN(a) || Number.isNaN(b) ? NaN : fn(a, b);

const arithmetic = {
  add: elementwise(k.add, (a, b) => a + b, { ulp: 1, exactIn: ALL, special: EDGES }),
  sub: elementwise(k.sub, (a, b) => a - b, { ulp: 1, exactIn: NUMBERS, special: EDGES }),
  mul: elementwise(k.mul, (a, b) => a * b, { ulp: 1, exactIn: ALL, special: EDGES }),
  div: elementwise(k.div, (a, b) => a / b, { ulp: 2, b: [0.2, 2], special: EDGES }),
  squaredDifference: elementwise(k.squaredDifference, (a, b) => (a - b) ** 2, {
    ulp: 3,
    exactIn: NUMBERS,
    ofLargest: true,
  }),
  floorDiv: elementwise(k.floorDiv, (a, b) => Math.floor(a / b), { b: [0.6, 2], exactIn: NUMBERS }),
  mod: [
    ...elementwise(k.mod, (a, b) => a - Math.floor(a / b) * b, {
      ulp: 4,
      ofLargest: true,
      b: [0.6, 2],
      exactIn: NUMBERS,
    }),
    {
      about: 'signs of integers, and a divisor of 0',
      inputs: [exactly([5], [7, -7, 7, -7, 5], 'int32'), exactly([5], [4, 4, -4, -4, 0], 'int32')],
      run: k.mod,
      reference: () => ({ shape: [5], data: [3, 1, -1, -3, 0] }),
    },
  ],
  divideNoNan: elementwise(k.divideNoNan, (a, b) => (b === 0 ? 0 : a / b), {
    ulp: 2,
    b: [0.2, 2],
    special: [
      [1, 0],
      [0, 0],
      [4, 2],
    ],
  }),
  pow: [
    ...elementwise(k.pow, (a, b) => a ** b, {
      ulp: 32,
      a: [0.2, 3],
      special: [
        [0, 0],
        [0, 2],
        [2, 0],
        [-2, 3],
        [-2, 2],
        [4, 0.5],
      ],
    }),
    {
      about: 'integers',
      inputs: [exactly([4], [2, 3, -2, 7], 'int32'), exactly([4], [10, 3, 3, 0], 'int32')],
      run: k.pow,
      reference: () => ({ shape: [4], data: [1024, 27, -8, 1] }),
    },
  ],
  atan2: elementwise(k.atan2, Math.atan2, {
    ulp: 8,
    a: [0.2, 2],
    b: [-2, -0.2],
    special: [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
      [1, 1],
    ],
  }),
  logAddExp: elementwise(
    k.logAddExp,
    (a, b) => Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b))),
    {
      ulp: 18,
      ofLargest: true,
      special: [
        [1000, 1000],
        [-1000, 0],
        [3, 3],
      ],
    },
  ),
  maximum: elementwise(k.maximum, either(Math.max), { exactIn: ALL, special: EDGES }),
  minimum: elementwise(k.minimum, either(Math.min), { exactIn: ALL, special: EDGES }),
};

const truth =
  (test: (a: number, b: number) => boolean): Reference =>
  (a, b) =>
    Number(test(a, b));

const tests = {
  equal: elementwise(
    k.equal,
    truth((a, b) => a === b),
    { exactIn: ALL, special: EDGES },
  ),
  notEqual: elementwise(
    k.notEqual,
    truth((a, b) => a !== b),
    { exactIn: ALL, special: EDGES },
  ),
  less: elementwise(
    k.less,
    truth((a, b) => a < b),
    { exactIn: ALL, special: EDGES },
  ),
  lessEqual: elementwise(
    k.lessEqual,
    truth((a, b) => a <= b),
    { exactIn: ALL, special: EDGES },
  ),
  greater: elementwise(
    k.greater,
    truth((a, b) => a > b),
    { exactIn: ALL, special: EDGES },
  ),
  greaterEqual: elementwise(
    k.greaterEqual,
    truth((a, b) => a >= b),
    { exactIn: ALL, special: EDGES },
  ),
  logicalAnd: elementwise(
    k.logicalAnd,
    truth((a, b) => a !== 0 && b !== 0),
    { exactIn: ALL, special: EDGES },
  ),
  logicalOr: elementwise(
    k.logicalOr,
    truth((a, b) => a !== 0 || b !== 0),
    { exactIn: ALL, special: EDGES },
  ),
  logicalXor: elementwise(
    k.logicalXor,
    truth((a, b) => (a !== 0) !== (b !== 0)),
    { exactIn: ALL, special: EDGES },
  ),
};

const choose = (test: Numbers, yes: Numbers, no: Numbers): Numbers =>
  zip([test, yes, no], (t, a, b) => (t !== 0 ? a : b));

const clamp = (x: Numbers, low: Numbers, high: Numbers): Numbers =>
  zip([x, low, high], (value, least, most) => Math.min(Math.max(value, least), most));

const choosing: { readonly where: Case[]; readonly clip: Case[] } = {
  where: [
    {
      about: 'equal shapes',
      inputs: [bools([3, 5]), uniform([3, 5]), uniform([3, 5])],
      run: k.where,
      reference: choose,
      exactIn: ALL,
    },
    {
      about: 'broadcast',
      inputs: [bools([3, 1]), uniform([5]), uniform([])],
      run: k.where,
      reference: choose,
      exactIn: ALL,
    },
    {
      about: 'empty',
      inputs: [bools([0]), uniform([0]), uniform([1])],
      run: k.where,
      reference: choose,
    },
    {
      about: 'shapes that clash',
      inputs: [bools([2]), uniform([3]), uniform([3])],
      run: k.where,
      fails: 'where: the shapes do not broadcast',
    },
  ],
  clip: [
    {
      about: 'scalar bounds',
      inputs: [uniform([4, 5])],
      run: (x) => k.clip(x, -1, 1),
      reference: (x) => clamp(x, exactlyOne(-1), exactlyOne(1)),
      exactIn: NUMBERS,
    },
    {
      about: 'tensor bounds',
      inputs: [uniform([4, 5]), uniform([5], -1.5, -0.5), uniform([4, 1], 0.5, 1.5)],
      run: k.clip,
      reference: clamp,
    },
    {
      about: 'NaN stays',
      inputs: [exactly([2], [NaN, 3])],
      run: (x) => k.clip(x, -1, 1),
      reference: () => ({ shape: [2], data: [NaN, 1] }),
      noGradient: 'NaN has none',
    },
  ],
};

function exactlyOne(value: number): Numbers {
  return { shape: [], data: [value] };
}

export const binaryCases = { ...arithmetic, ...tests, ...choosing };
