// Archives that lie, hide, collide or explode: each must give a FormatError, quickly.
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/core/errors.js';
import { readZip } from '../../src/files/zip.js';
import { type RawMember, rawZip } from './raw-zip.js';

const content = new TextEncoder().encode('{"some":"content"}');
const good: RawMember = { name: 'config.json', content };
const bomb = new Uint8Array(64 * 2 ** 20);

const CASES: Record<string, () => Uint8Array> = {
  'no bytes': () => new Uint8Array(),
  'not a zip': () => content,
  'a bomb': () => rawZip([{ name: 'model.weights.h5', content: bomb, deflate: true }]),
  'a bomb that declares a small size': () =>
    rawZip([
      { name: 'a', content: bomb, deflate: true, directory: { size: 9 }, local: { size: 9 } },
    ]),
  'a member longer than declared': () =>
    rawZip([{ name: 'a', content, deflate: true, directory: { size: 9 }, local: { size: 9 } }]),
  'a stored size beyond the file': () =>
    rawZip([{ ...good, directory: { stored: 2 ** 31, size: 2 ** 31 } }]),
  'two stored sizes': () => rawZip([{ ...good, directory: { size: 5 }, local: { size: 5 } }]),
  'the same name twice': () => rawZip([good, good]),
  'names that differ in case': () => rawZip([good, { ...good, name: 'CONFIG.json' }]),
  'overlapping members': () => rawZip([good, { ...good, name: 'b', offset: 0 }]),
  'a false checksum': () => rawZip([{ ...good, directory: { crc: 1 }, local: { crc: 1 } }]),
  'checksums that disagree': () => rawZip([{ ...good, local: { crc: 1 } }]),
  'names that disagree': () => rawZip([{ ...good, local: { name: 'konfig.json' } }]),
  'methods that disagree': () => rawZip([{ ...good, local: { method: 8 } }]),
  'sizes that disagree': () => rawZip([{ ...good, local: { size: 1, stored: 1 } }]),
  'an unknown method': () =>
    rawZip([{ ...good, directory: { method: 12 }, local: { method: 12 } }]),
  encryption: () => rawZip([{ ...good, directory: { flags: 1 }, local: { flags: 1 } }]),
  'a symbolic link': () => rawZip([{ ...good, externalAttributes: (0o120777 << 16) >>> 0 }]),
  'data before the archive': () => rawZip([good], { before: content }),
  'data after the archive': () => rawZip([good], { after: content }),
  'fewer members than declared': () => rawZip([good], { count: 2 }),
  'more members than declared': () => rawZip([good, { ...good, name: 'b' }], { count: 1 }),
  'another archive after it': () => rawZip([good], { after: rawZip([{ ...good, name: 'b' }]) }),
};

for (const name of ['../x', 'a/../../x', '/x', '\\x', '..\\x', 'C:x', 'C:\\x', '\\\\host\\x']) {
  CASES[`the name ${name}`] = () => rawZip([{ name, content }]);
}

describe('hostile archives', () => {
  it('reads the honest one', async () => {
    expect((await readZip(rawZip([good]))).get('config.json')).toEqual(content);
    const deflated = rawZip([{ ...good, deflate: true }]);
    expect((await readZip(deflated)).get('config.json')).toEqual(content);
  });

  it.each(Object.entries(CASES))('refuses %s', async (_name, make) => {
    const bytes = make();
    const start = performance.now();
    await expect(readZip(bytes)).rejects.toThrow(FormatError);
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it('refuses an honest archive cut anywhere', async () => {
    const bytes = rawZip([good, { ...good, name: 'b', deflate: true }]);
    for (let length = 0; length < bytes.length; length++) {
      await expect(readZip(bytes.subarray(0, length))).rejects.toThrow(FormatError);
    }
  });
});
