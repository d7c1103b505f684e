// Which table of calls reads which golden file.
import { arrayCalls } from './array-calls.js';
import { boxCalls } from './box-calls.js';
import type { Calls } from './calls.js';
import { controlCalls } from './control-calls.js';
import { imageCalls } from './image-calls.js';
import { linalgCalls, mathCalls } from './linalg-calls.js';
import { nnCalls } from './nn-calls.js';
import { numpyCalls } from './numpy-calls.js';
import { pickingCalls } from './picking-calls.js';
import { reductionCalls } from './reduction-calls.js';

export const tables: Readonly<Record<string, Calls>> = {
  'ops-image': imageCalls,
  'ops-bounding-boxes': boxCalls,
  'ops-numpy': numpyCalls,
  'ops-edges': { ...numpyCalls, ...reductionCalls, ...arrayCalls, ...pickingCalls },
  'ops-dtypes': { ...nnCalls, ...numpyCalls, ...reductionCalls, ...arrayCalls },
  'ops-random-calls': { ...nnCalls, ...linalgCalls, ...pickingCalls, ...numpyCalls },
  'ops-reductions': reductionCalls,
  'ops-arrays': arrayCalls,
  'ops-picking': pickingCalls,
  'ops-linalg': linalgCalls,
  'ops-math': mathCalls,
  'ops-nn': nnCalls,
  'ops-control': controlCalls,
};
