// Rows for elementwise ops of one input.

import type { Tensor } from '../../src/core/tensor.js';
import * as k from '../../src/index.js';
import { erf } from '../../src/kernels/functions/erf-double.js';
import { map } from '../harness/op-arrays.js';
import { type Case, exactly, uniform } from '../harness/op-case.js';

type Fn = (x: Tensor) => Tensor;
type Reference = (x: number) => number;

/** The interval an op is tried on, how exactly, and what holds for special numbers. */
interface Options extends Pick<Case, 'ulp' | 'exactIn' | 'ofLargest'> {
  readonly low?: number;
  readonly high?: number;
  readonly special?: readonly number[];
}

/** A matrix that no vector width divides, a row, size 1, size 0, a scalar, and special numbers. */
function elementwise(run: Fn, fn: Reference, options: Options = {}): Case[] {
  const { low = -2, high = 2, special, ...rest } = options;
  const reference = (x: Parameters<typeof map>[0]): ReturnType<typeof map> => map(x, fn);
  const shapes = [[3, 5], [1], [0], [], [2, 1, 3]];
  const rows: Case[] = shapes.map((shape) => ({
    about: `[${shape}]`,
    inputs: [uniform(shape, low, high)],
    run,
    reference,
    ...rest,
  }));
  // Long enough for every vector width, over the whole interval.
  rows.push({
    about: 'long',
    inputs: [uniform([67], low, high)],
    run,
    reference,
    ...rest,
    noGradient: 'the same as the short rows',
  });
  if (special !== undefined) {
    const inputs = [exactly([special.length], special)];
    const { exactIn: _, ...values } = rest;
    rows.push({
      about: 'special numbers',
      inputs,
      run,
      reference,
      ...values,
      noGradient: 'they are not smooth there',
    });
  }
  return rows;
}

const NUMBERS = ['int32', 'uint8', 'bool'] as const;
const SIGNED = ['int32', 'bool'] as const;
const EDGES = [0, -0, 1, -1, Infinity, -Infinity, NaN, 0.5, -0.5, 1.5, 2.5, -2.5];
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const hardSigmoid = (x: number): number => Math.min(Math.max(x / 6 + 0.5, 0), 1);
const SELU = { alpha: 1.6732632423543772, scale: 1.0507009873554805 };

function roundHalfEven(x: number): number {
  const low = Math.floor(x);
  const isHalf = x - low === 0.5;
  return isHalf ? (low % 2 === 0 ? low : low + 1) : Math.round(x);
}

const powers = {
  abs: elementwise(k.abs, Math.abs, { exactIn: NUMBERS, special: EDGES }),
  neg: elementwise(k.neg, (x) => -x, { exactIn: SIGNED, special: EDGES }),
  sign: elementwise(k.sign, Math.sign, { exactIn: NUMBERS, special: EDGES }),
  square: elementwise(k.square, (x) => x * x, { ulp: 1, exactIn: NUMBERS, special: EDGES }),
  sqrt: elementwise(k.sqrt, Math.sqrt, { ulp: 1, low: 0.1, high: 9, special: EDGES }),
  rsqrt: elementwise(k.rsqrt, (x) => 1 / Math.sqrt(x), { ulp: 2, low: 0.1, high: 9 }),
  reciprocal: elementwise(k.reciprocal, (x) => 1 / x, { ulp: 2, low: 0.1, special: EDGES }),
  exp: elementwise(k.exp, Math.exp, { ulp: 4, special: [0, -Infinity, Infinity, NaN, -200, 89] }),
  expm1: elementwise(k.expm1, Math.expm1, { ulp: 4, special: [0, 1e-20, -Infinity, 1e-6] }),
  log: elementwise(k.log, Math.log, {
    ulp: 4,
    low: 0.01,
    high: 9,
    special: [0, -1, 1, Infinity, NaN, 1e-38],
  }),
  log1p: elementwise(k.log1p, Math.log1p, { ulp: 4, low: -0.9, special: [0, 1e-20, -1, Infinity] }),
  log2: elementwise(k.log2, Math.log2, { ulp: 4, low: 0.01, high: 9, special: [1, 8, 0.25, 0] }),
  log10: elementwise(k.log10, Math.log10, { ulp: 4, low: 0.01, high: 9, special: [1, 0] }),
  floor: elementwise(k.floor, Math.floor, { exactIn: NUMBERS, special: EDGES }),
  ceil: elementwise(k.ceil, Math.ceil, { exactIn: NUMBERS, special: EDGES }),
  round: elementwise(k.round, roundHalfEven, { exactIn: NUMBERS, special: EDGES }),
};

