// The arguments of one recorded call of Keras, read by position or by name.
import { at } from '../../../src/core/sequence.js';
import type { NestedArray } from '../../../src/core/tensor.js';
import type { Tensor, TensorLike } from '../../../src/index.js';
import type { GoldenArray } from '../../golden-arrays.js';

/** What the oracle writes: arrays, plain values, and lists and records of them. */
export type Recorded =
  | null
  | boolean
  | number
  | string
  | GoldenArray
  | readonly Recorded[]
  | { readonly [name: string]: Recorded };

export function isArray(value: Recorded | undefined): value is GoldenArray {
  return typeof value === 'object' && value !== null && 'shape' in value && 'data' in value;
}

function isRecord(value: Recorded | undefined): value is { readonly [name: string]: Recorded } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isArray(value);
}

/** All arrays in order of appearance. */
export function arraysOf(value: Recorded): GoldenArray[] {
  if (isArray(value)) return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((part: Recorded) => arraysOf(part));
}

function isNested(value: Recorded | undefined): value is NestedArray {
  if (typeof value === 'number' || typeof value === 'boolean') return true;
  return Array.isArray(value) && value.every(isNested);
}

/** A place among the arguments (a number) or the name of an option. */
export type Key = number | string;

/** One call's arguments, with tensors in the place of its arrays. */
export class Given {
  readonly #values = new Map<Key, Recorded>();
  readonly #tensors = new Map<GoldenArray, Tensor>();

  constructor(
    positional: readonly Recorded[],
    options: { readonly [name: string]: Recorded },
    tensors: readonly Tensor[],
  ) {
    for (const [place, value] of positional.entries()) this.#values.set(place, value);
    for (const [name, value] of Object.entries(options)) this.#values.set(name, value);
    const arrays = arraysOf([positional, options]);
    for (const [place, array] of arrays.entries()) this.#tensors.set(array, at(tensors, place));
  }

  /** The recorded value; undefined (as for null) where there is none. */
  plain(...keys: Key[]): Recorded | undefined {
    const key = keys.find((one) => this.#values.has(one));
    return (key === undefined ? undefined : this.#values.get(key)) ?? undefined;
  }

  /** Whether there is such an argument, null too. */
  has(key: Key): boolean {
    return this.#values.has(key);
  }

  #fault(keys: readonly Key[], wanted: string): Error {
    return new Error(`argument ${keys.join(' or ')} is no ${wanted}`);
  }

  maybeTensor(...keys: Key[]): Tensor | undefined {
    const value = this.plain(...keys);
    return isArray(value) ? this.#tensors.get(value) : undefined;
  }

  tensor(...keys: Key[]): Tensor {
    const found = this.maybeTensor(...keys);
    if (found === undefined) throw this.#fault(keys, 'tensor');
    return found;
  }

  /** A tensor, or a plain number or bool that takes part as one. */
  operand(...keys: Key[]): Tensor | number | boolean {
    return this.maybeTensor(...keys) ?? this.flag(...keys) ?? this.number(...keys);
  }

  /** The tensor `name` of a record of tensors. */
  member(key: Key, name: string): Tensor {
    const value = this.plain(key);
    const part = isRecord(value) ? value[name] : undefined;
    const found = isArray(part) ? this.#tensors.get(part) : undefined;
    if (found === undefined) throw this.#fault([key], `record with ${name}`);
    return found;
  }

  tensors(...keys: Key[]): Tensor[] {
    const value = this.plain(...keys);
    if (!Array.isArray(value)) throw this.#fault(keys, 'list of tensors');
    return value.map((one: Recorded) => {
      const found = isArray(one) ? this.#tensors.get(one) : undefined;
      if (found === undefined) throw this.#fault(keys, 'list of tensors');
      return found;
    });
  }

  maybeNumber(...keys: Key[]): number | undefined {
    const value = this.plain(...keys);
    return typeof value === 'number' ? value : undefined;
  }

  number(...keys: Key[]): number {
    const found = this.maybeNumber(...keys);
    if (found === undefined) throw this.#fault(keys, 'number');
    return found;
  }

  /** A list of numbers, also out of an array argument. */
  maybeNumbers(...keys: Key[]): number[] | undefined {
    const value = this.plain(...keys);
    if (isArray(value)) return value.data.map(Number);
    return Array.isArray(value) ? value.map(Number) : undefined;
  }

  numbers(...keys: Key[]): number[] {
    const found = this.maybeNumbers(...keys);
    if (found === undefined) throw this.#fault(keys, 'list of numbers');
    return found;
  }

  /** A tensor, or a plain number or nested list that takes part as one. */
  tensorLike(...keys: Key[]): TensorLike {
    const value = this.plain(...keys);
    const found = this.maybeTensor(...keys);
    if (found !== undefined) return found;
    if (!isNested(value)) throw this.#fault(keys, 'tensor or nested list');
    return value;
  }

  /** A number or a list of them. */
  maybeSizes(...keys: Key[]): number | number[] | undefined {
    return this.maybeNumber(...keys) ?? this.maybeNumbers(...keys);
  }

  sizes(...keys: Key[]): number | number[] {
    const found = this.maybeSizes(...keys);
    if (found === undefined) throw this.#fault(keys, 'number or list of numbers');
    return found;
  }

  flag(...keys: Key[]): boolean | undefined {
    const value = this.plain(...keys);
    return typeof value === 'boolean' ? value : undefined;
  }

  /** One of the strings that our option takes. */
  word<W extends string>(words: readonly W[], ...keys: Key[]): W | undefined {
    const value = this.plain(...keys);
    const found = words.find((word) => word === value);
    if (value !== undefined && found === undefined) throw this.#fault(keys, words.join(' or '));
    return found;
  }

  /** Keras's data_format as ours. */
  get dataFormat(): 'channelsFirst' | 'channelsLast' | undefined {
    const value = this.plain('data_format');
    return value === 'channels_first' ? 'channelsFirst' : undefined;
  }
}
