// Shapes that never repeat: one warning, and memory that stays where it was after a few programs.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { createGraphEngine } from '../../src/engines/graph/engine.js';
import {
  createCpuDevice,
  createEagerEngine,
  ones,
  type Tensor,
  tensor,
  Variable,
  withEngine,
} from '../../src/index.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

async function collected(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    collect();
  }
}

for (const threads of [1, 2]) {
  it(`a new shape each step warns once and keeps memory flat (threads: ${threads})`, async () => {
    const device = createCpuDevice();
    device.setThreads(threads);
    const warnings: string[] = [];
    const engine = createGraphEngine(createEagerEngine(device), (text) => warnings.push(text));
    const weight = withEngine(engine, () => new Variable(tensor([0.5])));
    // Constants written in the step, and larger ones that folding makes, belong to each program.
    const step = engine.compile((x: Tensor) => {
      weight.assign(weight.value.mul(tensor([0.9])));
      const table = ones([64, 64]).mul(3).sum();
      return x.mul(2).add(weight.value).sum().add(table);
    });
    const run = (size: number): void =>
      withEngine(engine, () => engine.scope(() => void step(ones([size]))));
    const upTo = async (from: number, to: number) => {
      for (let size = from; size <= to; size++) run(size);
      await collected();
      return device.memory();
    };
    const before = await upTo(1, 40);
    const after = await upTo(41, 140);
    expect(after.blocks - before.blocks).toBeLessThanOrEqual(4);
    expect(after.bytes - before.bytes).toBeLessThan(16 * 1024);
    expect(warnings).toEqual([expect.stringContaining('compiled 12 times for different shapes')]);
  });
}

it('a batch size that comes back after it was forgotten gives the same', async () => {
  const engine = createGraphEngine(createEagerEngine(createCpuDevice()));
  const step = engine.compile((x: Tensor) => x.mul(tensor([3])).sum());
  const run = (size: number): Promise<number> =>
    withEngine(engine, () => step(ones([size]))).item();
  expect(await run(5)).toBe(15);
  for (let size = 6; size < 40; size++) expect(await run(size)).toBe(3 * size);
  expect(await run(5)).toBe(15);
});
