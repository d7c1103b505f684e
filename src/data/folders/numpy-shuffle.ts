// The order in which NumPy's RandomState(seed).shuffle puts things, so that one seed parts a folder
// into the same two sets here and in Keras.

const LENGTH = 624;
const OFFSET = 397;

/** Matsumoto and Nishimura, "Mersenne Twister" (1998): a stream of 32-bit numbers. */
function mersenneTwister(seed: number): () => number {
  const state = new Uint32Array(LENGTH);
  state[0] = seed;
  for (let at = 1; at < LENGTH; at++) {
    const before = state[at - 1] ?? 0;
    state[at] = Math.imul(1812433253, before ^ (before >>> 30)) + at;
  }
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

/** NumPy's `RandomState(seed)`: each call gives 0 ... count - 1 as its next `shuffle` leaves them. */
export function numpyShuffler(seed: number): (count: number) => Uint32Array {
  const next = mersenneTwister(seed >>> 0);
  return (count) => {
    const order = Uint32Array.from({ length: count }, (_, index) => index);
    for (let last = count - 1; last > 0; last--) {
      const mask = 2 ** (32 - Math.clz32(last)) - 1;
      let chosen = (next() & mask) >>> 0;
      while (chosen > last) chosen = (next() & mask) >>> 0;
      const value = order[last] ?? 0;
      order[last] = order[chosen] ?? 0;
      order[chosen] = value;
    }
    return order;
  };
}

/** 0 ... count - 1 as NumPy's `RandomState(seed).shuffle` leaves them; seeds are 32 bits wide. */
export function numpyShuffle(count: number, seed: number): Uint32Array {
  return numpyShuffler(seed)(count);
}
