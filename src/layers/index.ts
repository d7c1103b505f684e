// What the public index exports of layers besides the `layers` namespace.
export type { CallContext, CallOptions, MaskTree } from './call-context.js';
export { maskOf } from './call-context.js';
export * from './classes.js';
export {
  DTypePolicy,
  type DTypePolicyLike,
  DTypePolicyMap,
  type DTypePolicyMapOptions,
  setDTypePolicy,
} from './dtype-policies.js';
export type { InputSpec } from './input-spec.js';
export { type AnyLayer, Layer } from './layer.js';
export { serializeLayer } from './layer-config.js';
export type { LayerOptions } from './options.js';
export { getSourceInputs, isKerasTensor } from './source-inputs.js';
export {
  type PartialShape,
  type ShapeTree,
  type SymbolicDType,
  SymbolicTensor,
  type SymbolicTree,
  type TensorTree,
} from './symbolic.js';
export { Weight } from './weight.js';
export type { WeightOptions } from './weight-holder.js';
