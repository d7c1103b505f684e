// The order in which Python's `random.shuffle` puts things, so that one seed splits data into the same
// two parts here and in Keras.
import { mersenneTwister, stateOfWords } from './mersenne-twister.js';

const WORD = 2 ** 32;

/** 0 ... count - 1 as `random.seed(seed); random.shuffle(...)` leaves them; seeds are whole numbers. */
export function pythonShuffle(count: number, seed: number): Uint32Array {
  const size = Math.abs(seed);
  const words = size < WORD ? [size] : [size % WORD, Math.floor(size / WORD)];
  const next = mersenneTwister(stateOfWords(words));
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    // As many of the high bits as the number of choices has, until they name one of them.
    const unused = Math.clz32(last + 1);
    let chosen = next() >>> unused;
    while (chosen > last) chosen = next() >>> unused;
    const value = order[last] ?? 0;
    order[last] = order[chosen] ?? 0;
    order[chosen] = value;
  }
  return order;
}
