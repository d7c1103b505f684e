// The op objects by name: what tests and tools run through. Nothing in the library looks here.
import * as activations from './activations.js';
import { argMaxOp, argMinOp } from './arg-reductions.js';
import * as arithmetic from './arithmetic.js';
import * as comparison from './comparison.js';
import { stopGradientOp } from './control.js';
import { convFilterOp, convInputOp, convOp } from './conv-ops.js';
import { eyeOp, fillOp } from './create.js';
import { backwardSumOp, cumprodOp, cumsumOp } from './cumulative.js';
import { atan2, divideNoNan, floorDiv, logAddExp, mod, powOp } from './division.js';
import { contractOp } from './einsum.js';
import { addAlongOp, gatherOp, putAlongAxisOp, takeAlongAxisOp } from './gather.js';
import { concatOp } from './joining.js';
import { choleskyOp } from './linalg/cholesky.js';
import { eighOp } from './linalg/eigh.js';
import { luOp } from './linalg/lu.js';
import { qrOp } from './linalg/qr.js';
import { orthogonalColumnsOp } from './linalg/svd.js';
import { triangularOp } from './linalg/triangular.js';
import { matmulOp } from './matmul.js';
import { layerNormGradientOp, layerNormOp } from './normalization.js';
import { viewOp } from './numpy/bits.js';
import * as bits from './numpy/bitwise.js';
import { gcdOp } from './numpy/gcd.js';
import { erfinv } from './numpy/special.js';
import * as pools from './pool-ops.js';
import * as powers from './powers.js';
import {
  normalFromBitsOp,
  randomBitsOp,
  truncatedFromBitsOp,
  uniformFromBitsOp,
} from './random-ops.js';
import { allOp, anyOp, maxOp, meanOp, minOp, prodOp } from './reductions.js';
import { oneHotOp } from './scatter.js';
import { segmentMaxOp, segmentMinOp, segmentProdOp } from './segment/segments.js';
import { broadcastToOp, castOp, reshapeOp, sumOp } from './shaping.js';
import { padOp, stridedSliceOp } from './slicing.js';
import { logSoftmaxOp, softmaxOp } from './softmax.js';
import { argsortOp } from './sort.js';
import { logSumExpOp, momentsOp } from './statistics.js';
import * as trigonometry from './trigonometry.js';
import { flipOp, transposeOp } from './views.js';
import { clipOp, maximum, minimum, whereOp } from './where.js';

