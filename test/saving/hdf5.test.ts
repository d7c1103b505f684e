// The HDF5 layer: what we write we read, what h5wasm writes we read, and h5wasm reads what we write.
import * as h5wasm from 'h5wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { FormatError } from '../../src/core/errors.js';
import { type FileArray, readWeights, type WeightsFile } from '../../src/saving/hdf5/read.js';
import { writeWeights } from '../../src/saving/hdf5/write.js';

type Fill = (file: h5wasm.File) => void;

/** The bytes of a file that h5wasm writes. */
function made(fill: Fill, libver: h5wasm.LIBVER_BOUNDS = ['earliest', 'latest']): Uint8Array {
  const file = new h5wasm.File('/test.h5', 'w', { libver });
  fill(file);
  file.close();
  const { FS } = h5wasm;
  if (FS === null) throw new Error('h5wasm has no file system');
  const bytes = FS.readFile('/test.h5');
  FS.unlink('/test.h5');
  return bytes;
}

function floats(...values: number[]): FileArray {
  return { shape: [values.length], dtype: 'float32', values: Float32Array.from(values) };
}

beforeAll(async () => {
  await h5wasm.ready;
});

describe('HDF5 weights', () => {
  const content: WeightsFile = {
    arrays: new Map<string, FileArray>([
      ['layers/dense/vars/0', { ...floats(1, 2, 3, 4, 5, 6), shape: [2, 3] }],
      ['layers/dense/vars/1', floats(7, 8, 9)],
      ['optimizer/vars/0', { shape: [], dtype: 'int64', values: BigInt64Array.of(12n) }],
      ['optimizer/vars/1', { shape: [], dtype: 'float32', values: Float32Array.of(0.5) }],
      ['double', { shape: [2], dtype: 'float64', values: Float64Array.of(0.1, -0.2) }],
      ['empty', { shape: [0, 3], dtype: 'float32', values: new Float32Array() }],
    ]),
    attributes: new Map([
      ['layers/dense/vars', new Map([['name', 'dénse']])],
      ['layers/dropout/vars', new Map([['name', 'dropout']])],
      ['vars', new Map([['name', 'model']])],
    ]),
  };

  it('reads back what it wrote', async () => {
    const read = await readWeights(await writeWeights(content));
    expect([...read.arrays.keys()].sort()).toEqual([...content.arrays.keys()].sort());
    for (const [path, array] of content.arrays) expect(read.arrays.get(path)).toEqual(array);
    for (const [path, values] of content.attributes) {
      expect(read.attributes.get(path)).toEqual(values);
    }
  });

  it('widens 16-bit floats, which keeps their values', async () => {
    const half = { shape: [2], values: Uint16Array.of(0x3f80, 0xc000) };
    const arrays = new Map<string, FileArray>([
      ['b', { ...half, dtype: 'bfloat16' }],
      ['h', { ...half, dtype: 'float16' }],
    ]);
    const read = await readWeights(await writeWeights({ arrays, attributes: new Map() }));
    expect(read.arrays.get('b')?.values).toEqual(Float32Array.of(1, -2));
    expect(read.arrays.get('h')?.values).toEqual(Float32Array.of(1.875, -2));
  });

  it('writes text attributes that h5wasm reads as variable-length UTF-8', async () => {
    const bytes = await writeWeights(content);
    h5wasm.FS?.writeFile('/ours.h5', bytes);
    const file = new h5wasm.File('/ours.h5', 'r');
    const group = file.get('layers/dense/vars');
    if (!(group instanceof h5wasm.Group)) throw new Error('the group is missing');
    const attribute = group.attrs.name;
    expect(attribute?.value).toBe('dénse');
    expect(attribute?.metadata).toMatchObject({ vlen: true, cset: 1 });
    file.close();
  });

  it.each([
    ['earliest', 'latest'],
    ['v108', 'v108'],
  ] as const)('reads groups of every size, from %s on', async (low, high) => {
    for (const count of [0, 1, 8, 9, 40, 700]) {
      const bytes = made(
        (file) => {
          const group = file.create_group('many');
          for (let index = 0; index < count; index++) {
            group.create_dataset({ name: `d${index}`, data: Float32Array.of(index), shape: [] });
          }
        },
        [low, high],
      );
      const { arrays } = await readWeights(bytes);
      expect(arrays.size).toBe(count);
      for (let index = 0; index < count; index++) {
        expect(arrays.get(`many/d${index}`)?.values[0]).toBe(index);
      }
    }
  });

  it('reads chunked and compressed values', async () => {
    const data = Float32Array.from({ length: 35 * 17 }, (_, index) => index);
    const bytes = made((file) => {
      const shape = [35, 17];
      file.create_dataset({ name: 'plain', data, shape, chunks: [10, 5] });
      file.create_dataset({ name: 'gzip', data, shape, chunks: [4, 17], compression: 'gzip' });
    });
    const { arrays } = await readWeights(bytes);
    expect(arrays.get('plain')?.values).toEqual(data);
    expect(arrays.get('gzip')?.values).toEqual(data);
  });

  it('reads lists of texts, which older weight files are indexed by', async () => {
    const bytes = made((file) => {
      file.create_attribute('layer_names', ['conv', 'dense']);
      file.create_attribute('fixed', ['a', 'bc'], [2], 'S8');
    });
    const root = (await readWeights(bytes)).attributes.get('');
    expect(root?.get('layer_names')).toEqual(['conv', 'dense']);
  });
});

