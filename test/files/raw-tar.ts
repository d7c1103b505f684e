// Tar archives with whatever in them, for tests of readers.

/** One member: a file unless `kind` says otherwise. */
export interface RawMember {
  readonly name: string;
  readonly content?: Uint8Array | string;
  readonly kind?: string;
  readonly link?: string;
  /** Declared instead of the true size. */
  readonly size?: number;
}

function block({ name, content = '', kind = '0', link = '', size }: RawMember): Buffer {
  const header = Buffer.alloc(512);
  const bytes = Buffer.from(content);
  header.write(name, 0, 100);
  header.write('0000644\0', 100);
  header.write(`${(size ?? bytes.length).toString(8).padStart(11, '0')}\0`, 124);
  header.write(kind, 156);
  header.write(link, 157);
  header.write('ustar\x0000', 257);
  header.fill(' ', 148, 156);
  const sum = header.reduce((all, byte) => all + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}

/** The bytes of an archive. */
export function rawTar(members: readonly RawMember[]): Buffer {
  return Buffer.concat([...members.map(block), Buffer.alloc(1024)]);
}
