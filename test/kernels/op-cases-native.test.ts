// Every row of the op table as native code. Compiling takes minutes where nothing is cached, so
// this runs only when asked for: KERATIN_NATIVE=1 npx vitest run test/kernels/op-cases-native.test.ts
import { it } from 'vitest';
import { openNative } from '../../src/devices/native.js';
import { NativeDevice } from '../../src/devices/native-device.js';
import { createEagerEngine, setEngine } from '../../src/index.js';
import { checkStrided, checkValues } from '../harness/op-checks.js';
import { suite } from '../harness/op-suite.js';

const asked = process.env.KERATIN_NATIVE !== undefined;
const native = asked ? await openNative() : { absent: 'KERATIN_NATIVE is not set' };

if ('absent' in native) {
  it.skip(`values as native code (skipped: ${native.absent})`, () => {});
} else {
  setEngine(createEagerEngine(new NativeDevice(native, { threads: 2 })));

  suite({
    name: 'values as native code',
    applies: (one) => one.fails === undefined,
    run: (one) => checkValues(one, 'float32'),
  });

  suite({
    name: 'strided inputs as native code',
    applies: (one) => one.fails === undefined && one.inputs.length > 0,
    run: (one) => checkStrided(one, 'float32'),
  });
}
