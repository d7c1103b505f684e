// The 64-bit fingerprint of bytes that TensorFlow's hash buckets use: FarmHash's Fingerprint64.
// Definition: the FarmHash paper trail of G. Pike (2014), variant "na"; arithmetic is modulo 2^64.
import { at } from '../../../core/sequence.js';

const K0 = 0xc3a5c85c97cb3127n;
const K1 = 0xb492b66fbe98f273n;
const K2 = 0x9ae16a3b2f90404fn;

/** The low 64 bits. */
function low(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}

function rotated(value: bigint, by: bigint): bigint {
  return low((value >> by) | (value << (64n - by)));
}

function shiftMixed(value: bigint): bigint {
  return value ^ (value >> 47n);
}

function combined(u: bigint, v: bigint, factor: bigint): bigint {
  const a = shiftMixed(low((u ^ v) * factor));
  return low(shiftMixed(low((v ^ a) * factor)) * factor);
}

/** Reads little-endian words; negative places count from the end. */
class Words {
  readonly length: bigint;
  readonly #view: DataView;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.length = BigInt(bytes.length);
  }

  word(place: number): bigint {
    return this.#view.getBigUint64(place < 0 ? this.#bytes.length + place : place, true);
  }

  half(place: number): bigint {
    return BigInt(this.#view.getUint32(place < 0 ? this.#bytes.length + place : place, true));
  }

  byte(place: number): bigint {
    return BigInt(at(this.#bytes, place));
  }
}

function upTo16(words: Words): bigint {
  const { length } = words;
  const factor = K2 + length * 2n;
  if (length >= 8n) {
    const a = low(words.word(0) + K2);
    const b = words.word(-8);
    return combined(
      low(rotated(b, 37n) * factor + a),
      low((rotated(a, 25n) + b) * factor),
      low(factor),
    );
  }
  if (length >= 4n) return combined(length + (words.half(0) << 3n), words.half(-4), low(factor));
  if (length === 0n) return K2;
  const first = words.byte(0) + (words.byte(Number(length >> 1n)) << 8n);
  const last = length + (words.byte(Number(length) - 1) << 2n);
  return low(shiftMixed(low(first * K2) ^ low(last * K0)) * K2);
}

function upTo32(words: Words): bigint {
  const factor = low(K2 + words.length * 2n);
  const a = low(words.word(0) * K1);
  const b = words.word(8);
  const c = low(words.word(-8) * factor);
  const d = low(words.word(-16) * K2);
  return combined(
    low(rotated(low(a + b), 43n) + rotated(c, 30n) + d),
    low(a + rotated(low(b + K2), 18n) + c),
    factor,
  );
}

function upTo64(words: Words): bigint {
  const factor = low(K2 + words.length * 2n);
  const a = low(words.word(0) * K2);
  const b = words.word(8);
  const c = low(words.word(-8) * factor);
  const d = low(words.word(-16) * K2);
  const y = low(rotated(low(a + b), 43n) + rotated(c, 30n) + d);
  const z = combined(y, low(a + rotated(low(b + K2), 18n) + c), factor);
  const e = low(words.word(16) * factor);
  const f = words.word(24);
  const g = low((y + words.word(-32)) * factor);
  const h = low((z + words.word(-24)) * factor);
  return combined(
    low(rotated(low(e + f), 43n) + rotated(g, 30n) + h),
    low(e + rotated(low(f + a), 18n) + g),
    factor,
  );
}

type Pair = readonly [first: bigint, second: bigint];

/** 32 bytes from `place` on, mixed with two seeds. */
function mixed32(words: Words, place: number, seedA: bigint, seedB: bigint): Pair {
  const last = words.word(place + 24);
  const start = low(seedA + words.word(place));
  const turned = rotated(low(seedB + start + last), 21n);
  const sum = low(start + words.word(place + 8) + words.word(place + 16));
  return [low(sum + last), low(turned + rotated(sum, 44n) + start)];
}

/** The state of the loop over long inputs. */
interface Mix {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
  readonly v: Pair;
  readonly w: Pair;
}

/** One block of 64 bytes; `nine` is 9 in the last round and 1 before. */
function block(words: Words, place: number, mix: Mix, factor: bigint, nine: bigint): Mix {
  const { v, w } = mix;
  const turnedX = rotated(low(mix.x + mix.y + v[0] + words.word(place + 8)), 37n);
  const turnedY = rotated(low(mix.y + v[1] + words.word(place + 48)), 42n);
  const x = low(turnedX * factor) ^ low(w[1] * nine);
  const y = low(turnedY * factor + v[0] * nine + words.word(place + 40));
  const z = low(rotated(low(mix.z + w[0]), 33n) * factor);
  const nextV = mixed32(words, place, low(v[1] * factor), low(x + w[0]));
  const nextW = mixed32(words, place + 32, low(z + w[1]), low(y + words.word(place + 16)));
  return { x: z, y, z: x, v: nextV, w: nextW };
}

function long(words: Words, length: number): bigint {
  const seed = 81n;
  const y = low(seed * K1 + 113n);
  let mix: Mix = {
    x: low(seed * K2 + words.word(0)),
    y,
    z: low(shiftMixed(low(y * K2 + 113n)) * K2),
    v: [0n, 0n],
    w: [0n, 0n],
  };
  const end = Math.floor((length - 1) / 64) * 64;
  for (let place = 0; place < end; place += 64) mix = block(words, place, mix, K1, 1n);
  const factor = low(K1 + ((mix.z & 0xffn) << 1n));
  const w0 = low(mix.w[0] + BigInt((length - 1) & 63));
  const v0 = low(mix.v[0] + w0);
  const final = { ...mix, v: [v0, mix.v[1]], w: [low(w0 + v0), mix.w[1]] } as const;
  const { x, y: lastY, z, v, w } = block(words, length - 64, final, factor, 9n);
  return combined(
    low(combined(v[0], w[0], factor) + shiftMixed(lastY) * K0 + z),
    low(combined(v[1], w[1], factor) + x),
    factor,
  );
}

/** The fingerprint of `bytes`, from 0 to below 2^64. */
export function fingerprint64(bytes: Uint8Array): bigint {
  const words = new Words(bytes);
  if (bytes.length <= 16) return upTo16(words);
  if (bytes.length <= 32) return upTo32(words);
  return bytes.length <= 64 ? upTo64(words) : long(words, bytes.length);
}

const CAT = 0xc6a4a7935bd1e995n;

/** One fingerprint of two, as TensorFlow joins those of crossed features. */
export function joinedFingerprint(a: bigint, b: bigint): bigint {
  const mixed = low(shiftMixed(low(b * CAT)) * CAT);
  const both = low((a ^ CAT ^ mixed) * CAT);
  return shiftMixed(low(shiftMixed(both) * CAT));
}
