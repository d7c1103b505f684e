// What users pass (tensors, variables, numbers, nested arrays) made into tensors. Before every op.

import { checkOptions, classOf, describe } from '../core/arguments.js';
import { type DType, isDType, isFloat, isInteger, type TypedArray } from '../core/dtype.js';
import { apply, currentEngine } from '../core/engine.js';
import { ArgumentError, ShapeError } from '../core/errors.js';
import type { Op } from '../core/op.js';
import { at } from '../core/sequence.js';
import { checkShape, formatShape, type Shape, sizeOf, spec } from '../core/shape.js';
import { type NestedArray, Tensor } from '../core/tensor.js';
import { Variable } from '../core/variable.js';

/** Anything an op takes as a tensor. A plain number or array takes part as float32 by default. */
export type TensorLike = Tensor | Variable | NestedArray | TypedArray;

/** A dtype, alone or in an options object. */
export type DTypeOption = DType | { readonly dtype?: DType | undefined };

const KEEP_TEXT =
  'there are no tensors of text: keep it in arrays, which layers such as stringLookup and textVectorization take';

/** What to do about dtypes that other libraries have. */
const INSTEAD: ReadonlyMap<string, string> = new Map([
  ['string', KEEP_TEXT],
  ['int8', 'use int32'],
  ['int16', 'use int32'],
  ['int64', 'use int32: whole numbers have 32 bits'],
  ['uint16', 'use uint32'],
  ['uint64', 'use uint32: whole numbers have 32 bits'],
  ['complex64', 'a complex tensor is a pair: [real, imaginary]'],
  ['complex128', 'a complex tensor is a pair: [real, imaginary]'],
]);

/** Throws unless `dtype` is the name of a dtype. */
export function requireDType(where: string | undefined, dtype: DType): void {
  if (isDType(dtype)) return;
  throw new ArgumentError({
    ...(where === undefined ? {} : { where }),
    what: 'the dtype is not known',
    expected: 'float32, float64, int32, uint32, uint8, bool, float16 or bfloat16',
    received: describe(dtype),
    fix: INSTEAD.get(dtype) ?? 'name one of the known dtypes',
  });
}

/** The dtype that an option names. */
export function dtypeFrom(option: DTypeOption | undefined, fallback: DType = 'float32'): DType {
  const isObject = typeof option === 'object' && option !== null;
  if (isObject) checkOptions('dtype', option, { dtype: true });
  const dtype = (isObject ? option.dtype : option) ?? fallback;
  requireDType(undefined, dtype);
  return dtype;
}

/** Does an op with one output. */
export function applyOne<Attrs>(op: Op<Attrs>, inputs: readonly Tensor[], attrs: Attrs): Tensor {
  return at(apply(op, inputs, attrs), 0);
}

function isTypedArray(value: unknown): value is TypedArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

function typedArrayDType(values: TypedArray): DType {
  if (values instanceof Float32Array) return 'float32';
  if (values instanceof Float64Array) return 'float64';
  if (values instanceof Uint32Array) return 'uint32';
  if (values instanceof Uint8Array) return 'uint8';
  return 'int32';
}

/** What to do about a value that is no tensor. */
function adviceFor(value: unknown): string {
  if (value instanceof Promise) return 'await it first';
  if (typeof value === 'string') return KEEP_TEXT;
  const advice = typeof value === 'object' && value !== null ? classOf(value) : {};
  return advice.insteadOfTensor ?? 'check what was passed: an argument may be missing';
}

function noValues(value: unknown): ArgumentError {
  return new ArgumentError({
    where: 'tensor',
    what: 'these are no values of a tensor',
    expected: 'a tensor, a variable, a number, a boolean, nested arrays of them, or a typed array',
    received: describe(value),
    fix: adviceFor(value),
  });
}

/** The shape of nested arrays, told by the first entry at each depth. */
function shapeOfNested(value: NestedArray | TypedArray): number[] {
  const shape: number[] = [];
  let inner: NestedArray | TypedArray | undefined = value;
  while (typeof inner === 'object') {
    if (inner === null || !('length' in inner)) throw noValues(inner);
    shape.push(inner.length);
    inner = inner[0];
  }
  return shape;
}

