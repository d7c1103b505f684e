// Reads a curve of losses: its smoothed course, and where it falls fastest.

/** Losses of steps. */
export interface LossCurve {
  /** The loss of each batch, as it was. */
  readonly losses: readonly number[];
  /** Running means of the losses, which the suggestion is read from. */
  readonly smoothed: readonly number[];
}

/** How much of a running mean stays at each step; Lightning's. */
const STAYS = 0.98;

/** Exponential running means, corrected for their start at 0. */
export function smoothed(losses: readonly number[]): number[] {
  let mean = 0;
  return losses.map((loss, index) => {
    mean = STAYS * mean + (1 - STAYS) * loss;
    return mean / (1 - STAYS ** (index + 1));
  });
}

/**
 * The point at which `values` falls fastest, by central differences, without the first `skipBegin`
 * and the last `skipEnd` points; undefined where fewer than two points are left or none falls.
 */
export function steepestDescent(
  values: readonly number[],
  skipBegin: number,
  skipEnd: number,
): number | undefined {
  const end = values.length - skipEnd;
  let steepest: number | undefined;
  let least = 0;
  for (let at = skipBegin; at < end; at++) {
    // Differences reach to the neighbours within the part that is looked at.
    const [left, right] = [Math.max(skipBegin, at - 1), Math.min(end - 1, at + 1)];
    const slope = ((values[right] ?? 0) - (values[left] ?? 0)) / Math.max(1, right - left);
    if (slope < least) {
      least = slope;
      steepest = at;
    }
  }
  return steepest;
}
