// Public names, and the only place that puts engine, device and library together.
import { installSymbolicMethods } from './layers/symbolic-methods.js';
import { installFluent } from './ops/fluent.js';
import { installRuntime } from './runtime/runtime.js';

installRuntime();
installFluent();
installSymbolicMethods();

export * as activations from './activations/index.js';
export { checkGradient } from './autodiff/check.js';
export { type GradientsOf, gradient, valueAndGradient } from './autodiff/gradient.js';
export { type DirectionalDerivative, jvp } from './autodiff/jvp.js';
export { remat } from './autodiff/remat.js';
export * as callbacks from './callbacks/index.js';
export { Progbar, type ProgbarOptions, type ProgbarValues } from './callbacks/progbar.js';
export * as config from './config/index.js';
export * as constraints from './constraints/index.js';
export { customObjectScope, getRegisteredObject } from './core/custom-scope.js';
export type { DType, TypedArray } from './core/dtype.js';
export { currentEngine, type Engine, keep, scope, withEngine } from './core/engine.js';
export {
  ArgumentError,
  DTypeError,
  FormatError,
  KeratinError,
  NumericsError,
  ShapeError,
  StateError,
  UnknownNameError,
} from './core/errors.js';
export { clearSession } from './core/naming.js';
export { setRandomSeed } from './core/random.js';
export {
  getCustomObjects,
  getRegisteredName,
  type RegistrationOptions,
  registerKerasSerializable,
} from './core/registration.js';
export type { Shape, Spec } from './core/shape.js';
export { type NestedArray, Tensor } from './core/tensor.js';
export { Variable } from './core/variable.js';
export * as data from './data/index.js';
export * as datasets from './datasets/index.js';
export { createCpuDevice } from './devices/cpu.js';
export { createEagerEngine } from './engines/eager.js';
export * as initializers from './initializers/index.js';
export * as dtypePolicies from './layers/dtype-policies.js';
export * as layers from './layers/factories.js';
export * from './layers/index.js';
export { input } from './layers/input-layer.js';
// Declarations reach the methods that this file adds to symbolic tensors through its type.
export type { SymbolicMethods } from './layers/symbolic-methods.js';
export * as losses from './losses/index.js';
export * as metrics from './metrics/index.js';
export { type CloneOptions, cloneModel } from './models/clone.js';
export {
  type CompareEnginesOptions,
  compareEngines,
  type EngineComparison,
  type EngineDifference,
} from './models/compare-engines.js';
export { deserializeLayer, modelFromJson } from './models/deserialize.js';
export {
  type GraphModelOptions,
  model,
  type SequentialOptions,
  sequential,
} from './models/factories.js';
export type { Column, Columns, FeatureData } from './models/feature-space/columns.js';
export type { SymbolicRecord } from './models/feature-space/encoding.js';
export type {
  CategoricalOptions,
  Cross,
  CrossOptions,
  DiscretizedOptions,
  Feature,
  FeatureKind,
  FeatureMode,
  FeatureOptions,
  HashedOptions,
  NamedFeature,
  RescaledOptions,
} from './models/feature-space/feature.js';
export { FeatureSpace } from './models/feature-space/feature-space.js';
export type {
  Encoded,
  EncodedSymbols,
  FeatureSpaceOptions,
  SpaceMode,
} from './models/feature-space/space-options.js';
export {
  type FindLearningRateOptions,
  findLearningRate,
  type LearningRateCurve,
} from './models/find-learning-rate.js';
export { type AnyModel, type FunctionalOptions, Model } from './models/model.js';
export { type DotOptions, modelToDot } from './models/model-to-dot.js';
export { Sequential } from './models/sequential.js';
export type { Summary, SummaryOptions, SummaryRow } from './models/summary.js';
export type { LossParts, MetricParts, StepData, StepLogs } from './models/trainable.js';
export type {
  CompileOptions,
  EvaluateOptions,
  FitOptions,
  PredictOptions,
} from './models/trainer.js';
// Declarations reach the methods that this file adds to tensors through its type.
export type { Fluent } from './ops/fluent.js';
export * from './ops/index.js';
export * as ops from './ops/index.js';
export * as optimizers from './optimizers/index.js';
export * as train from './optimizers/train.js';
export * as regularizers from './regularizers/index.js';
export {
  checkNumerics,
  type ExplainOptions,
  explain,
  memory,
  type ProfileRow,
  profile,
  setDevice,
  setEngine,
  setThreads,
} from './runtime/runtime.js';
export * from './saving/index.js';
export * as tree from './tree/index.js';
