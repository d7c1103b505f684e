// Host arrays: values in this process's memory with a shape, from which batches are cut. Strings are
// kept here too: they stay on the host, where a model's layers of text turn them into numbers.

import { describe } from '../core/arguments.js';
import { type DType, newArray, type TypedArray } from '../core/dtype.js';
import { ArgumentError, ShapeError } from '../core/errors.js';
import { formatShape, type Shape, sizeOf } from '../core/shape.js';
import { type NestedArray, Tensor } from '../core/tensor.js';
import { type TextArray, type Texts, textsOf } from '../core/text-array.js';
import { isRecord, type Tree } from '../core/tree.js';
import type { Loans } from './loans.js';

/** Values in row-major order. Half types are held as float32. */
export interface HostArray {
  readonly kind: 'host';
  readonly values: TypedArray;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** What users pass as data: tensors, typed arrays (rank 1), nested arrays of numbers. */
export type ArrayLike = Tensor | TypedArray | NestedArray;

/**
 * Arrays nested in lists and records: the inputs or targets of a model. Models that begin with layers
 * of text take nested arrays of strings as inputs.
 */
export type ArrayTree =
  | ArrayLike
  | string
  | readonly ArrayTree[]
  | { readonly [name: string]: ArrayTree };

/** Strings in row-major order. */
export interface HostTexts extends Texts {
  readonly kind: 'texts';
}

/** Numbers or strings on the host. */
export type HostData = HostArray | HostTexts;

/** Data on the host, or a tensor that stays where it is. */
export type HostLeaf = HostData | Tensor;

export function isTypedArray(value: unknown): value is TypedArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

export function isHostArray(value: unknown): value is HostArray {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'host';
}

export function isHostTexts(value: unknown): value is HostTexts {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'texts';
}

export function isHostData(value: unknown): value is HostData {
  return isHostArray(value) || isHostTexts(value);
}

export function isHostLeaf(value: unknown): value is HostLeaf {
  return isHostData(value) || value instanceof Tensor;
}

function dtypeOf(values: TypedArray): DType {
  if (values instanceof Int32Array) return 'int32';
  if (values instanceof Uint32Array) return 'uint32';
  if (values instanceof Uint8Array) return 'uint8';
  return values instanceof Uint16Array ? 'int32' : 'float32';
}

/** Whether `value` is one array: numbers, or rows that hold nothing but numbers. */
function isNestedNumbers(value: unknown): value is NestedArray {
  let inner = value;
  while (Array.isArray(inner)) inner = inner[0];
  return typeof inner === 'number' || typeof inner === 'boolean';
}

function fromNested(where: string, nested: NestedArray): HostArray {
  const shape: number[] = [];
  let inner: NestedArray | undefined = nested;
  while (typeof inner === 'object') {
    shape.push(inner.length);
    inner = inner[0];
  }
  const dtype = typeof inner === 'boolean' ? 'bool' : 'float32';
  const values = newArray(dtype, sizeOf(shape));
  let position = 0;
  const visit = (part: NestedArray, axis: number): void => {
    if (typeof part !== 'object' && axis === shape.length) {
      values[position++] = Number(part);
      return;
    }
    if (typeof part === 'object' && part.length === shape[axis]) {
      for (const item of part) visit(item, axis + 1);
      return;
    }
    throw new ShapeError({
      where,
      what: 'the nested arrays are ragged',
      expected: `${formatShape(shape.slice(axis))} at depth ${axis}, as in the first row`,
      received: typeof part === 'object' ? `${part.length} entries` : 'a single value',
      fix: 'give every row the same length (pad shorter rows)',
    });
  };
  visit(nested, 0);
  return { kind: 'host', values, shape, dtype };
}

function notData(where: string, value: unknown): ArgumentError {
  return new ArgumentError({
    where,
    what: 'this is not data',
    expected: 'a tensor, a typed array, nested arrays of numbers, or a list or record of them',
    received: describe(value),
    fix: fixFor(value),
  });
}

function fixFor(value: unknown): string {
  if (typeof value === 'string') {
    return 'turn the data into numbers first, or let the model begin with a layer of text';
  }
  if (Array.isArray(value)) return 'give at least one sample';
  if (value instanceof Promise) return 'await it first';
  return 'see "data" in the guide for what fit, evaluate and predict accept';
}

/** One array on the host. Tensors are read back; typed float64 arrays become float32. */
export async function toHostArray(where: string, value: unknown): Promise<HostArray> {
  if (value instanceof Tensor) {
    const { shape, dtype } = value;
    return { kind: 'host', values: await value.data(), shape, dtype };
  }
  if (isTypedArray(value)) {
    const values = value instanceof Float64Array ? Float32Array.from(value) : value;
    return { kind: 'host', values, shape: [value.length], dtype: dtypeOf(value) };
  }
  if (isNestedNumbers(value)) return fromNested(where, value);
  throw notData(where, value);
}

/** Whether `value` is one array rather than a list or record of arrays. */
export function isOneArray(value: unknown): value is ArrayLike {
  return value instanceof Tensor || isTypedArray(value) || isNestedNumbers(value);
}

/** Whether `value` is a string, or nested arrays of nothing else. */
export function isNestedTexts(value: unknown): value is TextArray {
  if (typeof value === 'string') return true;
  return Array.isArray(value) && value.length > 0 && value.every(isNestedTexts);
}

/** What stands for an array; undefined for what is not one. */
type LeafOf<Leaf> = (name: string, value: unknown) => Promise<Leaf> | Leaf | undefined;

const arrayOf: LeafOf<HostArray> = (name, value) =>
  isOneArray(value) ? toHostArray(name, value) : undefined;

/** The same, without copying what can be looked into. */
function lentArrayOf(loans: Loans | undefined): LeafOf<HostArray> {
  return (name, value) => {
    const lent = value instanceof Tensor ? loans?.look(value) : undefined;
    return lent ?? arrayOf(name, value);
  };
}

const arrayOrTensorOf: LeafOf<HostArray | Tensor> = (name, value) =>
  value instanceof Tensor ? value : arrayOf(name, value);

/** The same, with strings. */
function orTexts<Leaf>(leafOf: LeafOf<Leaf>): LeafOf<Leaf | HostTexts> {
  return (name, value) =>
    isNestedTexts(value) ? { kind: 'texts', ...textsOf(name, value) } : leafOf(name, value);
}

/** The tree with every array replaced; at once, where nothing has to be read. */
function treeOf<Leaf>(
  name: string,
  value: unknown,
  leafOf: LeafOf<Leaf>,
): Promise<Tree<Leaf>> | Tree<Leaf> {
  const leaf = leafOf(name, value);
  if (leaf !== undefined) return leaf;
  if (Array.isArray(value) && value.length > 0) {
    return Promise.all(value.map((item, index) => treeOf(`${name}[${index}]`, item, leafOf)));
  }
  if (isRecord(value) && Object.keys(value).length > 0) {
    const entries = Object.keys(value)
      .sort()
      .map(async (key) => [key, await treeOf(`${name}.${key}`, value[key], leafOf)] as const);
    return Promise.all(entries).then((found) => Object.fromEntries(found));
  }
  throw notData(name, value);
}

/**
 * The tree with every array on the host. `name` says what it is in errors. With `loans`, tensors are
 * looked into for as long as those last, where that can be, and copied elsewhere.
 */
export async function toHostTree(
  name: string,
  value: unknown,
  loans?: Loans,
): Promise<Tree<HostArray>> {
  return treeOf(name, value, lentArrayOf(loans));
}

/** The inputs of a model on the host, in the same way: arrays of numbers or of strings. */
export async function toHostInputs(
  name: string,
  value: unknown,
  loans?: Loans,
): Promise<Tree<HostData>> {
  return treeOf<HostData>(name, value, orTexts(lentArrayOf(loans)));
}

/** The tree as `toHostTree` gives it, except that tensors stay tensors. */
export function toLeafTree(
  name: string,
  value: unknown,
): Promise<Tree<HostArray | Tensor>> | Tree<HostArray | Tensor> {
  return treeOf(name, value, arrayOrTensorOf);
}

/** The inputs of a batch: as `toHostInputs` gives them, except that tensors stay tensors. */
export function toLeafInputs(
  name: string,
  value: unknown,
): Promise<Tree<HostLeaf>> | Tree<HostLeaf> {
  return treeOf<HostLeaf>(name, value, orTexts(arrayOrTensorOf));
}
