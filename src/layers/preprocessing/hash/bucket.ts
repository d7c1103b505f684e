// Which of a number of buckets a text falls into, as TensorFlow's hash buckets do.
import { ArgumentError } from '../../../core/errors.js';
import { isList } from '../../../core/tree.js';
import { fingerprint64 } from './farm-hash.js';
import { sipHash } from './sip-hash.js';

/** A key for the hash: one whole number for both halves, or two. */
export type Salt = number | readonly [number, number];

/** The two halves of a salt; null for none. */
export function saltOf(
  where: string,
  salt: number | readonly number[] | null | undefined,
): readonly [number, number] | null {
  if (salt === null || salt === undefined) return null;
  const [first, second = first] = isList(salt) ? salt : [salt];
  const count = isList(salt) ? salt.length : 2;
  if (count === 2 && Number.isSafeInteger(first) && Number.isSafeInteger(second)) {
    return [Number(first), Number(second)];
  }
  throw new ArgumentError({
    where,
    what: 'the salt is not a key',
    expected: 'a whole number, or two',
    received: JSON.stringify(salt),
    fix: 'write salt: 137, or salt: [137, 42]',
  });
}

const encoder = /* @__PURE__ */ new TextEncoder();

/** A function from texts to buckets 0 to `count - 1`. */
export function bucketing(
  count: number,
  salt: readonly [number, number] | null,
): (text: string) => number {
  const buckets = BigInt(count);
  if (salt === null) return (text) => Number(fingerprint64(encoder.encode(text)) % buckets);
  const key = [BigInt(salt[0]), BigInt(salt[1])] as const;
  return (text) => Number(sipHash(encoder.encode(text), key) % buckets);
}
