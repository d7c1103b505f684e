// Builds zip archives that lie. Used by the hostile-file tests: every field can be overridden.
import { crc32, deflateRawSync } from 'node:zlib';

export interface RawMember {
  readonly name: string;
  readonly content: Uint8Array;
  readonly deflate?: boolean;
  /** Overrides of the directory record. */
  readonly directory?: RawFields;
  /** Overrides of the header before the content. */
  readonly local?: RawFields;
  /** Where the directory says the member starts. */
  readonly offset?: number;
  readonly externalAttributes?: number;
}

interface RawFields {
  readonly name?: string;
  readonly method?: number;
  readonly flags?: number;
  readonly crc?: number;
  readonly stored?: number;
  readonly size?: number;
}

function header(signature: number, member: RawMember, body: Uint8Array, fields: RawFields): Buffer {
  const name = Buffer.from(fields.name ?? member.name, 'latin1');
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(fields.flags ?? 0, 2);
  common.writeUInt16LE(fields.method ?? (member.deflate ? 8 : 0), 4);
  common.writeUInt32LE(0x58_21_00_00, 6);
  common.writeUInt32LE(fields.crc ?? crc32(member.content), 10);
  common.writeUInt32LE(fields.stored ?? body.length, 14);
  common.writeUInt32LE(fields.size ?? member.content.length, 18);
  common.writeUInt16LE(name.length, 22);
  const start = Buffer.alloc(4);
  start.writeUInt32LE(signature, 0);
  if (signature === 0x04034b50) return Buffer.concat([start, common, name]);
  const tail = Buffer.alloc(14);
  tail.writeUInt32LE(member.externalAttributes ?? 0, 6);
  const madeBy = Buffer.from([20, 3]);
  return Buffer.concat([start, madeBy, common, tail, name]);
}

/** The archive; `before` and `after` are put round it. */
export function rawZip(
  members: readonly RawMember[],
  extra: { before?: Uint8Array; after?: Uint8Array; count?: number } = {},
): Uint8Array {
  const parts: Uint8Array[] = [extra.before ?? new Uint8Array()];
  let position = parts[0]?.length ?? 0;
  const records: Buffer[] = [];
  for (const member of members) {
    const body = member.deflate ? deflateRawSync(member.content, { level: 9 }) : member.content;
    const local = header(0x04034b50, member, body, member.local ?? {});
    const record = header(0x02014b50, member, body, member.directory ?? {});
    record.writeUInt32LE(member.offset ?? position, 42);
    records.push(record);
    parts.push(local, body);
    position += local.length + body.length;
  }
  const directory = Buffer.concat(records);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(extra.count ?? members.length, 8);
  end.writeUInt16LE(extra.count ?? members.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(position, 16);
  return new Uint8Array(Buffer.concat([...parts, directory, end, extra.after ?? new Uint8Array()]));
}
