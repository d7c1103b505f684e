// Calls on symbolic tensors: infers the results' shapes and records the call as a node.
import type { DType } from '../core/dtype.js';
import { inferSpecs } from '../core/inference.js';
import type { Spec } from '../core/shape.js';
import { isTensor, type Tensor } from '../core/tensor.js';
import { flattenTree, mapTree } from '../core/tree.js';
import { besideCalls, type CallOptions } from './call-context.js';
import type { AnyLayer } from './layer.js';
import {
  CallNode,
  isShape,
  isSymbolic,
  type PartialShape,
  type ShapeTree,
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
    const specs = inferSpecs(
      (tensors) => {
        const values = new Map(symbols.map((symbol, index) => [symbol, tensors[index]]));
        const valueOf = (symbol: SymbolicTensor): Tensor => {
          const tensor = values.get(symbol);
          if (tensor === undefined) throw new TypeError('a symbolic tensor has no stand-in');
          return tensor;
        };
        structure = besideCalls(() => call(valueOf));
        return flattenTree(structure, isTensor);
      },
      symbols.map((symbol) => ({ shape: probed(symbol.shape, run), dtype: standInDType(symbol) })),
    );
    return { specs, structure, varies: own.asked };
  } finally {
    running = before;
    if (before !== undefined) before.asked ||= own.asked;
  }
}

/** Layers of strings look at the shapes of stand-ins alone, so that their dtype does not matter. */
function standInDType({ dtype }: SymbolicTensor): DType {
  return dtype === 'string' ? 'int32' : dtype;
}

/** Calls a layer with stand-ins for `symbols` and gives each result's shape, null where unknown. */
export function inferCall(
  symbols: readonly SymbolicTensor[],
  call: (valueOf: (symbol: SymbolicTensor) => Tensor) => TensorTree,
): { readonly specs: readonly SymbolicSpec[]; readonly structure: TensorTree } {
  const first = inferOnce(symbols, 0, call);
  const known = !first.varies && symbols.every((symbol) => !symbol.shape.includes(null));
  const second = known ? first : inferOnce(symbols, 1, call);
  const specs = first.specs.map((spec, index) => {
    const other = second.specs[index]?.shape ?? [];
    return {
      shape: spec.shape.map((size, axis) => (size === other[axis] ? size : null)),
      dtype: spec.dtype,
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
    return new SymbolicTensor(shape, 'float32', name, { node, tensorIndex: tensorIndex++ });
  });
}

type SymbolicSpec = Pick<SymbolicTensor, 'shape' | 'dtype'>;

/** Symbolic tensors in the structure of `structure`, made by `node`. */
export function finishNode(
  node: CallNode,
  structure: TensorTree,
  specs: readonly SymbolicSpec[],
): SymbolicTree {
  let next = 0;
  const outputs = mapTree(structure, isTensor, () => {
    const tensorIndex = next++;
    const spec = specs[tensorIndex] ?? { shape: [], dtype: 'float32' as const };
    const name = tensorIndex === 0 ? node.layer.name : `${node.layer.name}_${tensorIndex}`;
    return new SymbolicTensor(spec.shape, spec.dtype, name, { node, tensorIndex });
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