const trigonometry = {
  sin: elementwise(k.sin, Math.sin, { ulp: 4, low: -9, high: 9, special: [0, Infinity, NaN] }),
  cos: elementwise(k.cos, Math.cos, { ulp: 4, low: -9, high: 9, special: [0, Infinity, NaN] }),
  tan: elementwise(k.tan, Math.tan, { ulp: 8, low: -1.4, high: 1.4, special: [0] }),
  asin: elementwise(k.asin, Math.asin, { ulp: 8, low: -0.9, high: 0.9, special: [1, -1, 2] }),
  acos: elementwise(k.acos, Math.acos, { ulp: 8, low: -0.9, high: 0.9, special: [1, -1, 2] }),
  atan: elementwise(k.atan, Math.atan, { ulp: 8, low: -5, high: 5, special: [0, Infinity] }),
  sinh: elementwise(k.sinh, Math.sinh, { ulp: 8, special: [0, 1e-20] }),
  cosh: elementwise(k.cosh, Math.cosh, { ulp: 8, special: [0] }),
  tanh: elementwise(k.tanh, Math.tanh, { ulp: 8, special: [0, 50, -50, 1e-20, NaN] }),
  asinh: elementwise(k.asinh, Math.asinh, { ulp: 8, special: [0, 1e-20] }),
  acosh: elementwise(k.acosh, Math.acosh, { ulp: 8, low: 1.1, high: 5, special: [1] }),
  atanh: elementwise(k.atanh, Math.atanh, { ulp: 8, low: -0.9, high: 0.9, special: [0, 1] }),
  erf: elementwise(k.erf, erf, { ulp: 8, special: [0, 6, -6, Infinity, NaN] }),
};

const elu = (x: number): number => (x > 0 ? x : Math.expm1(x));
const gelu = (x: number): number => 0.5 * x * (1 + erf(x * Math.SQRT1_2));
const geluTanh = (x: number): number =>
  0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));

const activations = {
  relu: elementwise(k.relu, (x) => Math.max(x, 0), {
    exactIn: NUMBERS,
    special: [-1, NaN, Infinity, -Infinity, 3],
  }),
  relu6: elementwise(k.relu6, (x) => Math.min(Math.max(x, 0), 6), {
    low: -3,
    high: 9,
    special: [-1, 7, NaN],
  }),
  sigmoid: elementwise(k.sigmoid, sigmoid, { ulp: 8, special: [0, 100, -100, NaN] }),
  silu: elementwise(k.silu, (x) => x * sigmoid(x), { ulp: 8, special: [0, 100, -100] }),
  softplus: elementwise(k.softplus, softplus, { ulp: 8, special: [0, 100, -100, 1000] }),
  softsign: elementwise(k.softsign, (x) => x / (1 + Math.abs(x)), { ulp: 3, special: [0] }),
  hardSigmoid: elementwise(k.hardSigmoid, hardSigmoid, {
    ulp: 2,
    low: -5,
    high: 5,
    ofLargest: true,
  }),
  hardSwish: elementwise(k.hardSwish, (x) => x * hardSigmoid(x), {
    ulp: 4,
    low: -5,
    high: 5,
    ofLargest: true,
  }),
  mish: elementwise(k.mish, (x) => x * Math.tanh(softplus(x)), { ulp: 18, special: [0, 90, -30] }),
  selu: elementwise(k.selu, (x) => SELU.scale * (x > 0 ? x : SELU.alpha * Math.expm1(x)), {
    ulp: 8,
  }),
  elu: [
    ...elementwise(k.elu, elu, { ulp: 8, special: [0, 1000, -1000] }),
    ...elementwise(
      (x) => k.elu(x, { alpha: 0.3 }),
      (x) => (x > 0 ? x : 0.3 * Math.expm1(x)),
      { ulp: 8 },
    ),
  ],
  leakyRelu: elementwise(k.leakyRelu, (x) => (x >= 0 ? x : 0.2 * x), { ulp: 1, special: [0, NaN] }),
  gelu: [
    ...elementwise((x) => k.gelu(x, { approximate: false }), gelu, {
      ulp: 18,
      special: [0, 100, -100],
      ofLargest: true,
    }),
    ...elementwise(k.gelu, geluTanh, { ulp: 18, ofLargest: true }),
  ],
};

/** A truth value as a number, as tensors of bools hold it. */
const truth =
  (test: (x: number) => boolean): Reference =>
  (x) =>
    Number(test(x));

const tests = {
  isNaN: elementwise(k.isNaN, truth(Number.isNaN), { exactIn: NUMBERS, special: EDGES }),
  isFinite: elementwise(k.isFinite, truth(Number.isFinite), { exactIn: NUMBERS, special: EDGES }),
  isInf: elementwise(
    k.isInf,
    truth((x) => Math.abs(x) === Infinity),
    { exactIn: NUMBERS, special: EDGES },
  ),
  logicalNot: elementwise(
    k.logicalNot,
    truth((x) => x === 0),
    { exactIn: NUMBERS, special: EDGES },
  ),
};

export const unaryCases = { ...powers, ...trigonometry, ...activations, ...tests };
