// Ranges that random layers draw from, as options give them.
import { ArgumentError } from '../../../core/errors.js';
import type { Tensor } from '../../../core/tensor.js';
import { isList } from '../../../core/tree.js';
import { add, div, less, mul, random, type SeedGenerator, sub } from '../../../ops/index.js';

/** A lower and an upper end. */
export type Range = readonly [lower: number, upper: number];

/** A range, or one number: from minus it (or the least allowed) to it. */
export type Factor = number | readonly number[];

/** The two numbers of a list, the smaller first. */
function sortedPair(list: readonly number[]): Range | undefined {
  const [a, b] = list;
  if (a === undefined || b === undefined || list.length !== 2) return undefined;
  return a <= b ? [a, b] : [b, a];
}

/**
 * The range of a factor. As in Keras, a list has to touch the bounds only, a number has to lie in
 * them.
 */
export function factorOf(where: string, option: string, factor: Factor, bounds: Range): Range {
  if (isList(factor)) {
    const pair = sortedPair(factor.map(Number));
    if (pair !== undefined && factor[0] !== undefined && factor[1] !== undefined) {
      if (!(factor[0] > bounds[1] || factor[1] < bounds[0])) return pair;
    }
  } else if (factor >= bounds[0] && factor <= bounds[1]) {
    return [Math.max(0 - Math.abs(factor), bounds[0]), Math.abs(factor)];
  }
  throw badRange(where, option, `a number, or a list of two, in [${bounds.join(', ')}]`, factor);
}

/** Like {@link factorOf}, but symmetric, and both ends of a list have to lie in the bounds. */
export function symmetricFactor(
  where: string,
  option: string,
  factor: Factor,
  isAllowed: (end: number) => boolean,
): Range {
  const pair = isList(factor)
    ? sortedPair(factor.map(Number))
    : ([0 - Math.abs(factor), Math.abs(factor)] as const);
  const given = isList(factor) ? factor : [factor];
  if (pair !== undefined && given.every(isAllowed)) return pair;
  throw badRange(where, option, 'a number, or a list of two, in the range of the option', factor);
}

function badRange(where: string, option: string, expected: string, received: unknown) {
  return new ArgumentError({
    where,
    what: `${option} is no range to draw from`,
    expected,
    received: JSON.stringify(received) ?? String(received),
    fix: `write ${option}: 0.2, or ${option}: [0.1, 0.3]`,
  });
}

/** The range of colours, the smaller first. */
export function valueRangeOf(where: string, range: readonly number[]): Range {
  const pair = isList(range) ? sortedPair(range) : undefined;
  if (pair !== undefined) return pair;
  throw new ArgumentError({
    where,
    what: 'valueRange is no range',
    expected: 'a list of two numbers',
    received: JSON.stringify(range) ?? String(range),
    fix: 'write valueRange: [0, 1] for fractions, [0, 255] for bytes',
  });
}

/** Evenly distributed numbers of a range. */
export function uniformIn(shape: readonly number[], range: Range, seed: SeedGenerator): Tensor {
  return random.uniform(shape, { min: range[0], max: range[1], seed });
}

/** True for a share of images that is itself drawn from `range`: `[n]` of bool. */
export function chosen(count: number, range: Range, seed: SeedGenerator): Tensor {
  const share = uniformIn([count], range, seed);
  const threshold = uniformIn([count], [0, 1], seed);
  return less(threshold, share);
}

/** Values of one range moved and stretched to another. */
export function toRange(x: Tensor, from: Range, to: Range): Tensor {
  if (from[0] === to[0] && from[1] === to[1]) return x;
  return add(mul(div(sub(x, from[0]), from[1] - from[0]), to[1] - to[0]), to[0]);
}
