// Large kernels that run op by op are shared by threads, and give the same bits for any number.
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  createCpuDevice,
  createEagerEngine,
  ops,
  type Tensor,
  withEngine,
} from '../../src/index.js';

/** Numbers of a fixed pattern. */
function pattern(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin(i * 1.7) + (i % 7) * 0.1);
}

const cases: ReadonlyMap<string, (x: Tensor) => Tensor> = new Map([
  ['a map', (x) => x.exp().add(1)],
  ['a product', (x) => ops.matmul(x, x.transpose())],
  ['a product with few rows', (x) => ops.matmul(x.slice([0, 0], [5, -1]), x.transpose())],
  ['row sums', (x) => x.sum({ axis: 1 })],
  ['column sums', (x) => x.sum({ axis: 0 })],
  ['softmax', (x) => ops.softmax(x)],
]);

/** What each of several runs gives: the first ones run alone, the later ones are shared. */
async function runs(threads: number, body: (x: Tensor) => Tensor): Promise<Float32Array[]> {
  const device = createCpuDevice({ threads });
  const engine = createEagerEngine(device);
  const x = withEngine(engine, () => ops.tensor(pattern(300 * 301), { shape: [300, 301] }));
  const results: Float32Array[] = [];
  for (let run = 0; run < 5; run++) {
    const y = withEngine(engine, () => engine.scope(() => body(x)));
    results.push(Float32Array.from(await y.data()));
    y.dispose();
    // Time for helpers to start, so that later runs are shared.
    if (run === 2 && threads > 1) await setTimeout(100);
  }
  device.setThreads(1);
  return results;
}

function bytesOf(values: Float32Array | undefined): Uint8Array {
  return new Uint8Array(values?.buffer ?? new ArrayBuffer(0));
}

describe('large kernels on threads', () => {
  it.each([...cases])('%s gives the same bits on 1, 2 and 4', async (_, body) => {
    const [expected, ...more] = await runs(1, body);
    for (const threads of [2, 4]) more.push(...(await runs(threads, body)));
    for (const result of more) {
      expect(Buffer.compare(bytesOf(result), bytesOf(expected))).toBe(0);
    }
  });

  it('starts no helper for small ones', () => {
    const device = createCpuDevice({ threads: 2 });
    const engine = createEagerEngine(device);
    withEngine(engine, () => {
      for (let run = 0; run < 5; run++) engine.scope(() => void ops.tensor([1, 2, 3]).add(1));
    });
    // A team of threads would keep two blocks to meet at.
    expect(device.memory().blocks).toBe(0);
  });
});
