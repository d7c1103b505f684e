// Public names, and the only place that puts engine, device and library together.
import { installFluent } from './ops/fluent.js';
import { installRuntime } from './runtime/runtime.js';

installRuntime();
installFluent();

export { checkGradient } from './autodiff/check.js';
export { gradient, valueAndGradient } from './autodiff/gradient.js';
export type { DType, TypedArray } from './core/dtype.js';
export { currentEngine, type Engine, keep, scope, setEngine, withEngine } from './core/engine.js';
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
export type { Shape, Spec } from './core/shape.js';
export { type NestedArray, Tensor } from './core/tensor.js';
export { Variable } from './core/variable.js';
export { createCpuDevice } from './devices/cpu.js';
export { createEagerEngine } from './engines/eager.js';
export * from './ops/index.js';
export {
  checkNumerics,
  memory,
  type ProfileRow,
  profile,
  setDevice,
} from './runtime/runtime.js';
