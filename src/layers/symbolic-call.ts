// Calls on symbolic tensors: infers the results' shapes and records the call as a node.
import type { DType } from '../core/dtype.js';
import { inferSpecs } from '../core/inference.js';
import { at } from '../core/sequence.js';
import type { Spec } from '../core/shape.js';
import { isTensor, type Tensor } from '../core/tensor.js';
import { flattenTree, mapTree } from '../core/tree.js';
import { besideCalls, type CallOptions, graphMaskOf, setMask } from './call-context.js';
import type { AnyLayer } from './layer.js';
import {
  CallNode,
  isShape,
  isSymbolic,
  type PartialShape,
  type ShapeTree,
  type SymbolicSpec,
  SymbolicTensor,
  type SymbolicTree,
  type TensorTree,
} from './symbolic.js';

/**
 * Sizes tried for unknown axes; an axis of a result that differs between the two runs is unknown.
 * They divide by many numbers, so that reshapes and poolings of unknown sizes work out.
 */
const PROBES: readonly { readonly batch: number; readonly other: number }[] = [
  { batch: 60, other: 960 },
  { batch: 120, other: 1920 },
];

/** The run that is under way, and whether a layer asked it for a size that data decides. */
let running: { readonly size: number; asked: boolean } | undefined;

/**
 * For layers whose results have an axis as long as the data says, such as the longest of some texts: a
 * size that counts as unknown while shapes are inferred.
 */
export function sizeOfData(): number {
  if (running === undefined) return 1;
  running.asked = true;
  return running.size;
}

function probed(shape: PartialShape, run: number): number[] {
  const probe = PROBES[run] ?? { batch: 60, other: 960 };
  return shape.map((size, axis) => size ?? (axis === 0 ? probe.batch : probe.other));
}

/** Puts tensors in the places of the symbolic tensors of `value`, which may be anything. */
export function substitute(value: unknown, valueOf: (symbol: SymbolicTensor) => unknown): unknown {
  if (isSymbolic(value)) return valueOf(value);
  if (Array.isArray(value)) return value.map((item: unknown) => substitute(item, valueOf));
  if (typeof value !== 'object' || value === null) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, substitute(item, valueOf)]);
  return Object.fromEntries(entries);
}

/** What a call returns, with specs in place of tensors. */
interface Inferred {
  readonly specs: readonly Spec[];
  /** Of the results' masks. */
  readonly masks: readonly (Spec | undefined)[];
  readonly structure: TensorTree;
  /** Whether a size depends on data alone. */
  readonly varies: boolean;
}

function inferOnce(
  symbols: readonly SymbolicTensor[],
  run: number,
  call: (valueOf: (symbol: SymbolicTensor) => Tensor) => TensorTree,
): Inferred {
  let structure: TensorTree = [];
  const before = running;
  const own = { size: PROBES[run]?.other ?? 960, asked: false };
  running = own;
  try {
    let masks: readonly (Tensor | undefined)[] = [];
    const masked = symbols.flatMap((symbol) => symbol.mask ?? []);
    const found = inferSpecs(
      (tensors) => {
        const valueOf = standInsFor(symbols, tensors);
        structure = besideCalls(() => call(valueOf));
        const results = flattenTree(structure, isTensor);
        masks = results.map(graphMaskOf);
        return [...results, ...masks.filter(isTensor)];
      },
      [...symbols, ...masked].map((of) => ({
        shape: probed(of.shape, run),
        dtype: standInDType(of),
      })),
    );
    const specs = found.slice(0, masks.length);
    let next = masks.length;
    const maskSpecs = masks.map((mask) => (mask === undefined ? undefined : found[next++]));
    return { specs, masks: maskSpecs, structure, varies: own.asked };
  } finally {
    running = before;
    if (before !== undefined) before.asked ||= own.asked;
  }
}

/** Which tensor stands in for a symbol. `tensors` are one for each, then one for each that has a mask. */
function standInsFor(
  symbols: readonly SymbolicTensor[],
  tensors: readonly Tensor[],
): (symbol: SymbolicTensor) => Tensor {
  const values = new Map<SymbolicTensor, Tensor>();
  let nextMask = symbols.length;
  for (const [index, symbol] of symbols.entries()) {
    const value = at(tensors, index);
    values.set(symbol, value);
    if (symbol.mask !== undefined) setMask(value, at(tensors, nextMask++));
  }
  return (symbol) => {
    const tensor = values.get(symbol);
    if (tensor === undefined) throw new TypeError('a symbolic tensor has no stand-in');
    return tensor;
  };
}

/** Layers of strings look at the shapes of stand-ins alone, so that their dtype does not matter. */
function standInDType({ dtype }: SymbolicSpec): DType {
  return dtype === 'string' ? 'int32' : dtype;
}

/** What is known of a result, given two runs with other sizes for unknown axes. */
function commonSpec(one: Spec, other: Spec | undefined): SymbolicSpec {
  const shape = one.shape.map((size, axis) => (size === other?.shape[axis] ? size : null));
  return { shape, dtype: one.dtype };
}

/** A result of a call: what is known of it and of its mask. */
export interface InferredResult extends SymbolicSpec {
  readonly mask?: SymbolicSpec | undefined;
}

/**
 * Calls a layer with stand-ins for `symbols`, which carry masks where the symbols do, and gives each
 * result's shape, null where unknown.
 */
export function inferCall(
  symbols: readonly SymbolicTensor[],
  call: (valueOf: (symbol: SymbolicTensor) => Tensor) => TensorTree,
): { readonly specs: readonly InferredResult[]; readonly structure: TensorTree } {
  const first = inferOnce(symbols, 0, call);
  const known = !first.varies && symbols.every((symbol) => !symbol.shape.includes(null));
  const second = known ? first : inferOnce(symbols, 1, call);
  const specs = first.specs.map((spec, index) => {
    const mask = first.masks[index];
    return {
      ...commonSpec(spec, second.specs[index]),
      mask: mask && commonSpec(mask, second.masks[index]),
    };
  });
  return { specs, structure: first.structure };
}

/** Symbolic tensors of these shapes, in the same structure, as if `layer` had made them. */
export function standIns(layer: AnyLayer, shapes: ShapeTree): SymbolicTree {
  const node = new CallNode(layer, 0, [], {}, []);
  let tensorIndex = 0;
  return mapTree<PartialShape, SymbolicTensor>(shapes, isShape, (shape) => {
    const name = `input_${tensorIndex}`;
    const history = { node, tensorIndex: tensorIndex++ };
    return new SymbolicTensor({ shape, dtype: 'float32' }, name, history);
  });
}

/** Symbolic tensors in the structure of `structure`, made by `node`. */
export function finishNode(
  node: CallNode,
  structure: TensorTree,
  specs: readonly InferredResult[],
): SymbolicTree {
  let next = 0;
  const outputs = mapTree(structure, isTensor, () => {
    const tensorIndex = next++;
    const spec = at(specs, tensorIndex);
    const name = tensorIndex === 0 ? node.layer.name : `${node.layer.name}_${tensorIndex}`;
    return new SymbolicTensor(spec, name, { node, tensorIndex }, spec.mask);
  });
  node.finish(outputs);
  return outputs;
}

/** The node for one call of `layer`. */
export function newNode(
  layer: AnyLayer,
  index: number,
  inputs: SymbolicTree,
  options: CallOptions,
): CallNode {
  const parents = [...flattenTree(inputs, isSymbolic), ...flattenTree(options, isSymbolic)];
  return new CallNode(layer, index, inputs, options, parents);
}
