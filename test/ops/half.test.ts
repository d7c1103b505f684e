// Every row in the two half types: stored in 16 bits, computed in float32, rounded at each op.
import '../../src/index.js';
import { checkValues } from '../harness/op-checks.js';
import { suite } from '../harness/op-suite.js';

for (const dtype of ['float16', 'bfloat16'] as const) {
  suite({
    name: `values in ${dtype}`,
    applies: (one) => one.fails === undefined && one.noHalf === undefined && one.inputs.length > 0,
    run: (one) => checkValues(one, dtype),
  });
}
