// Every row's values against its float64 reference, in float32, float64, integers and bools.
import '../../src/index.js';
import type { DType } from '../../src/core/dtype.js';
import { checkFails, checkValues } from '../harness/op-checks.js';
import { suite } from '../harness/op-suite.js';

const runs = (dtype: DType): void =>
  suite({
    name: `values in ${dtype}`,
    applies: (one) => one.fails === undefined,
    run: (one) => checkValues(one, dtype),
  });

runs('float32');
runs('float64');

for (const dtype of ['int32', 'uint8', 'bool'] as const) {
  suite({
    name: `values in ${dtype}`,
    applies: (one) => one.fails === undefined && (one.exactIn ?? []).includes(dtype),
    run: (one) => checkValues(one, dtype),
  });
}

suite({
  name: 'refuses with a message',
  applies: (one) => one.fails !== undefined,
  run: (one) => checkFails(one, 'float32'),
});
