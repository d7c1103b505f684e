// Damaged copies of real files, for the fuzz tests of this folder: changed numbers, cuts, repeats.
import fc from 'fast-check';

/** How many files each fuzz test tries: at least `least`, or what KERATIN_FUZZ says. */
export function fuzzRuns(least: number): number {
  return Math.max(least, Number(process.env.KERATIN_FUZZ ?? 0));
}

/** Marks of HDF5 and of zip: the bytes behind them say how the rest is read. */
const MARKS = [
  'TREE',
  'SNOD',
  'HEAP',
  'GCOL',
  'OHDR',
  '\u0089HDF',
  'PK\u0001\u0002',
  'PK\u0003\u0004',
  'PK\u0005\u0006',
];

/** Where the structures of a file begin. */
function structuresIn(bytes: Uint8Array): number[] {
  const text = Buffer.from(bytes).toString('latin1');
  return MARKS.flatMap((mark) => {
    const found: number[] = [];
    for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) found.push(at);
    return found;
  });
}

/** Places to change: anywhere, and as often in the first bytes of a structure. */
function placesIn(bytes: Uint8Array): fc.Arbitrary<number> {
  const anywhere = fc.nat(bytes.length - 1);
  const structures = structuresIn(bytes);
  if (structures.length === 0) return anywhere;
  const inside = fc
    .tuple(fc.constantFrom(...structures), fc.nat(95))
    .map(([start, offset]) => Math.min(start + offset, bytes.length - 1));
  return fc.oneof(anywhere, inside);
}

const NUMBERS = [0n, 1n, 0x7fn, 0xffn, 2n ** 16n, 2n ** 31n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];

interface Edit {
  readonly at: number;
  readonly width: number;
  readonly value: bigint;
}

function edited(bytes: Uint8Array, edits: readonly Edit[]): Uint8Array {
  const result = Uint8Array.from(bytes);
  for (const { at, width, value } of edits) {
    for (let index = 0; index < width && at + index < result.length; index++) {
      result[at + index] = Number((value >> BigInt(8 * index)) & 0xffn);
    }
  }
  return result;
}

/** One bit turned over. */
function flipped(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  return fc.tuple(placesIn(bytes), fc.nat(7)).map(([at, bit]) => {
    const result = Uint8Array.from(bytes);
    result[at] = (result[at] ?? 0) ^ (1 << bit);
    return result;
  });
}

/** A stretch of the file copied over another. */
function overlaid(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const place = placesIn(bytes);
  return fc.tuple(place, place, fc.integer({ min: 1, max: 64 })).map(([from, to, length]) => {
    const result = Uint8Array.from(bytes);
    result.copyWithin(to, from, Math.min(from + length, bytes.length));
    return result;
  });
}

/** Lets reports say where a copy differs, rather than list thousands of bytes. */
function described(bytes: Uint8Array, copy: Uint8Array): Uint8Array {
  const text = (): string => {
    const changes = [...copy.entries()].filter(([at, byte]) => byte !== bytes[at]).slice(0, 40);
    const list = changes.map(([at, byte]) => `${at}: ${byte}`).join(', ');
    return `${copy.length} of ${bytes.length} bytes, with {${list}}`;
  };
  return Object.defineProperty(copy, fc.toStringMethod, { value: text });
}

/** Damaged copies of `bytes`: numbers replaced (huge ones too), bits turned, parts repeated, cut. */
export function mutations(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const edit = fc.record({
    at: placesIn(bytes),
    width: fc.constantFrom(1, 2, 4, 8),
    value: fc.oneof(fc.constantFrom(...NUMBERS), fc.bigInt(0n, 2n ** 64n - 1n)),
  });
  const changed = fc
    .array(edit, { minLength: 1, maxLength: 4 })
    .map((edits) => edited(bytes, edits));
  const whole = fc.oneof(changed, flipped(bytes), overlaid(bytes));
  return fc
    .tuple(whole, fc.option(fc.nat(bytes.length), { freq: 3 }))
    .map(([result, cut]) => described(bytes, cut === null ? result : result.subarray(0, cut)));
}
