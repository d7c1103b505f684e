// The suite of loops and branches once more, as native code. A loop without a bound shows that they
// are loops there, since nothing could unroll it.
import { beforeEach, it } from 'vitest';
import { openNative } from '../../src/devices/native.js';
import { setDevice } from '../../src/index.js';

const native = await openNative();

if ('absent' in native) {
  it.skip(`loops and branches as native code (skipped: ${native.absent})`, () => {});
} else {
  beforeEach(() => setDevice('native'));
  await import('./control-flow.test.js');
}