const HOSTILE: Readonly<Record<string, Fill>> = {
  'a soft link': (file) => file.create_soft_link('/elsewhere', 'a'),
  'an external link': (file) => file.create_external_link('/etc/passwd', '/', 'a'),
  'a group inside itself': (file) => {
    file.create_group('a');
    file.create_hard_link('/a', '/a/b');
  },
  'one dataset under two names': (file) => {
    file.create_dataset({ name: 'a', data: Float32Array.of(1) });
    file.create_hard_link('/a', 'b');
  },
  'a compound type': (file) => {
    file.create_dataset({ name: 'a', data: new Map([['x', Float32Array.of(1)]]) });
  },
  'texts in place of numbers': (file) => {
    file.create_dataset({ name: 'a', data: ['text'] });
  },
  'groups nested too deeply': (file) => {
    let group: h5wasm.Group = file;
    for (let depth = 0; depth < 100; depth++) group = group.create_group('g');
  },
};

describe('hostile HDF5', () => {
  it.each(
    (['earliest', 'v108'] as const).flatMap((version) =>
      Object.entries(HOSTILE).map(([name, fill]) => [name, version, fill] as const),
    ),
  )('refuses %s (%s)', async (_name, version, fill) => {
    const bytes = made(fill, [version, 'latest']);
    await expect(readWeights(bytes)).rejects.toThrow(FormatError);
  });

  it('refuses a shape that the file cannot hold', async () => {
    const bytes = made((file) => {
      file.create_dataset({ name: 'a', data: Float32Array.of(1, 2, 3), shape: [3] });
    });
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let changed = 0;
    for (let at = 0; at + 8 <= bytes.length; at += 8) {
      if (view.getBigUint64(at, true) !== 3n) continue;
      view.setBigUint64(at, 1n << 50n, true);
      changed++;
    }
    expect(changed).toBeGreaterThan(0);
    const before = process.memoryUsage().rss;
    await expect(readWeights(bytes)).rejects.toThrow(/more values|absurd/);
    expect(process.memoryUsage().rss - before).toBeLessThan(32 * 2 ** 20);
  });

  it('gives an answer or a FormatError for a file cut or changed anywhere', async () => {
    const bytes = made((file) => {
      file.create_group('layers').create_dataset({ name: '0', data: Float32Array.of(1, 2, 3) });
      file.create_attribute('name', 'model');
      const data = new Float32Array(64);
      file.create_dataset({ name: 'c', data, chunks: [16], compression: 'gzip' });
    });
    for (let length = 0; length < bytes.length; length += 41) {
      await expect(readWeights(bytes.subarray(0, length))).rejects.toThrow(FormatError);
    }
    for (let at = 0; at < bytes.length; at += 13) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      const outcome = await readWeights(changed).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(FormatError);
    }
  });
});
