// The eager engine: scopes, views, programs shared by sizes, reads and writes, clear errors.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import {
  checkNumerics,
  keep,
  memory,
  NumericsError,
  ones,
  profile,
  ShapeError,
  StateError,
  scope,
  setDevice,
  type Tensor,
  tensor,
  transpose,
  UnknownNameError,
  Variable,
} from '../../src/index.js';

describe('scopes', () => {
  it('frees what is made inside and keeps what is returned, in any structure', async () => {
    const before = memory().blocks;
    const { kept, list } = scope(() => {
      const x = tensor([1, 2, 3]);
      return { kept: x.mul(2), list: [x.add(1)] };
    });
    expect(memory().blocks - before).toBe(2);
    expect(await kept.array()).toEqual([2, 4, 6]);
    for (const each of [kept, ...list]) each.dispose();
    expect(memory().blocks).toBe(before);
  });

  it('frees everything when the body throws', () => {
    const before = memory().blocks;
    expect(() =>
      scope(() => {
        tensor([1, 2]).add(1);
        throw new Error('on purpose');
      }),
    ).toThrow('on purpose');
    expect(memory().blocks).toBe(before);
  });

  it('hands returned tensors to the scope outside', () => {
    const before = memory().blocks;
    scope(() => {
      scope(() => tensor([1]).add(1)).mul(3);
    });
    expect(memory().blocks).toBe(before);
  });

  it('leaves kept tensors alone', async () => {
    const x = scope(() => ({ hidden: () => keep(tensor([7])) }).hidden());
    expect(await x.item()).toBe(7);
    x.dispose();
  });

  it('refuses an async body, since nothing would be freed at the right time', () => {
    expect(() => scope(async () => tensor([1]))).toThrow(StateError);
  });

  it('keeps the bytes of a view after its base is disposed of', async () => {
    const base = tensor([
      [1, 2],
      [3, 4],
    ]);
    const view = transpose(base);
    base.dispose();
    expect(await view.array()).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect(() => base.add(1)).toThrow(StateError);
    view.dispose();
  });
});

describe('memory of long loops', () => {
  it('stays flat over 10,000 training steps that dispose of nothing', () => {
    const weight = new Variable(ones([16, 16]));
    const step = (): void => {
      scope(() => {
        const next = weight.value.matmul(weight.value).mul(0.001).add(1);
        weight.assign(next);
      });
    };
    for (let index = 0; index < 100; index++) step();
    const before = memory();
    for (let index = 0; index < 10_000; index++) step();
    expect(memory().blocks).toBe(before.blocks);
    expect(memory().bytes).toBe(before.bytes);
    expect(memory().peakBytes).toBe(before.peakBytes);
  });

  it('gives memory back through the collector where no scope was used', async () => {
    const before = memory().blocks;
    for (let index = 0; index < 500; index++) tensor([index]).add(1);
    expect(memory().blocks - before).toBeGreaterThan(500);
    for (let round = 0; round < 20 && memory().blocks - before > 100; round++) {
      collectGarbage();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(memory().blocks - before).toBeLessThan(100);
  });
});

/** Node's garbage collector, which a flag hands out. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
}

describe('reads and writes', () => {
  it('reads strided and offset views', async () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(await transpose(x).slice([1, 0], [2, 2]).array()).toEqual([
      [2, 5],
      [3, 6],
    ]);
  });

  it('rounds half types as the formats do', async () => {
    const values = [1, 1 / 3, 65504, 70000, 1e-8, -2.5];
    const half = tensor(values, { dtype: 'float16' });
    expect([...(await half.data())]).toEqual([1, 0.333251953125, 65504, Infinity, 0, -2.5]);
    const brain = tensor(values, { dtype: 'bfloat16' });
    expect([...(await brain.add(0).data())]).toEqual([
      1, 0.333984375, 65536, 70144, 1.0011717677116394e-8, -2.5,
    ]);
  });

  it('says how many values a shape wants', () => {
    expect(() => tensor(new Float32Array(5), { shape: [2, 3] })).toThrow(ShapeError);
  });
});

describe('switches', () => {
  it('names the op that made the first NaN', () => {
    let error: unknown;
    try {
      checkNumerics(() => tensor([-1]).sqrt().add(1).mul(2));
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(NumericsError);
    expect(String(error)).toContain('sqrt: output 0 holds NaN or Infinity');
  });

  it('profiles calls by op', () => {
    const { rows } = profile(() => ones([4]).add(1).add(2));
    expect(rows.find((row) => row.op === 'add')?.calls).toBe(2);
  });

  it('runs the same text on the interpreter', async () => {
    const body = (): Tensor => tensor([1, 2, 3]).exp().sum();
    const onCpu = await body().item();
    await setDevice('interpreter');
    try {
      expect(await body().item()).toBeCloseTo(onCpu, 4);
    } finally {
      await setDevice('cpu');
    }
    await expect(setDevice('cup' as 'cpu')).rejects.toThrow(UnknownNameError);
  });

  it('says so when tensors of two devices meet', async () => {
    const x = tensor([1, 2]);
    await setDevice('interpreter');
    try {
      expect(() => x.add(1)).toThrow('a tensor lies on another device');
      // Reading works from anywhere: it is how values get to the device in use.
      expect(await x.array()).toEqual([1, 2]);
    } finally {
      await setDevice('cpu');
    }
  });
});
