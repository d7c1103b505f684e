// Random choices for random programs: the same on every machine for the same seed.
import { isFloat } from '../../../src/core/dtype.js';
import { type SeedGenerator, type Tensor, tensor, type Variable } from '../../../src/index.js';

export type Random = () => number;

/** A small generator (mulberry32). */
export function randomNumbers(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A whole number of at least 0 and below `end`. */
export const below = (random: Random, end: number): number => Math.floor(random() * end);

export function pick<T>(random: Random, list: readonly T[]): T {
  const chosen = list[below(random, list.length)];
  if (chosen === undefined) throw new Error('nothing to pick from');
  return chosen;
}

/** One of the fitting tensors, most often a late one, so that programs grow deep as well as wide. */
export function pickOf(
  random: Random,
  made: readonly Tensor[],
  fits: (tensor: Tensor) => boolean,
): Tensor | undefined {
  const list = made.filter(fits);
  if (list.length === 0) return undefined;
  return pick(random, random() < 0.5 ? list.slice(-3) : list);
}

export const isFloats = (x: Tensor): boolean => isFloat(x.dtype);
export const isWhole = (x: Tensor): boolean => x.dtype === 'int32';
export const isBool = (x: Tensor): boolean => x.dtype === 'bool';

/** Some axes of the tensor, at least one, in order. */
export function someAxes(random: Random, rank: number): number[] {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  const chosen = axes.filter(() => random() < 0.4);
  return chosen.length > 0 ? chosen : [below(random, rank)];
}

/** What the lines of a program share besides the tensors that they make. */
export interface State {
  readonly variables: readonly Variable[];
  readonly seeds: SeedGenerator;
  /** Whether variables may be assigned here: not in loops that end when values say so. */
  readonly mayAssign: boolean;
  /** Where values are to be rounded otherwise than they are. */
  readonly noise: Random | undefined;
}

/** The size of a rounding, relative to the value. */
const ROUNDING: Readonly<Partial<Record<Tensor['dtype'], number>>> = {
  float32: 3e-7,
  float16: 1e-3,
  bfloat16: 8e-3,
};

/** The tensor, or as it might be had every value been rounded otherwise. */
export function rounded(x: Tensor, { noise }: State): Tensor {
  const size = ROUNDING[x.dtype];
  if (noise === undefined || size === undefined || x.size === 0) return x;
  const factors = Float32Array.from({ length: x.size }, () => 1 + size * (noise() * 2 - 1));
  return x
    .cast('float32')
    .mul(tensor(factors, { shape: [...x.shape] }))
    .cast(x.dtype);
}

/** A line: makes a tensor of earlier ones, or gives up with undefined where none fits. */
export type Line = (random: Random, made: readonly Tensor[], state: State) => Tensor | undefined;
