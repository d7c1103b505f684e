// A small summary of many numbers from which quantiles can be told; for Discretization.
import { at } from '../../core/sequence.js';

/** Some of the numbers in ascending order, and how many numbers each stands for. */
export interface Summary {
  readonly values: readonly number[];
  readonly weights: readonly number[];
}

/** The summary of one batch: every n-th number, so that about 1 / epsilon are left. */
export function summaryOf(numbers: ArrayLike<number>, epsilon: number): Summary {
  const sorted = Float32Array.from(numbers).sort();
  const step = Math.max(sorted.length / (1 / epsilon), 1);
  const values: number[] = [];
  for (let index = Math.floor(step - 1); index < sorted.length; index += Math.floor(step)) {
    values.push(at(sorted, index));
  }
  return { values, weights: values.map(() => Math.fround(step)) };
}

/** Both summaries together, no larger than 1 / epsilon. */
export function merged(a: Summary, b: Summary, epsilon: number): Summary {
  const values = [...a.values, ...b.values];
  const weights = [...a.weights, ...b.weights];
  const order = values.map((_, index) => index).sort((i, j) => at(values, i) - at(values, j));
  const joined = {
    values: order.map((index) => at(values, index)),
    weights: order.map((index) => at(weights, index)),
  };
  return compressed(joined, epsilon);
}

/** The value at `x` of the line through the points (xs, ys); constant outside. */
function interpolate(x: number, xs: readonly number[], ys: readonly number[]): number {
  let low = 0;
  let high = xs.length - 1;
  if (x <= at(xs, low)) return at(ys, low);
  if (x >= at(xs, high)) return at(ys, high);
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (at(xs, middle) <= x) low = middle;
    else high = middle;
  }
  const slope = (at(ys, high) - at(ys, low)) / (at(xs, high) - at(xs, low));
  return at(ys, low) + slope * (x - at(xs, low));
}

/** A summary read off at steps of `epsilon` of the cumulated weights. */
function compressed(summary: Summary, epsilon: number): Summary {
  if (summary.values.length * epsilon < 1) return summary;
  let total = 0;
  const reached = summary.weights.map((weight) => {
    total = Math.fround(total + weight);
    return total;
  });
  const shares = reached.map((weight) => Math.fround(weight / total));
  const count = Math.ceil(1 / epsilon);
  const percents = Array.from({ length: count }, (_, index) => epsilon + index * epsilon);
  const upTo = percents.map((percent) => interpolate(percent, shares, reached));
  return {
    values: percents.map((percent) => Math.fround(interpolate(percent, shares, summary.values))),
    weights: upTo.map((weight, index) => Math.fround(weight - (upTo[index - 1] ?? 0))),
  };
}

/** The borders between `count` bins of about equal weight. */
export function binBorders(summary: Summary, count: number): readonly number[] {
  return compressed(summary, 1 / count).values.slice(0, -1);
}
