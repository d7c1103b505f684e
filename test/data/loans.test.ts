// Tensors given to fit, evaluate and predict: read where they lie, for as long as the call lasts.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Loans, withLoans } from '../../src/data/loans.js';
import { takeRows } from '../../src/data/rows.js';
import { CpuDevice } from '../../src/devices/cpu.js';
import { createEagerEngine } from '../../src/engines/eager.js';
import {
  currentEngine,
  layers,
  memory,
  Sequential,
  setEngine,
  setRandomSeed,
  tensor,
  transpose,
} from '../../src/index.js';

const rows = Array.from({ length: 12 }, (_, row) => [row / 10, 1 - row / 10]);
const targets = rows.map(([a = 0, b = 0]) => [a - 2 * b]);

function lineModel(): Sequential {
  setRandomSeed(1);
  const model = new Sequential([layers.input({ shape: [2] }), layers.dense({ units: 1 })]);
  model.compile({ optimizer: 'sgd', loss: 'mse' });
  return model;
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('loans', () => {
  it('see what a tensor holds without a copy', async () => {
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    await withLoans(async (loans) => {
      const seen = loans.look(x);
      expect(seen?.values).toEqual(Float32Array.of(1, 2, 3, 4));
      expect(seen?.values.buffer).toBe(currentEngine().peek?.(x)?.buffer);
    });
    expect(await x.array()).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('copy what memory does not hold as it is read', () => {
    const loans = new Loans();
    expect(loans.look(tensor([1, 2], 'float16'))).toBeUndefined();
    expect(loans.look(tensor([true, false]))).toBeUndefined();
    expect(
      loans.look(
        transpose(
          tensor([
            [1, 2, 3],
            [4, 5, 6],
          ]),
        ),
      )?.shape ?? 'a copy',
    ).toBe('a copy');
    loans.end();
  });

  it('keep a tensor alive that is disposed of meanwhile, and free it at their end', () => {
    const { blocks } = memory();
    const x = tensor([5, 6]);
    const loans = new Loans();
    const seen = loans.look(x);
    x.dispose();
    expect(memory().blocks).toBe(blocks + 1);
    expect(seen?.values).toEqual(Float32Array.of(5, 6));
    loans.end();
    expect(memory().blocks).toBe(blocks);
    expect(() => seen?.values).toThrow('freed');
  });

  it('end with a call that fails', async () => {
    const { blocks } = memory();
    const x = tensor([5, 6]);
    const failing = withLoans(async (loans) => {
      loans.look(x);
      throw new Error('in the middle');
    });
    x.dispose();
    await expect(failing).rejects.toThrow('in the middle');
    expect(memory().blocks).toBe(blocks);
  });
});

describe('fit, evaluate and predict', () => {
  it('go on when the data is disposed of while they run', async () => {
    const expected = lineModel();
    await expected.fit(rows, targets, { epochs: 2, batchSize: 5, verbose: 0 });
    const model = lineModel();
    const [x, y] = [tensor(rows), tensor(targets)];
    const fitting = model.fit(x, y, { epochs: 2, batchSize: 5, verbose: 0 });
    x.dispose();
    y.dispose();
    await fitting;
    const [kernel, bias] = await Promise.all(model.weights.map((weight) => weight.value.data()));
    const [ours, theirs] = await Promise.all(expected.weights.map((weight) => weight.value.data()));
    expect(kernel).toEqual(ours);
    expect(bias).toEqual(theirs);
  });

  it('hold nothing afterwards', async () => {
    const model = lineModel();
    const run = async (): Promise<void> => {
      const [x, y] = [tensor(rows), tensor(targets)];
      await model.fit(x, y, { epochs: 1, batchSize: 5, verbose: 0 });
      await model.evaluate(x, y, { verbose: 0 });
      (await model.predict(x, { verbose: 0 })).dispose();
      x.dispose();
      y.dispose();
    };
    await run();
    const { blocks } = memory();
    await run();
    expect(memory().blocks).toBe(blocks);
  });

  it('read data that moved because memory grew, where threads share none', async () => {
    vi.stubGlobal('SharedArrayBuffer', undefined);
    const device = new CpuDevice({});
    expect(device.heap.shared).toBe(false);
    const previous = currentEngine();
    setEngine(createEagerEngine(device));
    try {
      const values = Float32Array.from({ length: 1 << 17 }, (_, index) => index % 7);
      const x = tensor(values, { shape: [1 << 16, 2] });
      const before = device.heap.memory.buffer;
      const loans = new Loans();
      const lent = loans.look(x);
      const order = Uint32Array.of(3, 0);
      const some = lent === undefined ? undefined : takeRows(lent, order);
      // More than the heap has left: it grows, and what was seen of it before is gone.
      tensor(new Float32Array(5 << 20)).dispose();
      expect(device.heap.memory.buffer).not.toBe(before);
      expect(some?.values).toEqual(Float32Array.of(6, 0, 0, 1));
      loans.end();
      const model = new Sequential([layers.input({ shape: [2] }), layers.rescaling({ scale: 2 })]);
      const doubled = await model.predict(x, { batchSize: 1 << 15, verbose: 0 });
      expect(await doubled.data()).toEqual(values.map((value) => value * 2));
    } finally {
      setEngine(previous);
    }
  });
});
