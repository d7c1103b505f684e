// The case table: rows for every op with a kernel. An op without a row does not compile.
import type { OpName } from '../../src/ops/op-table.js';
import type { Case } from '../harness/op-case.js';
import { binaryCases } from './binary-cases.js';
import { indexCases } from './index-cases.js';
import { linalgCases } from './linalg-cases.js';
import { numericCases } from './numeric-cases.js';
import { productCases } from './product-cases.js';
import { reductionCases } from './reduction-cases.js';
import { shapeCases } from './shape-cases.js';
import { unaryCases } from './unary-cases.js';
import { windowCases } from './window-cases.js';

export const cases: Readonly<Record<OpName, readonly Case[]>> = {
  ...unaryCases,
  ...binaryCases,
  ...reductionCases,
  ...shapeCases,
  ...productCases,
  ...indexCases,
  ...windowCases,
  ...numericCases,
  ...linalgCases,
};
