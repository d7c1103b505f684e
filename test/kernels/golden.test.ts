// What recipes make of each representative kernel, printed: a change of a recipe shows as a diff.
// After a change that is meant: npx vitest run test/kernels/golden.test.ts -u
import { describe, expect, it } from 'vitest';
import { printLoops } from '../../src/kernels/ir/print.js';
import { schedule } from '../../src/kernels/schedule/schedule.js';
import type { Target } from '../../src/kernels/schedule/target.js';
import { representatives } from './representative.js';

const cpu: Target = {
  name: 'wasm',
  kind: 'cpu',
  lanes: 4,
  fusedMultiplyAdd: true,
  tiles: [{ rows: 4, vectors: 2, rate: 1 }],
  threads: 1,
  cacheBytes: 1 << 19,
  workgroupSize: 1,
};
const gpu: Target = { ...cpu, name: 'gpu', kind: 'gpu', lanes: 1, workgroupSize: 256 };

describe.each([cpu, gpu])('programs for $name', (target) => {
  it.each(representatives)('$name', async ({ name, kernel }) => {
    const file = name.replaceAll(/[^a-z]+/g, '-');
    const text = printLoops(schedule(kernel, target));
    await expect(text).toMatchFileSnapshot(`golden/${target.name}/${file}.txt`);
  });
});
