// Every row again on strided views: transposed, with an offset and foreign elements around.
import '../../src/index.js';
import { checkStrided } from '../harness/op-checks.js';
import { suite } from '../harness/op-suite.js';

suite({
  name: 'strided inputs give what contiguous ones give',
  applies: (one) => one.fails === undefined && one.inputs.length > 0,
  run: (one) => checkStrided(one, 'float32'),
});
