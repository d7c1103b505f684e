// Checks a candidate's numbers against a reference computed in float64 before it is timed: a fast
// wrong answer is no result.

/** Largest error relative to the largest reference value. */
export function relativeError(actual: ArrayLike<number>, expected: Float64Array): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let scale = 1e-30;
  let worst = 0;
  for (let i = 0; i < expected.length; i += 1) {
    const want = expected[i] ?? 0;
    const difference = Math.abs((actual[i] ?? Number.NaN) - want);
    if (Number.isNaN(difference)) return Number.POSITIVE_INFINITY;
    scale = Math.max(scale, Math.abs(want));
    worst = Math.max(worst, difference);
  }
  return worst / scale;
}

/** Throws when `actual` is not `expected` within float32 rounding of a long sum. */
export function mustMatch(
  who: string,
  actual: ArrayLike<number>,
  expected: Float64Array,
  tolerance = 2e-5,
): void {
  if (!expected.some((value) => value !== 0)) throw new Error('the reference is all zeros');
  const error = relativeError(actual, expected);
  if (!(error <= tolerance)) {
    throw new Error(`${who} is off by ${error} of the largest value; allowed is ${tolerance}.`);
  }
}

/** Numbers in [-0.5, 0.5) that are the same in every run. */
export function noise(length: number, seed: number): Float32Array {
  const values = new Float32Array(length);
  let state = (seed * 2654435761 + 1) >>> 0;
  for (let i = 0; i < length; i += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values[i] = state / 4294967296 - 0.5;
  }
  return values;
}

/** C[m, n] = A[m, k] B[k, n] in float64. */
export function matmulReference(
  a: Float32Array,
  b: Float32Array,
  [m, k, n]: readonly [number, number, number],
): Float64Array {
  const out = new Float64Array(m * n);
  for (let i = 0; i < m; i += 1) {
    const row = out.subarray(i * n, (i + 1) * n);
    for (let p = 0; p < k; p += 1) {
      const left = a[i * k + p] ?? 0;
      const right = b.subarray(p * n, (p + 1) * n);
      for (let j = 0; j < n; j += 1) row[j] = (row[j] ?? 0) + left * (right[j] ?? 0);
    }
  }
  return out;
}
