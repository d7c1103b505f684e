// Float32 arguments that cover every exponent and both signs, and distances in last places.

/** About `count` numbers: evenly spaced bit patterns, shaken by a fixed sequence. */
export function floatSamples(count: number): Float32Array {
  const values = new Float32Array(count);
  const bits = new Uint32Array(values.buffer);
  const step = 2 ** 32 / count;
  let state = 12345;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bits[i] = Math.floor((i + state / 2 ** 32) * step);
  }
  return values;
}

/** Numbers spread evenly over an interval, where bit patterns would leave it thin. */
export function evenSamples(from: number, to: number, count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => from + ((to - from) * (i + 0.37)) / count);
}

/** Arrays one after another. */
export function joined(...parts: readonly Float32Array[]): Float32Array {
  return Float32Array.from(parts.flatMap((part) => [...part]));
}

/** The same numbers in a fixed other order, so that pairs of samples do not run in step. */
export function shuffled(values: Float32Array): Float32Array {
  return values.map((_, i) => values[(i * 7919) % values.length] ?? 0);
}

export const specialValues: readonly number[] = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  2,
  -2,
  3,
  -3,
  10,
  100,
  1000,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
  2 ** -149,
  -(2 ** -149),
  2 ** -126,
  -(2 ** -126),
  2 ** 24 - 1,
  2 ** 24,
  2 ** 30,
  3.4028234663852886e38,
  -3.4028234663852886e38,
  88.72283,
  88.72284,
  -87.33655,
  -103.97208,
  -103.97209,
  89.41599,
  Math.PI,
  Math.PI / 2,
  Math.E,
];

const scratch = new Float32Array(2);
const scratchBits = new Int32Array(scratch.buffer);

function ordered(bits: number): number {
  return bits < 0 ? -(bits & 0x7fffffff) : bits;
}

/**
 * Units in the last place between two float32 numbers, counted through Infinity and subnormals.
 * A NaN is only near a NaN, and zeros of different signs are the same here.
 */
export function ulpDistance(got: number, wanted: number): number {
  if (Number.isNaN(got) || Number.isNaN(wanted)) {
    return Number.isNaN(got) && Number.isNaN(wanted) ? 0 : Number.POSITIVE_INFINITY;
  }
  scratch[0] = got;
  scratch[1] = wanted;
  return Math.abs(ordered(scratchBits[0] ?? 0) - ordered(scratchBits[1] ?? 0));
}
