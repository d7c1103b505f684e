// A batch before it reaches the device, and its way there.
import { ArgumentError } from '../core/errors.js';
import { formatShape } from '../core/shape.js';
import { Tensor } from '../core/tensor.js';
import { isList, isRecord, mapTree, type Tree } from '../core/tree.js';
import {
  type HostArray,
  type HostLeaf,
  isHostLeaf,
  isHostTexts,
  isNestedTexts,
  isOneArray,
  toLeafInputs,
  toLeafTree,
} from './host-array.js';
import { writeHost } from './rows.js';

/** Inputs, targets and weights of some samples, on the host or as tensors. */
export interface HostBatch {
  readonly x: Tree<HostLeaf>;
  readonly y?: Tree<HostLeaf> | undefined;
  readonly sampleWeight?: Tree<HostLeaf> | undefined;
}

/** A batch as tensors on the current engine. */
export interface TensorBatch {
  readonly x: Tree<Tensor>;
  readonly y?: Tree<Tensor> | undefined;
  readonly sampleWeight?: Tree<Tensor> | undefined;
}

/** Writes one array to the device. Call it inside a scope, which frees what was written. */
export function leafTensor(leaf: HostLeaf): Tensor {
  const numbers = numbersOf(leaf);
  return numbers instanceof Tensor ? numbers : writeHost(numbers);
}

/** The array itself, which must not be one of strings. */
export function numbersOf(leaf: HostLeaf): HostArray | Tensor {
  if (!isHostTexts(leaf)) return leaf;
  throw new ArgumentError({
    what: 'the model was given strings, but takes numbers',
    expected: 'numbers, or a model with an input of strings',
    received: `strings of shape ${formatShape(leaf.shape)}`,
    fix: "let the model begin with layers.input({ shape: [1], dtype: 'string' }) and a layer of text",
  });
}

/** Writes every array of a tree, as {@link leafTensor}. */
export function toTensorTree(tree: Tree<HostLeaf>): Tree<Tensor> {
  return mapTree(tree, isHostLeaf, leafTensor);
}

/** Writes a batch to the device. Call it inside a scope, which frees what was written. */
export function toTensors({ x, y, sampleWeight }: HostBatch): TensorBatch {
  return {
    x: toTensorTree(x),
    ...(y === undefined ? {} : { y: toTensorTree(y) }),
    ...(sampleWeight === undefined ? {} : { sampleWeight: toTensorTree(sampleWeight) }),
  };
}

/** Whether a list is one array of numbers: its entries all have as many entries. */
function isEvenArray(list: readonly unknown[]): boolean {
  if (!isOneArray(list) && !isNestedTexts(list)) return false;
  const sizes = list.map((entry) => (isList(entry) ? entry.length : -1));
  return sizes.every((size) => size === sizes[0]);
}

/**
 * `{ x, y, sampleWeight }` of what a dataset yields: a record, or a list of one to three. Where no
 * targets are wanted, a list that could be one array of numbers is one: the inputs.
 */
function partsOf(item: unknown, wantsTargets: boolean) {
  if (isRecord(item) && ('x' in item || 'xs' in item)) {
    const { x, xs, y, ys, sampleWeight } = item;
    return { x: x ?? xs, y: y ?? ys, sampleWeight };
  }
  const isParts =
    isList(item) &&
    item.length >= 1 &&
    item.length <= 3 &&
    item.every((part) => typeof part === 'object') &&
    (wantsTargets || !isEvenArray(item));
  if (!isParts) return { x: item };
  const [x, y, sampleWeight]: readonly unknown[] = item;
  return { x, y, sampleWeight };
}

/** The batch that a dataset yielded. */
export async function toHostBatch(item: unknown, wantsTargets: boolean): Promise<HostBatch> {
  if (item === undefined || item === null) {
    throw new ArgumentError({
      where: 'dataset',
      what: 'a batch holds nothing',
      expected: '{ x, y } or [x, y], optionally with sampleWeight',
      received: String(item),
      fix: 'yield one record or list for each batch',
    });
  }
  const { x, y, sampleWeight } = partsOf(item, wantsTargets);
  const weight = sampleWeight ?? undefined;
  return {
    x: await toLeafInputs('x', x),
    ...(y === undefined || y === null ? {} : { y: await toLeafTree('y', y) }),
    ...(weight === undefined ? {} : { sampleWeight: await toLeafTree('sampleWeight', weight) }),
  };
}