/** Every op with a kernel of its own. */
export const opTable = {
  abs: powers.abs.op,
  acos: trigonometry.acos.op,
  acosh: trigonometry.acosh.op,
  add: arithmetic.add.op,
  addAlong: addAlongOp,
  all: allOp,
  any: anyOp,
  argMax: argMaxOp,
  argMin: argMinOp,
  argsort: argsortOp,
  asin: trigonometry.asin.op,
  asinh: trigonometry.asinh.op,
  atan: trigonometry.atan.op,
  atan2: atan2.op,
  atanh: trigonometry.atanh.op,
  averagePool: pools.averagePoolOp,
  averagePoolGradient: pools.averageSpreadOp,
  backwardSum: backwardSumOp,
  bitwiseAnd: bits.andOp.op,
  bitwiseNot: bits.notOp.op,
  bitwiseOr: bits.orOp.op,
  bitwiseXor: bits.xorOp.op,
  broadcastTo: broadcastToOp,
  cast: castOp,
  cbrt: powers.cbrt.op,
  ceil: powers.ceil.op,
  cholesky: choleskyOp,
  clip: clipOp,
  concat: concatOp,
  contract: contractOp,
  conv: convOp,
  convFilterGradient: convFilterOp,
  convInputGradient: convInputOp,
  cos: trigonometry.cos.op,
  cosh: trigonometry.cosh.op,
  cumprod: cumprodOp,
  cumsum: cumsumOp,
  div: arithmetic.div.op,
  divideNoNan: divideNoNan.op,
  eigh: eighOp,
  elu: activations.eluOp,
  equal: comparison.equal.op,
  erf: trigonometry.erf.op,
  exp: powers.exp.op,
  exp2: powers.exp2.op,
  expm1: powers.expm1.op,
  erfinv: erfinv.op,
  eye: eyeOp,
  fill: fillOp,
  flip: flipOp,
  floor: powers.floor.op,
  floorDiv: floorDiv.op,
  gather: gatherOp,
  gcd: gcdOp,
  gelu: activations.geluOp,
  greater: comparison.greater.op,
  greaterEqual: comparison.greaterEqual.op,
  hardSigmoid: activations.hardSigmoid.op,
  hardSwish: activations.hardSwish.op,
  isFinite: comparison.isFinite.op,
  isInf: comparison.isInf.op,
  isNaN: comparison.isNaN.op,
  layerNorm: layerNormOp,
  layerNormGradient: layerNormGradientOp,
  leakyRelu: activations.leakyReluOp,
  leftShift: bits.leftShiftOp.op,
  less: comparison.less.op,
  lessEqual: comparison.lessEqual.op,
  log: powers.log.op,
  log10: powers.log10.op,
  log1p: powers.log1p.op,
  log2: powers.log2.op,
  logAddExp: logAddExp.op,
  logSoftmax: logSoftmaxOp,
  logSumExp: logSumExpOp,
  logicalAnd: comparison.logicalAnd.op,
  logicalNot: comparison.logicalNot.op,
  logicalOr: comparison.logicalOr.op,
  logicalXor: comparison.logicalXor.op,
  max: maxOp,
  maxPool: pools.maxPoolOp,
  maxPoolGradient: pools.putMaximaOp,
  maxPoolPick: pools.pickMaximaOp,
  maxPoolPositions: pools.maxPositionsOp,
  maximum: maximum.op,
  mean: meanOp,
  min: minOp,
  minimum: minimum.op,
  luFactor: luOp,
  matmul: matmulOp,
  mish: activations.mish.op,
  mod: mod.op,
  moments: momentsOp,
  mul: arithmetic.mul.op,
  neg: arithmetic.neg.op,
  normalFromBits: normalFromBitsOp,
  notEqual: comparison.notEqual.op,
  oneHot: oneHotOp,
  orthogonalColumns: orthogonalColumnsOp,
  pad: padOp,
  pow: powOp,
  prod: prodOp,
  putAlongAxis: putAlongAxisOp,
  qr: qrOp,
  randomBits: randomBitsOp,
  reciprocal: powers.reciprocal.op,
  relu: activations.relu.op,
  relu6: activations.relu6.op,
  reshape: reshapeOp,
  rightShift: bits.rightShiftOp.op,
  round: powers.roundOp,
  rsqrt: powers.rsqrt.op,
  segmentMax: segmentMaxOp,
  segmentMin: segmentMinOp,
  segmentProd: segmentProdOp,
  selu: activations.selu.op,
  sigmoid: activations.sigmoid.op,
  sign: powers.sign.op,
  silu: activations.silu.op,
  sin: trigonometry.sin.op,
  sinh: trigonometry.sinh.op,
  softmax: softmaxOp,
  softplus: activations.softplus.op,
  softsign: activations.softsign.op,
  solveTriangular: triangularOp,
  sqrt: powers.sqrt.op,
  square: powers.square.op,
  squaredDifference: arithmetic.squaredDifference.op,
  stopGradient: stopGradientOp,
  stridedSlice: stridedSliceOp,
  sub: arithmetic.sub.op,
  sum: sumOp,
  takeAlongAxis: takeAlongAxisOp,
  tan: trigonometry.tan.op,
  tanh: trigonometry.tanh.op,
  transpose: transposeOp,
  truncatedFromBits: truncatedFromBitsOp,
  trunc: powers.trunc.op,
  uniformFromBits: uniformFromBitsOp,
  view: viewOp,
  where: whereOp,
} as const;

/** The name of an op with a kernel of its own. */
export type OpName = keyof typeof opTable;
