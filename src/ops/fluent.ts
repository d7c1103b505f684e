// The functions of this folder as methods of tensors: x.mul(2).sum({ axis: 0 }). What may also be
// given by position, x.mul(2).sum(0), is in positional.ts.
import { Tensor } from '../core/tensor.js';
import * as activations from './activations.js';
import * as arithmetic from './arithmetic.js';
import * as comparison from './comparison.js';
import * as control from './control.js';
import * as division from './division.js';
import * as products from './einsum.js';
import * as picking from './gather.js';
import * as joining from './joining.js';
import * as matrix from './matmul.js';
import * as indexing from './numpy/indexing.js';
import * as positional from './positional.js';
import * as powers from './powers.js';
import * as shaping from './shaping.js';
import * as slicing from './slicing.js';
import * as statistics from './statistics.js';
import * as trigonometry from './trigonometry.js';
import * as views from './views.js';
import * as choosing from './where.js';

/** Functions whose first argument is the tensor that the method is called on. */
export const methods = {
  abs: powers.abs,
  acos: trigonometry.acos,
  acosh: trigonometry.acosh,
  add: arithmetic.add,
  all: positional.all,
  any: positional.any,
  argMax: positional.argMax,
  argMin: positional.argMin,
  asin: trigonometry.asin,
  asinh: trigonometry.asinh,
  atan2: division.atan2,
  atan: trigonometry.atan,
  atanh: trigonometry.atanh,
  broadcastTo: shaping.broadcastTo,
  cast: shaping.cast,
  ceil: powers.ceil,
  clip: choosing.clip,
  cos: trigonometry.cos,
  cosh: trigonometry.cosh,
  cumprod: positional.cumprod,
  cumsum: positional.cumsum,
  div: arithmetic.div,
  dot: products.dot,
  elu: activations.elu,
  equal: comparison.equal,
  erf: trigonometry.erf,
  exp: powers.exp,
  expandDims: positional.expandDims,
  expm1: powers.expm1,
  flip: views.flip,
  floor: powers.floor,
  floorDiv: division.floorDiv,
  gather: positional.gather,
  gelu: activations.gelu,
  getItem: indexing.getItem,
  greater: comparison.greater,
  greaterEqual: comparison.greaterEqual,
  isFinite: comparison.isFinite,
  isInf: comparison.isInf,
  isNaN: comparison.isNaN,
  leakyRelu: positional.leakyRelu,
  less: comparison.less,
  lessEqual: comparison.lessEqual,
  log10: powers.log10,
  log1p: powers.log1p,
  log2: powers.log2,
  log: powers.log,
  logicalAnd: comparison.logicalAnd,
  logicalNot: comparison.logicalNot,
  logicalOr: comparison.logicalOr,
  logicalXor: comparison.logicalXor,
  logSoftmax: positional.logSoftmax,
  logSumExp: positional.logSumExp,
  matmul: matrix.matmul,
  max: positional.max,
  maximum: choosing.maximum,
  mean: positional.mean,
  min: positional.min,
  minimum: choosing.minimum,
  mod: division.mod,
  moveAxis: views.moveAxis,
  mul: arithmetic.mul,
  neg: arithmetic.neg,
  notEqual: comparison.notEqual,
  pad: positional.pad,
  pow: division.pow,
  prod: positional.prod,
  reciprocal: powers.reciprocal,
  relu: activations.relu,
  repeat: joining.repeat,
  reshape: shaping.reshape,
  roll: joining.roll,
  round: powers.round,
  rsqrt: powers.rsqrt,
  sigmoid: activations.sigmoid,
  sign: powers.sign,
  silu: activations.silu,
  sin: trigonometry.sin,
  sinh: trigonometry.sinh,
  slice: positional.slice,
  softmax: positional.softmax,
  softplus: activations.softplus,
  sqrt: powers.sqrt,
  square: powers.square,
  squaredDifference: arithmetic.squaredDifference,
  squeeze: views.squeeze,
  std: statistics.std,
  stopGradient: control.stopGradient,
  stridedSlice: slicing.stridedSlice,
  sub: arithmetic.sub,
  sum: positional.sum,
  swapAxes: views.swapAxes,
  take: picking.take,
  takeAlongAxis: picking.takeAlongAxis,
  tan: trigonometry.tan,
  tanh: trigonometry.tanh,
  tile: joining.tile,
  transpose: views.transpose,
  variance: statistics.variance,
} as const;

type Methods = typeof methods;

/** The parameters after the first one. */
type Rest<F> = F extends (first: never, ...rest: infer R) => unknown ? R : never;

/** Ops as methods of tensors: `x.add(y)` is `add(x, y)`. */
export type Fluent = { [K in keyof Methods]: (...rest: Rest<Methods[K]>) => Tensor };

declare module '../core/tensor.js' {
  interface Tensor extends Fluent {}
}

/**
 * Makes functions of a tensor its methods. Their types are stated where the interface of tensors is
 * extended: {@link Fluent} here.
 */
export function addMethods(functions: Readonly<Record<string, unknown>>): void {
  for (const [name, method] of Object.entries(functions)) {
    const fn = method as (first: Tensor, ...rest: readonly unknown[]) => unknown;
    Object.defineProperty(Tensor.prototype, name, {
      value(this: Tensor, ...rest: readonly unknown[]) {
        return fn(this, ...rest);
      },
      writable: true,
      configurable: true,
    });
  }
}

/** Ops as methods; the library's index calls it once. */
export function installFluent(): void {
  addMethods(methods);
}