function isRow(part: unknown): part is readonly NestedArray[] | TypedArray {
  return Array.isArray(part) || isTypedArray(part);
}

function ragged(shape: Shape, axis: number, part: NestedArray | TypedArray): ShapeError {
  return new ShapeError({
    where: 'tensor',
    what: 'the nested arrays are ragged',
    expected: `${formatShape(shape.slice(axis))} at depth ${axis}, as in the first row`,
    received: typeof part === 'object' ? `${part.length} entries` : 'a single value',
    fix: 'give every row the same length',
  });
}

/** The values of nested arrays in row-major order; throws where a row has another length. */
function flatten(value: NestedArray | TypedArray, shape: Shape): number[] {
  const values: number[] = [];
  const visit = (part: NestedArray | TypedArray, axis: number): void => {
    if (typeof part === 'number' || typeof part === 'boolean') {
      if (axis < shape.length) throw ragged(shape, axis, part);
      values.push(Number(part));
    } else if (isRow(part)) {
      if (part.length !== shape[axis]) throw ragged(shape, axis, part);
      for (const inner of part) visit(inner, axis + 1);
    } else {
      throw noValues(part);
    }
  };
  visit(value, 0);
  return values;
}

function holdsBooleans(value: NestedArray | TypedArray): boolean {
  let inner: NestedArray | TypedArray | undefined = value;
  while (typeof inner === 'object' && inner !== null) inner = inner[0];
  return typeof inner === 'boolean';
}

/** A tensor of JavaScript values; `shape` rearranges flat values. */
export function tensorOf(
  value: NestedArray | TypedArray,
  dtype?: DType | undefined,
  shape?: Shape | undefined,
): Tensor {
  if (dtype !== undefined) requireDType('tensor', dtype);
  const typed = isTypedArray(value);
  const own = typed ? [value.length] : shapeOfNested(value);
  const kind = typed ? typedArrayDType(value) : holdsBooleans(value) ? 'bool' : 'float32';
  const target = shape ?? own;
  checkShape('tensor', target);
  if (sizeOf(target) !== sizeOf(own)) {
    throw new ShapeError({
      where: 'tensor',
      what: 'the shape does not hold as many values as there are',
      expected: `${sizeOf(target)} values for ${formatShape(target)}`,
      received: `${sizeOf(own)} values`,
      fix: 'give a shape whose sizes multiply to the number of values',
    });
  }
  const values = typed ? value : flatten(value, own);
  return currentEngine().write(spec(target, dtype ?? kind), values);
}

/** `value` as a tensor; `dtype` is that of plain values (floats by default), tensors keep theirs. */
export function asTensor(value: TensorLike, dtype?: DType): Tensor {
  if (value instanceof Tensor) return value;
  if (value instanceof Variable) return value.value;
  return tensorOf(value, dtype);
}

/** The dtype that a plain number takes next to a tensor: the tensor's, if it can hold it. */
function weakDType(value: number | boolean, other: DType): DType {
  if (typeof value === 'boolean') return 'bool';
  if (isFloat(other)) return other;
  if (!Number.isInteger(value)) return 'float32';
  if (!isInteger(other)) return 'int32';
  const fits = other === 'int32' || (value >= 0 && (other === 'uint32' || value < 256));
  return fits ? other : 'int32';
}

/** Several operands as tensors; plain numbers take the dtype of the others (weak scalars). */
export function operands(values: readonly TensorLike[]): Tensor[] {
  const firm = values.map((value) =>
    typeof value === 'number' || typeof value === 'boolean' ? undefined : asTensor(value),
  );
  const model = firm.find((tensor) => tensor !== undefined);
  return values.map((value, index) => {
    const tensor = firm[index];
    if (tensor !== undefined) return tensor;
    if (typeof value !== 'number' && typeof value !== 'boolean') return asTensor(value);
    return asTensor(value, model === undefined ? undefined : weakDType(value, model.dtype));
  });
}
