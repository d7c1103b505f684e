// The error function in double precision, which JavaScript lacks; the meaning of the row `erf`.
// Our own near-minimax polynomials below 2, the continued fraction beyond (Abramowitz & Stegun,
// 7.1.14). Each piece adds something small to a number known exactly: right to one unit in the last place.

// erf(x) / x - 1 in x², x < 0.875.
const NEAR_ZERO = [
  0.12837916709551256, -0.3761263890318304, 0.1128379167091783, -0.026866170637514133,
  0.005223977545559434, -0.0008548322128192329, 0.00012055145523632907, -1.492102315426167e-5,
  1.6388270378106895e-6, -1.5624735838207127e-7, 1.0471034556935036e-8,
];

// erf(x) - 0.95 in x - 1.4375, 0.875 <= x < 2.
const MIDDLE = [
  0.007940606056460063, 0.1428980253759381, -0.20541591147791088, 0.14922424004100304,
  -0.038782952036849, -0.022467074590251306, 0.02110759378495061, -0.003319886852383347,
  -0.0033299714867577037, 0.001709274742986653, 0.00010057860254740196, -0.0003059894752005913,
  5.8069623479538765e-5, 3.032160533350668e-5, -1.3878991315992684e-5, -1.1273273211151773e-6,
  1.8073411775974863e-6, -1.2866444209107815e-7, -1.4670517826675447e-7,
];

function polynomial(x: number, coefficients: readonly number[]): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + (coefficients[i] ?? 0);
  return sum;
}

/** 1 - erf(x) for x >= 2. */
function complementOfLarge(x: number): number {
  let fraction = x;
  for (let n = 60; n >= 1; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / (fraction * 1.772453850905516);
}

export function erf(x: number): number {
  if (Number.isNaN(x)) return x;
  const magnitude = Math.abs(x);
  if (magnitude < 0.875) return x + x * polynomial(x * x, NEAR_ZERO);
  const value =
    magnitude < 2
      ? 0.95 + polynomial(magnitude - 1.4375, MIDDLE)
      : 1 - (magnitude > 6 ? 0 : complementOfLarge(magnitude));
  return x < 0 ? -value : value;
}
