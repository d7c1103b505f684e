// The entry `keratin/tfjs`: TensorFlow.js's names and argument orders, so that its users change an
// import. Everything here maps to what the main entry has; nothing is implemented twice.
import { installGradientMethods } from './gradients.js';
import { installRouters } from './io/install.js';
import { installMethods } from './methods.js';
import { installModelMethods } from './model-methods.js';
import { installVariableMethods } from './variable.js';

installMethods();
installVariableMethods();
installGradientMethods();
installModelMethods();
installRouters();

export {
  Callback,
  CallbackList,
  EarlyStopping,
  History,
  LambdaCallback as CustomCallback,
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
  floorDiv,
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
  Model as LayersModel,
  maximum,
  metrics,
  minimum,
  mod,
  model,
  mul,
  neg,
  notEqual,
  ones,
  onesLike,
  pow,
  RNN,
  reciprocal,
  regularizers,
  relu,
  relu6,
  reshape,
  round,
  rsqrt,
  Sequential,
  SymbolicTensor,
  selu,
  sequential,
  sigmoid,
  sign,
  sin,
  sinh,
  softplus,
  sqrt,
  square,
  squaredDifference,
  squeeze,
  stack,
  sub,
  Tensor,
  tan,
  tanh,
  tile,
  train,
  transpose,
  type Weight as LayerVariable,
  where,
  zeros,
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
  getBackend,
  keep,
  type MemoryInfo,
  memory,
  nextFrame,
  profile,
  ready,
  setBackend,
  tidy,
  time,
} from './environment.js';
export * as fused from './fused.js';
export {
  type CustomFunction,
  type CustomResult,
  customGrad,
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
export * as layers from './layers.js';
export { type LoadLayersModelOptions, loadLayersModel } from './layers-model/load.js';
export * as linalg from './linalg.js';
export * as losses from './losses.js';
export { print } from './methods.js';
export type {
  ModelEvaluateDatasetArgs,
  ModelFitArgs,
  ModelFitDatasetArgs,
} from './model-methods.js';
export * as models from './models.js';
export * from './normalization.js';
export * from './random.js';
export * from './reductions.js';
export * from './selecting.js';
export * from './shapes.js';
export * as signal from './signal.js';
export { cosineWindow, enclosingPowerOfTwo } from './signal.js';
export * as spectral from './spectral.js';
export { fft, ifft, irfft, rfft } from './spectral.js';
export * from './tensors.js';
export { Variable, variable } from './variable.js';
