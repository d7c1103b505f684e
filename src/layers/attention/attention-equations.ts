// The einsum equations of multi-head attention, for any number of axes, as Keras writes them.
import { at, range } from '../../core/sequence.js';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

function letter(index: number): string {
  return LETTERS.charAt(index);
}

function letters(start: number, count: number): string {
  return range(count)
    .map((index) => letter(start + index))
    .join('');
}

/** A projection: its equation, the letters of its bias and the rank of its result. */
export interface Projection {
  readonly equation: string;
  readonly biasAxes: string;
  readonly rank: number;
}

/** The projection that keeps `free` axes, sums over `bound` and gives `output` new ones. */
export function projection(free: number, bound: number, output: number): Projection {
  const kept = letters(0, free);
  const summed = letters(free, bound);
  const made = letters(free + bound, output);
  return {
    equation: `${kept}${summed},${summed}${made}->${kept}${made}`,
    biasAxes: made,
    rank: free + output,
  };
}

/** The two products of attention: scores from keys and queries, results from scores and values. */
export interface AttentionEquations {
  readonly scores: string;
  readonly combine: string;
  readonly scoresRank: number;
}

/**
 * The equations for tensors `[batch, ..., heads, size]` of this rank, where `axes` attend and all
 * others but the last are batches.
 */
export function attentionEquations(rank: number, axes: readonly number[]): AttentionEquations {
  const target = [...letters(0, rank)];
  const source = target.map((name, axis) =>
    axes.includes(axis)
      ? letter(rank + range(axis).filter((other) => axes.includes(other)).length)
      : name,
  );
  const batch = range(rank - 1).filter((axis) => !axes.includes(axis));
  const scores = [
    ...batch.map((axis) => at(target, axis)),
    ...axes.map((axis) => at(target, axis)),
    ...axes.map((axis) => at(source, axis)),
  ].join('');
  return {
    scores: `${source.join('')},${target.join('')}->${scores}`,
    combine: `${scores},${source.join('')}->${target.join('')}`,
    scoresRank: scores.length,
  };
}
