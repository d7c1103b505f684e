// One row of the case table: what goes into an op, what must come out, and how exactly.
import type { DType } from '../../src/core/dtype.js';
import {
  fromBfloat16Bits,
  fromFloat16Bits,
  toBfloat16Bits,
  toFloat16Bits,
} from '../../src/core/half.js';
import { at, product, range } from '../../src/core/sequence.js';
import type { Tensor } from '../../src/core/tensor.js';
import type { Numbers } from './op-arrays.js';

/** Random numbers for one input. */
export interface Input {
  readonly shape: readonly number[];
  readonly low: number;
  readonly high: number;
  /** An input that is always of this dtype, such as indices; others follow the test. */
  readonly fixed?: DType;
  /** No two numbers lie close together, so that maxima and orders are clear. */
  readonly distinct?: boolean;
  /** These very numbers instead of random ones. */
  readonly values?: readonly number[];
}

export interface Case {
  /** What is special about this case; part of the test's name. */
  readonly about?: string;
  readonly inputs: readonly Input[];
  /** The call through the public function. */
  readonly run: (...inputs: Tensor[]) => Tensor | readonly Tensor[];
  /** The same in float64, in plain JavaScript. */
  readonly reference?: (...inputs: Numbers[]) => Numbers | readonly Numbers[];
  /** Most units in the last place of float32 that a value may be off; 0 means equal. */
  readonly ulp?: number;
  /** Units of the largest result rather than of each: for sums whose terms cancel. */
  readonly ofLargest?: boolean;
  /** Integer and bool dtypes for which the reference holds exactly. */
  readonly exactIn?: readonly DType[];
  /** Why half precision cannot show the result: too many roundings, or too small a range. */
  readonly noHalf?: string;
  /** Why gradients (of first or second order) are not compared with differences here. */
  readonly noGradient?: string;
  readonly noSecondGradient?: string;
  /** The call must throw a message that contains this. */
  readonly fails?: string;
}

export function uniform(shape: readonly number[], low = -2, high = 2): Input {
  return { shape, low, high };
}

/** Numbers of which no two are closer than their mean distance halved. */
export function distinct(shape: readonly number[], low = -2, high = 2): Input {
  return { shape, low, high, distinct: true };
}

export function indices(shape: readonly number[], count: number): Input {
  return { shape, low: 0, high: count - 1, fixed: 'int32' };
}

export function bools(shape: readonly number[]): Input {
  return { shape, low: 0, high: 1, fixed: 'bool' };
}

export function exactly(shape: readonly number[], values: readonly number[], fixed?: DType): Input {
  return { shape, low: 0, high: 0, values, ...(fixed === undefined ? {} : { fixed }) };
}

/** Numbers from a fixed sequence (a linear congruence), the same in every run. */
export function numberStream(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function drawn(input: Input, next: () => number): number[] {
  const count = product(input.shape);
  const span = input.high - input.low;
  if (input.fixed !== undefined) {
    return range(count).map(() => input.low + Math.floor(next() * (span + 1)));
  }
  if (!input.distinct) return range(count).map(() => input.low + span * next());
  const places = range(count).map((place) => input.low + (span * (place + 0.5 * next())) / count);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(next() * (last + 1));
    [places[last], places[other]] = [at(places, other), at(places, last)];
  }
  return places;
}

/** The values of an input as they are once stored in `dtype`. */
export function valuesOf(input: Input, dtype: DType, seed: number): number[] {
  const values = input.values ?? drawn(input, numberStream(seed));
  switch (input.fixed ?? dtype) {
    case 'float64':
      return [...values];
    case 'float32':
      return values.map(Math.fround);
    case 'float16':
      return values.map((value) => fromFloat16Bits(toFloat16Bits(value)));
    case 'bfloat16':
      return values.map((value) => fromBfloat16Bits(toBfloat16Bits(value)));
    case 'bool':
      return values.map((value) => (Math.round(value) === 0 ? 0 : 1));
    case 'uint8':
    case 'uint32':
      return values.map((value) => Math.abs(Math.round(value)));
    default:
      return values.map((value) => Math.round(value));
  }
}
