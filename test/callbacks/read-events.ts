// Reads the scalars of event files: records of Protocol Buffers messages, by the field numbers of
// TensorBoard's event.proto, summary.proto and tensor.proto. Checksums are looked at elsewhere.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A field of a message: its number, and what it holds. */
interface Field {
  readonly number: number;
  readonly value: number;
  readonly content: Buffer;
}

/** The number at `at`, seven bits a byte, and where it ends. */
function varint(bytes: Buffer, at: number): [value: number, end: number] {
  let value = 0;
  for (let place = at, scale = 1; ; place++, scale *= 128) {
    const byte = bytes[place] ?? 0;
    value += (byte % 128) * scale;
    if (byte < 128) return [value, place + 1];
  }
}

const NONE = Buffer.alloc(0);

function fieldsOf(bytes: Buffer): Field[] {
  const fields: Field[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [key, start] = varint(bytes, at);
    const [number, kind] = [Math.floor(key / 8), key % 8];
    if (kind === 0) {
      const [value, end] = varint(bytes, start);
      fields.push({ number, value, content: NONE });
      at = end;
    } else {
      const [length, from] = kind === 2 ? varint(bytes, start) : [kind === 1 ? 8 : 4, start];
      fields.push({ number, value: 0, content: bytes.subarray(from, from + length) });
      at = from + length;
    }
  }
  return fields;
}

function contentsOf(bytes: Buffer, number: number): Buffer[] {
  return fieldsOf(bytes).flatMap((field) => (field.number === number ? [field.content] : []));
}

/** A number that was written: tag, step, value. */
export type Scalar = readonly [tag: string, step: number, value: number];

function scalarsOf(event: Buffer): Scalar[] {
  const step = fieldsOf(event).find(({ number }) => number === 2)?.value ?? 0;
  const values = contentsOf(event, 5).flatMap((summary) => contentsOf(summary, 1));
  return values.flatMap((value): Scalar[] => {
    const [tag] = contentsOf(value, 1);
    const [number] = contentsOf(value, 8).flatMap((tensor) => contentsOf(tensor, 4));
    if (tag === undefined || number?.length !== 4) return [];
    return [[tag.toString(), step, number.readFloatLE(0)]];
  });
}

/** All numbers in the event files of a folder, in their order. */
export async function readScalars(folder: string): Promise<Scalar[]> {
  const scalars: Scalar[] = [];
  for (const name of (await readdir(folder)).sort()) {
    const bytes = await readFile(join(folder, name));
    for (let at = 0; at < bytes.length; ) {
      const length = Number(bytes.readBigUInt64LE(at));
      scalars.push(...scalarsOf(bytes.subarray(at + 12, at + 12 + length)));
      at += 16 + length;
    }
  }
  return scalars;
}
