// Functions for the merging layers: `layers.add()` makes a layer, `layers.add([a, b])` calls one.
import { isTensor, type Tensor } from '../core/tensor.js';
import { isList } from '../core/tree.js';
import { Dot, type DotOptions } from './dot.js';
import type { Layer } from './layer.js';
import {
  Add,
  Average,
  Concatenate,
  type ConcatenateOptions,
  Maximum,
  Minimum,
  Multiply,
  Subtract,
} from './merge.js';
import type { LayerOptions } from './options.js';
import { isSymbolic, type SymbolicTensor } from './symbolic.js';

type Tensors = readonly Tensor[];
type Symbols = readonly SymbolicTensor[];

/** Makes a layer from options, or calls a new one on a list of tensors. */
export interface MergeFactory<Kind, Options> {
  (inputs: Symbols, options?: Options): SymbolicTensor;
  (inputs: Tensors, options?: Options): Tensor;
  (options?: Options): Kind;
}

function callOn(layer: Layer, inputs: readonly unknown[]): Tensor | SymbolicTensor {
  const tensors = inputs.filter(isTensor);
  if (tensors.length === inputs.length) return layer.apply(tensors);
  return layer.apply(inputs.filter(isSymbolic));
}

function factory<Kind extends Layer, Options extends LayerOptions>(
  make: (options?: Options) => Kind,
): MergeFactory<Kind, Options> {
  function merge(inputs: Symbols, options?: Options): SymbolicTensor;
  function merge(inputs: Tensors, options?: Options): Tensor;
  function merge(options?: Options): Kind;
  function merge(first?: Symbols | Tensors | Options, options?: Options): unknown {
    if (isList(first)) return callOn(make(options), first);
    return make(first);
  }
  return merge;
}

/** The sum of a list of tensors. */
export const add = /* @__PURE__ */ factory((options?: LayerOptions) => new Add(options));
/** The first of two tensors minus the second. */
export const subtract = /* @__PURE__ */ factory((options?: LayerOptions) => new Subtract(options));
/** The product of a list of tensors. */
export const multiply = /* @__PURE__ */ factory((options?: LayerOptions) => new Multiply(options));
/** The mean of a list of tensors. */
export const average = /* @__PURE__ */ factory((options?: LayerOptions) => new Average(options));
/** The largest value of a list of tensors. */
export const maximum = /* @__PURE__ */ factory((options?: LayerOptions) => new Maximum(options));
/** The smallest value of a list of tensors. */
export const minimum = /* @__PURE__ */ factory((options?: LayerOptions) => new Minimum(options));
/** A list of tensors joined along an axis, by default the last. */
export const concatenate = /* @__PURE__ */ factory(
  (options?: ConcatenateOptions) => new Concatenate(options),
);

/** Dot products of two tensors, sample by sample: a layer, or its result for `[a, b]`. */
export function dot(options: DotOptions): Dot;
export function dot(inputs: Symbols, options: DotOptions): SymbolicTensor;
export function dot(inputs: Tensors, options: DotOptions): Tensor;
export function dot(first: DotOptions | Symbols | Tensors, options?: DotOptions): unknown {
  if (!isList(first)) return new Dot(first);
  return callOn(new Dot(options ?? { axes: -1 }), first);
}
