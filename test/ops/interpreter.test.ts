// Every row's values on the interpreter: the reference device, which checks every access.
import { setDevice } from '../../src/index.js';
import { checkStrided, checkValues } from '../harness/op-checks.js';
import { suite } from '../harness/op-suite.js';

await setDevice('interpreter');

suite({
  name: 'values on the interpreter',
  applies: (one) => one.fails === undefined,
  run: (one) => checkValues(one, 'float32'),
});

suite({
  name: 'strided inputs on the interpreter',
  applies: (one) => one.fails === undefined && one.inputs.length > 0,
  run: (one) => checkStrided(one, 'float32'),
});
