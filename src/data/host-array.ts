// Host arrays: values in this process's memory with a shape, from which batches are cut.
import { type DType, newArray, type TypedArray } from '../core/dtype.js';
import { ArgumentError, ShapeError } from '../core/errors.js';
import { formatShape, type Shape, sizeOf } from '../core/shape.js';
import { type NestedArray, Tensor } from '../core/tensor.js';
import { isRecord, type Tree } from '../core/tree.js';

/** Values in row-major order. Half types are held as float32. */
export interface HostArray {
  readonly kind: 'host';
  readonly values: TypedArray;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** What users pass as data: tensors, typed arrays (rank 1), nested arrays of numbers. */
export type ArrayLike = Tensor | TypedArray | NestedArray;

/** Arrays nested in lists and records: the inputs or targets of a model. */
export type ArrayTree = ArrayLike | readonly ArrayTree[] | { readonly [name: string]: ArrayTree };

/** A host array, or a tensor that stays where it is. */
export type HostLeaf = HostArray | Tensor;

export function isTypedArray(value: unknown): value is TypedArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

export function isHostArray(value: unknown): value is HostArray {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'host';
}

export function isHostLeaf(value: unknown): value is HostLeaf {
  return isHostArray(value) || value instanceof Tensor;
}

function dtypeOf(values: TypedArray): DType {
  if (values instanceof Int32Array) return 'int32';
  if (values instanceof Uint32Array) return 'uint32';
  if (values instanceof Uint8Array) return 'uint8';
  return values instanceof Uint16Array ? 'int32' : 'float32';
}

/** Whether `value` is one array: numbers, or rows that hold nothing but numbers. */
export function isNestedNumbers(value: unknown): value is NestedArray {
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
  const kind = Array.isArray(value) ? 'an empty array' : value === null ? 'null' : typeof value;
  return new ArgumentError({
    where,
    what: 'this is not data',
    expected: 'a tensor, a typed array, nested arrays of numbers, or a list or record of them',
    received: kind,
    fix:
      typeof value === 'string' || kind === 'an empty array'
        ? 'turn the data into numbers first'
        : 'see "data" in the guide for what fit, evaluate and predict accept',
  });
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

/** The tree with every array on the host. `name` says what it is in errors. */
export async function toHostTree(name: string, value: unknown): Promise<Tree<HostArray>> {
  if (isOneArray(value)) return toHostArray(name, value);
  if (Array.isArray(value) && value.length > 0) {
    return Promise.all(value.map((item, index) => toHostTree(`${name}[${index}]`, item)));
  }
  if (isRecord(value) && Object.keys(value).length > 0) {
    const entries = Object.keys(value)
      .sort()
      .map(async (key) => [key, await toHostTree(`${name}.${key}`, value[key])] as const);
    return Object.fromEntries(await Promise.all(entries));
  }
  throw notData(name, value);
}

/** The tree as `toHostTree` gives it, except that tensors stay tensors. */
export function toLeafTree(name: string, value: unknown): Promise<Tree<HostLeaf>> | Tree<HostLeaf> {
  if (value instanceof Tensor) return value;
  if (isOneArray(value)) return toHostArray(name, value);
  if (Array.isArray(value) && value.length > 0) {
    return Promise.all(value.map((item, index) => toLeafTree(`${name}[${index}]`, item)));
  }
  if (isRecord(value) && Object.keys(value).length > 0) {
    const entries = Object.keys(value)
      .sort()
      .map(async (key) => [key, await toLeafTree(`${name}.${key}`, value[key])] as const);
    return Promise.all(entries).then((found) => Object.fromEntries(found));
  }
  throw notData(name, value);
}
