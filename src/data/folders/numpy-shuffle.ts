// The order in which NumPy's RandomState(seed).shuffle puts things, so that one seed parts a folder
// into the same two sets here and in Keras.
import { mersenneTwister, stateOfSeed } from '../mersenne-twister.js';

/** NumPy's `RandomState(seed)`: each call gives 0 ... count - 1 as its next `shuffle` leaves them. */
export function numpyShuffler(seed: number): (count: number) => Uint32Array {
  const next = mersenneTwister(stateOfSeed(seed >>> 0));
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
