// The entry `keratin/tfjs`: TensorFlow.js's names and argument orders, so that its users change an
// import. Everything here maps to what the main entry has; nothing is implemented twice.
import { installSymbolicMethods } from '../layers/symbolic-methods.js';
import { installGradientMethods } from './gradients.js';
import { installRouters } from './io/install.js';
import { installLayerMethods } from './layer.js';
import { installMethods } from './methods.js';
import { installOptimizerState } from './optimizer-state.js';
import { installVariableMethods } from './variable.js';

installMethods();
installSymbolicMethods();
installVariableMethods();
installGradientMethods();
installLayerMethods();
installOptimizerState();
installRouters();

export {
  Callback,
  CallbackList,
  EarlyStopping,
  History,
} from '../callbacks/index.js';
// What is called the same and takes the same arguments.
export {
  abs,
  acos,
  acosh,
  activations,
  add,
  asin,
  asinh,
  atan,
  atan2,
  atanh,
  bitwiseAnd,
  broadcastTo,
  callbacks,
  cast,
  ceil,
  constraints,
  cos,
  cosh,
  einsum,
  equal,
  erf,
  exp,
  expm1,
  floor,
  greater,
  greaterEqual,
  initializers,
  input,
  isFinite,
  isInf,
  isNaN,
  less,
  lessEqual,
  log,
  log1p,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  logSigmoid,
  maximum,
  minimum,
  mod,
  mul,
  neg,
  notEqual,
  onesLike,
  RNN,
  reciprocal,
  relu,
  relu6,
  reshape,
  round,
  rsqrt,
  SymbolicTensor,
  selu,
  sigmoid,
  sign,
  sin,
  sinh,
  softplus,
  sqrt,
  square,
  squaredDifference,
  squeeze,
  sub,
  tan,
  tanh,
  tile,
  transpose,
  type Weight as LayerVariable,
  where,
  zerosLike,
} from '../index.js';
export { elu } from '../ops/index.js';
export { Optimizer } from '../optimizers/optimizer.js';
export * from './arithmetic.js';
export * as browser from './browser.js';
export { buffer, TensorBuffer } from './buffer.js';
export * from './complex.js';
export * from './convolution.js';
export * as data from './data.js';
export {
  type BackendName,
  dispose,
  engine,
  getBackend,
  keep,
  type MemoryInfo,
  memory,
  nextFrame,
  type ProfileInfo,
  profile,
  ready,
  setBackend,
  tidy,
  time,
} from './environment.js';
export * from './flags.js';
export * as fused from './fused.js';
export {
  type CustomFunction,
  type CustomResult,
  customGrad,
  type GivenGradients,
  type GradSaveFunc,
  grad,
  grads,
  type NamedGradients,
  type Save,
  valueAndGrad,
  valueAndGrads,
  variableGrads,
} from './gradients.js';
export * as image from './image.js';
export * as io from './io/index.js';
// Types of every module that adds methods, so that declarations of the package keep them.
export type { CallHook } from './layer.js';
export * as layers from './layers.js';
export { type LoadLayersModelOptions, loadLayersModel } from './layers-model/load.js';
export * as linalg from './linalg.js';
export * as losses from './losses.js';
export { Reduction } from './losses.js';
export * as math from './math.js';
export type { TensorMethods } from './methods.js';
export { metrics } from './metrics.js';
export * as models from './models.js';
export * from './normalization.js';
export type { NamedTensor } from './optimizer-state.js';
export * as train from './optimizers.js';
export { print } from './printing.js';
export * from './random.js';
export * from './reductions.js';
export { regularizers } from './regularizers.js';
export * from './selecting.js';
export * as serialization from './serialization.js';
export * from './shapes.js';
export * as signal from './signal.js';
export { cosineWindow, enclosingPowerOfTwo } from './signal.js';
export * as spectral from './spectral.js';
export { fft, ifft, irfft, rfft } from './spectral.js';
export * from './tensors.js';
export type { ModelEvaluateArgs, ModelPredictArgs } from './training/at-once.js';
export { CustomCallback, type CustomCallbackArgs, type YieldEvery } from './training/callbacks.js';
export type {
  ModelEvaluateDatasetArgs,
  ModelFitArgs,
  ModelFitDatasetArgs,
} from './training/fit.js';
export {
  type ContainerArgs,
  LayersModel,
  type ModelCompileArgs,
  model,
  Sequential,
  sequential,
} from './training/layers-model.js';
export * from './types.js';
export * as util from './util.js';
export { disposeVariables, Variable, variable } from './variable.js';
export { dilation2d, maxPoolWithArgmax } from './windows.js';
