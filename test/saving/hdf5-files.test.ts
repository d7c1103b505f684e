// HDF5 files that h5py made (hdf5_files.py): what third parties write is read, what leads out of
// the file or asks for too much is refused.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/core/errors.js';
import { readWeights } from '../../src/saving/hdf5/read.js';

const files: Record<'honest' | 'hostile', Record<string, string>> = JSON.parse(
  readFileSync(new URL('hdf5-files.json', import.meta.url), 'utf8'),
);

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(gunzipSync(Buffer.from(text, 'base64')));
}

describe('files of h5py', () => {
  it.each(Object.entries(files.honest))('are read (%s form)', async (_name, text) => {
    const { arrays, attributes } = await readWeights(bytesOf(text));
    const values = (path: string) => {
      const found = arrays.get(path)?.values ?? [];
      return Array.from({ length: found.length }, (_, index) => Number(found[index]));
    };
    expect(arrays.get('layers/dense/vars/0')?.shape).toEqual([2, 3]);
    expect(values('layers/dense/vars/0')).toEqual([0, 1, 2, 3, 4, 5]);
    expect(arrays.get('layers/dense/vars/1')).toMatchObject({ shape: [], dtype: 'float32' });
    expect(values('big_endian')).toEqual([0, 1, 2]);
    expect(values('int64')).toEqual([0, 1, 2]);
    expect(arrays.get('half')).toMatchObject({ dtype: 'float16' });
    expect(arrays.get('bool')).toMatchObject({ dtype: 'bool', values: Uint8Array.of(1, 0) });
    expect(arrays.get('bfloat16')).toMatchObject({
      dtype: 'bfloat16',
      values: Uint16Array.of(0x3f80, 0xc000),
    });
    expect(values('all_filters')).toEqual(Array.from({ length: 35 * 7 }, (_, index) => index));
    expect(attributes.get('layers/dense/vars')?.get('name')).toBe('dense');
    const root = attributes.get('');
    expect(root?.get('layer_names')).toEqual(['conv', 'dense']);
    expect(root?.get('fixed')).toEqual(['x', 'yy']);
    expect(root?.get('number')).toBe(2.5);
  });

  it.each(Object.entries(files.hostile))('are refused: %s', async (_name, text) => {
    const bytes = bytesOf(text);
    const start = performance.now();
    const before = process.memoryUsage().rss;
    await expect(readWeights(bytes)).rejects.toBeInstanceOf(FormatError);
    expect(performance.now() - start).toBeLessThan(1000);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20);
  });
});
