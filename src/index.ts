// Public names, and the only place that puts engine, device and library together.
import { setDefaultEngine, withEngine } from './core/engine.js';
import { setShapeInference } from './core/inference.js';
import { createCpuDevice } from './devices/cpu.js';
import { createEagerEngine, type EagerEngine } from './engines/eager.js';
import { specEngine, specTensor } from './engines/spec.js';
import { installFluent } from './ops/fluent.js';

let engine: EagerEngine | undefined;

/** The eager engine on the cpu device; made when it is first needed. */
function defaultEngine(): EagerEngine {
  engine ??= createEagerEngine(createCpuDevice());
  return engine;
}

setDefaultEngine(defaultEngine);
setShapeInference((body, specs) => withEngine(specEngine, () => body(specs.map(specTensor))));
installFluent();

/**
 * What the device holds now: blocks in use, their bytes, and the most there ever were.
 *
 * @example
 * ```ts
 * import { memory, tensor } from 'keratin';
 * const before = memory().blocks;
 * const x = tensor([1, 2, 3]);
 * console.log(memory().blocks - before); // 1
 * x.dispose();
 * ```
 */
export function memory(): ReturnType<EagerEngine['memory']> {
  return defaultEngine().memory();
}

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
