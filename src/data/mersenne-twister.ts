// The generator of NumPy's RandomState and of Python's `random`: below the orders that one seed gives
// both here and in Keras.

const LENGTH = 624;
const OFFSET = 397;

/** A state from one 32-bit number: `init_genrand` of Matsumoto and Nishimura, as NumPy seeds. */
export function stateOfSeed(seed: number): Uint32Array {
  const state = new Uint32Array(LENGTH);
  state[0] = seed;
  for (let at = 1; at < LENGTH; at++) {
    const before = state[at - 1] ?? 0;
    state[at] = Math.imul(1812433253, before ^ (before >>> 30)) + at;
  }
  return state;
}

/** A state from the 32-bit words of a number, lowest first: their `init_by_array`, as Python seeds. */
export function stateOfWords(words: readonly number[]): Uint32Array {
  const state = stateOfSeed(19650218);
  let at = 1;
  // Two rounds that each mix a place with the one before; the last place is then also the first.
  const mix = (factor: number, added: number): void => {
    const before = state[at - 1] ?? 0;
    state[at] = ((state[at] ?? 0) ^ Math.imul(before ^ (before >>> 30), factor)) + added;
    at += 1;
    if (at < LENGTH) return;
    state[0] = state[LENGTH - 1] ?? 0;
    at = 1;
  };
  for (let turn = 0; turn < Math.max(LENGTH, words.length); turn++) {
    const word = turn % words.length;
    mix(1664525, (words[word] ?? 0) + word);
  }
  for (let turn = 1; turn < LENGTH; turn++) mix(1566083941, -at);
  state[0] = 0x80000000;
  return state;
}

/** Matsumoto and Nishimura, "Mersenne Twister" (1998): a stream of 32-bit numbers; changes `state`. */
export function mersenneTwister(state: Uint32Array): () => number {
  const turn = (): void => {
    for (let at = 0; at < LENGTH; at++) {
      const joined =
        ((state[at] ?? 0) & 0x80000000) | ((state[(at + 1) % LENGTH] ?? 0) & 0x7fffffff);
      const odd = (joined & 1) === 1 ? 0x9908b0df : 0;
      state[at] = (state[(at + OFFSET) % LENGTH] ?? 0) ^ (joined >>> 1) ^ odd;
    }
  };
  let position = LENGTH;
  return () => {
    if (position === LENGTH) {
      turn();
      position = 0;
    }
    let value = state[position++] ?? 0;
    value ^= value >>> 11;
    value ^= (value << 7) & 0x9d2c5680;
    value ^= (value << 15) & 0xefc60000;
    return (value ^ (value >>> 18)) >>> 0;
  };
}
