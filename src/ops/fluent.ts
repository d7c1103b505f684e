// The functions of this folder as methods of tensors: x.mul(2).sum({ axis: 0 }).
import { Tensor } from '../core/tensor.js';
import * as activations from './activations.js';
import * as argReductions from './arg-reductions.js';
import * as arithmetic from './arithmetic.js';
import * as comparison from './comparison.js';
import * as matrix from './matmul.js';
import * as powers from './powers.js';
import * as reductions from './reductions.js';
import * as shaping from './shaping.js';
import * as softmaxes from './softmax.js';
import * as statistics from './statistics.js';
import * as trigonometry from './trigonometry.js';
import * as views from './views.js';
import * as choosing from './where.js';

/** Functions whose first argument is the tensor that the method is called on. */
const methods = {
  abs: powers.abs,
  acos: trigonometry.acos,
  acosh: trigonometry.acosh,
  add: arithmetic.add,
  all: reductions.all,
  any: reductions.any,
  argMax: argReductions.argMax,
  argMin: argReductions.argMin,
  asin: trigonometry.asin,
  asinh: trigonometry.asinh,
  atan: trigonometry.atan,
  atanh: trigonometry.atanh,
  broadcastTo: shaping.broadcastTo,
  cast: shaping.cast,
  ceil: powers.ceil,
  clip: choosing.clip,
  cos: trigonometry.cos,
  cosh: trigonometry.cosh,
  div: arithmetic.div,
  elu: activations.elu,
  equal: comparison.equal,
  erf: trigonometry.erf,
  exp: powers.exp,
  expandDims: views.expandDims,
  expm1: powers.expm1,
  flip: views.flip,
  floor: powers.floor,
  gelu: activations.gelu,
  greater: comparison.greater,
  greaterEqual: comparison.greaterEqual,
  isFinite: comparison.isFinite,
  isInf: comparison.isInf,
  isNaN: comparison.isNaN,
  leakyRelu: activations.leakyRelu,
  less: comparison.less,
  lessEqual: comparison.lessEqual,
  log: powers.log,
  log10: powers.log10,
  log1p: powers.log1p,
  log2: powers.log2,
  logSoftmax: softmaxes.logSoftmax,
  logSumExp: statistics.logSumExp,
  logicalAnd: comparison.logicalAnd,
  logicalNot: comparison.logicalNot,
  logicalOr: comparison.logicalOr,
  logicalXor: comparison.logicalXor,
  matmul: matrix.matmul,
  max: reductions.max,
  maximum: choosing.maximum,
  mean: reductions.mean,
  min: reductions.min,
  minimum: choosing.minimum,
  moveAxis: views.moveAxis,
  mul: arithmetic.mul,
  neg: arithmetic.neg,
  notEqual: comparison.notEqual,
  prod: reductions.prod,
  reciprocal: powers.reciprocal,
  relu: activations.relu,
  reshape: shaping.reshape,
  round: powers.round,
  rsqrt: powers.rsqrt,
  sigmoid: activations.sigmoid,
  sign: powers.sign,
  silu: activations.silu,
  sin: trigonometry.sin,
  sinh: trigonometry.sinh,
  softmax: softmaxes.softmax,
  softplus: activations.softplus,
  sqrt: powers.sqrt,
  square: powers.square,
  squeeze: views.squeeze,
  std: statistics.std,
  sub: arithmetic.sub,
  sum: shaping.sum,
  swapAxes: views.swapAxes,
  tan: trigonometry.tan,
  tanh: trigonometry.tanh,
  transpose: views.transpose,
  variance: statistics.variance,
} as const;

type Methods = typeof methods;

/** The parameters after the first one. */
type Rest<F> = F extends (first: never, ...rest: infer R) => unknown ? R : never;

/** Each function as a method. */
type Fluent = { [K in keyof Methods]: (...rest: Rest<Methods[K]>) => Tensor };

declare module '../core/tensor.js' {
  interface Tensor extends Fluent {}
}

/** Hangs the methods on tensors; the library's index calls it once. */
export function installFluent(): void {
  for (const [name, method] of Object.entries(methods)) {
    // Each method's own type is stated by Fluent; here they are only handed on.
    const fn = method as (first: Tensor, ...rest: readonly unknown[]) => Tensor;
    Object.defineProperty(Tensor.prototype, name, {
      value(this: Tensor, ...rest: readonly unknown[]) {
        return fn(this, ...rest);
      },
      writable: true,
      configurable: true,
    });
  }
}
