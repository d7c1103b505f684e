// The zip layer: what is written is read back, and what Keras reads; bad archives are refused.
import zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/core/errors.js';
import { crc32 } from '../../src/files/crc32.js';
import { readZip, writeZip } from '../../src/files/zip.js';

const text = (value: string) => new TextEncoder().encode(value);

describe('crc32', () => {
  it('equals that of zlib at every length and offset', () => {
    const bytes = Uint8Array.from({ length: 100 }, (_, index) => (index * 37) ^ (index >> 1));
    for (let start = 0; start < 9; start++) {
      for (let end = start; end <= bytes.length; end++) {
        const part = bytes.subarray(start, end);
        expect(crc32(part)).toBe(zlib.crc32(part));
      }
    }
  });
});

describe('zip', () => {
  it('reads back what it wrote, in order', async () => {
    const bytes = await writeZip([
      { name: 'metadata.json', content: text('{}') },
      { name: 'config.json', content: text('{"a":1}') },
      { name: 'assets/words.txt', content: text('') },
      { name: 'model.weights.h5', content: new Uint8Array(100_000).fill(7) },
    ]);
    const members = await readZip(bytes);
    expect([...members.keys()]).toEqual([
      'metadata.json',
      'config.json',
      'assets/words.txt',
      'model.weights.h5',
    ]);
    expect(members.get('config.json')).toEqual(text('{"a":1}'));
    expect(members.get('model.weights.h5')?.every((byte) => byte === 7)).toBe(true);
  });

  it('stores members uncompressed', async () => {
    const content = new Uint8Array(5000).fill(65);
    const bytes = await writeZip([{ name: 'a', content }]);
    expect(bytes.length).toBeGreaterThan(5000);
    expect(bytes.length).toBeLessThan(5200);
  });

  it.each(['../a', '/a', 'a/../b', 'C:/a', 'c:a', 'a\\b', '', 'a//b', './a', 'a\0b'])(
    'refuses to write the name %j',
    async (name) => {
      await expect(writeZip([{ name, content: text('') }])).rejects.toThrow(FormatError);
    },
  );

  it('refuses to write two names that differ in case only', async () => {
    const members = ['a.txt', 'A.txt'].map((name) => ({ name, content: text('') }));
    await expect(writeZip(members)).rejects.toThrow(/same name/);
  });
});
