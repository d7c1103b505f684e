// SipHash-2-4: a 64-bit hash with a secret key (Aumasson and Bernstein 2012, "SipHash: a fast
// short-input PRF", section 2). Used where a layer has a salt.

const MASK = 0xffffffffffffffffn;

function rotated(value: bigint, by: bigint): bigint {
  return ((value << by) | (value >> (64n - by))) & MASK;
}

/** The four words that SipHash mixes. */
class State {
  #v0: bigint;
  #v1: bigint;
  #v2: bigint;
  #v3: bigint;

  constructor(k0: bigint, k1: bigint) {
    this.#v0 = k0 ^ 0x736f6d6570736575n;
    this.#v1 = k1 ^ 0x646f72616e646f6dn;
    this.#v2 = k0 ^ 0x6c7967656e657261n;
    this.#v3 = k1 ^ 0x7465646279746573n;
  }

  #round(): void {
    this.#v0 = (this.#v0 + this.#v1) & MASK;
    this.#v2 = (this.#v2 + this.#v3) & MASK;
    this.#v1 = rotated(this.#v1, 13n) ^ this.#v0;
    this.#v3 = rotated(this.#v3, 16n) ^ this.#v2;
    this.#v0 = (rotated(this.#v0, 32n) + this.#v3) & MASK;
    this.#v2 = (this.#v2 + this.#v1) & MASK;
    this.#v3 = rotated(this.#v3, 21n) ^ this.#v0;
    this.#v1 = rotated(this.#v1, 17n) ^ this.#v2;
    this.#v2 = rotated(this.#v2, 32n);
  }

  add(word: bigint): void {
    this.#v3 ^= word;
    this.#round();
    this.#round();
    this.#v0 ^= word;
  }

  finish(): bigint {
    this.#v2 ^= 0xffn;
    for (let round = 0; round < 4; round++) this.#round();
    return this.#v0 ^ this.#v1 ^ this.#v2 ^ this.#v3;
  }
}

/** The hash of `bytes` under the key of two 64-bit words, from 0 to below 2^64. */
export function sipHash(bytes: Uint8Array, key: readonly [bigint, bigint]): bigint {
  const state = new State(BigInt.asUintN(64, key[0]), BigInt.asUintN(64, key[1]));
  const whole = bytes.length - (bytes.length % 8);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let place = 0; place < whole; place += 8) state.add(view.getBigUint64(place, true));
  let last = BigInt(bytes.length & 0xff) << 56n;
  for (let place = whole; place < bytes.length; place++) {
    last |= BigInt(bytes[place] ?? 0) << BigInt(8 * (place - whole));
  }
  state.add(last);
  return state.finish();
}
