// tf.util: small helpers that programs for TensorFlow.js use.
import { at } from '../core/sequence.js';
import {
  ArgumentError,
  type DType,
  type NestedArray,
  StateError,
  type TypedArray,
} from '../index.js';
import type { RecursiveArray } from './types.js';

/** Throws with `message()` unless `holds`. */
export function assert(holds: unknown, message: () => string): asserts holds {
  if (!holds) throw new StateError({ where: 'assert', what: message() });
}

/** Throws unless two shapes are the same. */
export function assertShapesMatch(a: readonly number[], b: readonly number[], prefix = ''): void {
  assert(arraysEqual(a, b), () => `${prefix} Shapes ${a} and ${b} must match`);
}

/** Throws for null and undefined. */
export function assertNonNull(value: unknown): void {
  assert(value !== null && value !== undefined, () => 'a value is missing');
}

/** Lists that can be mixed. */
type Mixable = { readonly length: number; [index: number]: unknown };

function swapped(list: Mixable, first: number, second: number): void {
  const held = list[first];
  list[first] = list[second];
  list[second] = held;
}

/** Exchanges two elements. */
export function swap<T>(
  list: { [index: number]: T; readonly length: number },
  left: number,
  right: number,
): void {
  swapped(list, left, right);
}

function mix(lists: readonly Mixable[]): void {
  for (let left = (lists[0]?.length ?? 0) - 1; left > 0; left--) {
    const chosen = Math.floor(Math.random() * (left + 1));
    for (const list of lists) swapped(list, left, chosen);
  }
}

/** Mixes a list in place (Fisher and Yates). */
export function shuffle(list: unknown[] | TypedArray): void {
  mix([list]);
}

/** Mixes two lists of one length in place, both in the same way. */
export function shuffleCombo(first: unknown[] | TypedArray, second: unknown[] | TypedArray): void {
  if (first.length === second.length) return mix([first, second]);
  throw new ArgumentError({
    where: 'shuffleCombo',
    what: 'the lists differ in length',
    expected: String(first.length),
    received: String(second.length),
  });
}

/** The numbers from 0 to `count` - 1 in a random order. */
export function createShuffledIndices(count: number): Uint32Array {
  const indices = Uint32Array.from({ length: count }, (_, index) => index);
  shuffle(indices);
  return indices;
}

/** x, no less than `least` and no more than `most`. */
export function clamp(least: number, x: number, most: number): number {
  return Math.max(least, Math.min(x, most));
}

/** The number, or the next one where it is odd. */
export function nearestLargerEven(value: number): number {
  return value % 2 === 0 ? value : value + 1;
}

/** The sum of a list. */
export function sum(list: readonly number[]): number {
  return list.reduce((total, value) => total + value, 0);
}

/** A random number between a and b. */
export function randUniform(a: number, b: number): number {
  return a + (b - a) * Math.random();
}

/** The square of the distance of two points. */
export function distSquared(a: readonly number[], b: readonly number[]): number {
  return a.reduce((total, value, index) => total + (value - at(b, index)) ** 2, 0);
}

/** How many elements a shape has. */
export function sizeFromShape(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Whether a shape is that of one number. */
export function isScalarShape(shape: readonly number[]): boolean {
  return shape.length === 0;
}

/** Whether two lists hold the same. */
export function arraysEqual(a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean {
  return a.length === b.length && Array.from(a).every((value, index) => value === b[index]);
}

/** Whether a number is whole. */
export function isInt(value: number): boolean {
  return value % 1 === 0;
}

/** The numbers of nested lists one after the other. */
export function flatten<T>(nested: T | RecursiveArray<T> | TypedArray, result: T[] = []): T[] {
  if (ArrayBuffer.isView(nested)) return [...result, ...(Array.from(nested as TypedArray) as T[])];
  if (!Array.isArray(nested)) result.push(nested as T);
  else for (const item of nested as RecursiveArray<T>) flatten(item, result);
  return result;
}

/** Distances between neighbours on each axis but the last. */
export function computeStrides(shape: readonly number[]): number[] {
  return shape.slice(0, -1).map((_, axis) => sizeFromShape(shape.slice(axis + 1)));
}

/** Axes as a list of numbers from 0; all for undefined. */
export function parseAxisParam(
  axis: number | readonly number[] | undefined,
  shape: readonly number[],
): number[] {
  const axes = axis === undefined ? shape.map((_, index) => index) : [axis].flat();
  return axes.map((one) => (one < 0 ? one + shape.length : one));
}

/** A shape without its axes of one element, or without those of them that are named. */
export function squeezeShape(
  shape: readonly number[],
  axis?: readonly number[],
): { newShape: number[]; keptDims: number[] } {
  const dropped = axis === undefined ? undefined : new Set(parseAxisParam(axis, shape));
  const keptDims = shape
    .map((_, index) => index)
    .filter((index) => shape[index] !== 1 || (dropped !== undefined && !dropped.has(index)));
  return { newShape: keptDims.map((index) => at(shape, index)), keptDims };
}

/** Row-major values in nested lists. */
export function toNestedArray(shape: readonly number[], values: ArrayLike<number>): NestedArray {
  let next = 0;
  const build = (axis: number): NestedArray =>
    axis === shape.length
      ? (values[next++] ?? 0)
      : Array.from({ length: at(shape, axis) }, () => build(axis + 1));
  return build(0);
}

/** Whether a value is a typed array that tensors are made of. */
export function isTypedArray(
  value: unknown,
): value is Float32Array | Int32Array | Uint8Array | Uint8ClampedArray {
  return [Float32Array, Int32Array, Uint8Array, Uint8ClampedArray].some(
    (kind) => value instanceof kind,
  );
}

export function isString(value: unknown): value is string {
  return typeof value === 'string';
}

export function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

export function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

export function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && isFunction(value.then);
}

/** The dtype that a tensor of these values has. */
export function inferDtype(values: unknown): DType | 'string' {
  if (Array.isArray(values)) return inferDtype(values[0]);
  if (values instanceof Float32Array || typeof values === 'number') return 'float32';
  if (isTypedArray(values)) return 'int32';
  if (isString(values)) return 'string';
  return isBoolean(values) ? 'bool' : 'float32';
}

/** Bytes of one element. */
export function bytesPerElement(dtype: DType): number {
  return dtype === 'bool' || dtype === 'uint8' ? 1 : 4;
}

/** Milliseconds since some moment. */
export function now(): number {
  return performance.now();
}

/** The host's fetch. */
export function fetch(path: string, init?: RequestInit): Promise<Response> {
  return globalThis.fetch(path, init);
}

/** A text as bytes of UTF-8. */
export function encodeString(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Bytes of UTF-8 as a text. */
export function decodeString(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
