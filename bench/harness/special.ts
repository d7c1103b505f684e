// The error function in float64, by series near zero and by continued fraction in the tails, and
// the distance between a float32 and a true value in units in the last place.

/** erf(x) to about 1e-16. */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  if (size < 2.5) {
    let term = x;
    let sum = x;
    for (let n = 1; n < 80; n += 1) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = 0;
  for (let n = 60; n > 0; n -= 1) fraction = n / 2 / (size + fraction);
  return Math.sign(x) * (1 - Math.exp(-x * x) / (Math.sqrt(Math.PI) * (size + fraction)));
}

/** The distance from a float32 value to the next larger one in magnitude. */
function spacing(value: number): number {
  const size = Math.abs(value);
  return size < 2 ** -126 ? 2 ** -149 : 2 ** (Math.floor(Math.log2(size)) - 23);
}

/** Error of `actual` in units in the last place of the true value. */
export function ulps(actual: number, truth: number): number {
  if (Number.isNaN(truth)) return Number.isNaN(actual) ? 0 : Number.POSITIVE_INFINITY;
  if (Math.fround(truth) === actual) return 0;
  return Math.abs(actual - truth) / spacing(truth);
}
