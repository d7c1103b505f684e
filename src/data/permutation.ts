// Random orders. The generator hashes a counter, so that one seed gives one order everywhere.

/** A 32-bit hash of a seed and a counter: two rounds of the finaliser of MurmurHash3. */
function hash(seed: number, counter: number): number {
  let mixed = Math.imul(counter + 0x9e3779b9, 0x85ebca6b) ^ seed;
  for (let round = 0; round < 2; round++) {
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    mixed ^= mixed >>> 16;
  }
  return mixed >>> 0;
}

/** 0 ... count - 1 in random order (Fisher and Yates; Durstenfeld 1964). */
export function permutation(count: number, seed: number): Uint32Array {
  const order = new Uint32Array(count);
  for (let index = 0; index < count; index++) order[index] = index;
  for (let last = count - 1; last > 0; last--) {
    const chosen = Math.floor((hash(seed, last) / 2 ** 32) * (last + 1));
    const value = order[last] ?? 0;
    order[last] = order[chosen] ?? 0;
    order[chosen] = value;
  }
  return order;
}
