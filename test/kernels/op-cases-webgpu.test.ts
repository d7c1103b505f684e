// Every row of the op table on the GPU device, through the eager engine.
import { afterAll, it } from 'vitest';
import { createEagerEngine, setEngine } from '../../src/index.js';
import type { Case } from '../harness/op-case.js';
import { checkStrided, checkValues } from '../harness/op-checks.js';
import { suite } from '../harness/op-suite.js';
import { openTestGpu } from './open-gpu.js';

const gpu = await openTestGpu();

/** Rows that no GPU has to pass, and why. */
const BEYOND: Readonly<Record<string, string>> = {
  'cast: to float64 and back': 'GPUs compute no 64-bit floats',
  'nanToNum: the largest of float64': 'GPUs compute no 64-bit floats',
  'log: special numbers': 'GPUs may take subnormal numbers for 0',
};

function isFor(one: Case, op: string): boolean {
  return one.fails === undefined && BEYOND[`${op}: ${one.about}`] === undefined;
}

if ('absent' in gpu) {
  it.skip(`values on the GPU (skipped: ${gpu.absent})`, () => {});
} else {
  setEngine(createEagerEngine(gpu));
  afterAll(() => gpu.destroy());

  suite({
    name: 'values on the GPU',
    applies: isFor,
    run: (one) => checkValues(one, 'float32'),
  });

  // Software drivers take half a minute for these.
  if (process.env.KERATIN_GPU !== undefined) {
    suite({
      name: 'strided inputs on the GPU',
      applies: (one, op) => isFor(one, op) && one.inputs.length > 0,
      run: (one) => checkStrided(one, 'float32'),
    });
  }
}
