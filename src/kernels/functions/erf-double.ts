// The error function in double precision, which JavaScript lacks; the meaning of the row `erf`.
// Series erf(x) = 2/√π Σ (-1)^n x^(2n+1) / (n! (2n+1)) near 0 and a continued fraction beyond
// (Abramowitz & Stegun 7.1.5 and 7.1.14).

const TWO_OVER_ROOT_PI = 1.1283791670955126;

function series(x: number): number {
  // The form x·exp(-x²)·Σ (2x²)^n / (1·3·5···(2n+1)) has positive terms only (7.1.6).
  const square = x * x;
  let term = x;
  let sum = x;
  for (let n = 1; n < 200; n++) {
    term *= (2 * square) / (2 * n + 1);
    sum += term;
    if (Math.abs(term) < Math.abs(sum) * 1e-18) break;
  }
  return TWO_OVER_ROOT_PI * Math.exp(-square) * sum;
}

function complementOfLarge(x: number): number {
  let fraction = x;
  for (let n = 120; n >= 1; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / (fraction * 1.772453850905516);
}

export function erf(x: number): number {
  if (Number.isNaN(x)) return x;
  const magnitude = Math.abs(x);
  if (magnitude < 2.5) return series(x);
  const value = magnitude > 6 ? 1 : 1 - complementOfLarge(magnitude);
  return x < 0 ? -value : value;
}
