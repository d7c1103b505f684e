// The same bounds on the cpu device: four lanes at a time, with and without fused multiply-add.
import { describe, expect, it } from 'vitest';
import type { Device } from '../../src/core/device.js';
import { layoutOf } from '../../src/core/layout.js';
import { createCpuDevice } from '../../src/devices/cpu.js';
import { ulpBound } from '../../src/kernels/functions/expand.js';
import { type FunctionName, functions } from '../../src/kernels/intrinsics.js';
import { call } from '../../src/kernels/ir/build.js';
import { mapKernel, read } from '../../src/kernels/ir/define.js';
import { parametrise } from '../../src/kernels/ir/parameters.js';
import { schedule } from '../../src/kernels/schedule/schedule.js';
import {
  evenSamples,
  floatSamples,
  joined,
  shuffled,
  specialValues,
  ulpDistance,
} from './samples.js';

const first = joined(
  floatSamples(8_000),
  evenSamples(-20, 20, 8_000),
  Float32Array.from(specialValues),
);
const second = shuffled(first);

async function computed(device: Device, name: FunctionName): Promise<Float32Array> {
  const layout = layoutOf('float32', [first.length]);
  const { shape, dtype } = layout;
  const views = [0, 1].slice(0, functions[name].args).map((input) => ({
    input,
    layout,
    shape,
    dtype,
  }));
  const kernel = mapKernel(views, layout, (index) =>
    call(name, ...views.map((view) => read(view, index))),
  );
  const { program, params } = parametrise(schedule(kernel, device.target));
  const blocks = [first, second].slice(0, views.length).map((values) => {
    const block = device.alloc(values.byteLength);
    device.write(block, new Uint8Array(values.buffer));
    return block;
  });
  const output = device.alloc(first.byteLength);
  device.run(device.load(program), [...blocks, output], params);
  const bytes = await device.read(output, first.byteLength);
  for (const block of [...blocks, output]) device.free(block);
  return new Float32Array(bytes.buffer, bytes.byteOffset, first.length);
}

/** Where JavaScript and C differ, or where no bound is promised. */
function isOutside(name: FunctionName, a: number, b: number): boolean {
  if (name === 'pow') return Math.abs(a) === 1 && !Number.isFinite(b);
  return ['sin', 'cos', 'tan'].includes(name) && Math.abs(a) > 8192 && Number.isFinite(a);
}

function isFunction(name: string): name is FunctionName {
  return Object.hasOwn(functions, name);
}

describe.each([true, false])('float32 functions as WebAssembly, fused: %s', (relaxed) => {
  const device = createCpuDevice({ relaxed });
  for (const name of Object.keys(functions).filter(isFunction)) {
    it(name, async () => {
      const results = await computed(device, name);
      let worst = 0;
      let at = '';
      results.forEach((got, i) => {
        const [a, b] = [first[i] ?? 0, second[i] ?? 0];
        if (isOutside(name, a, b)) return;
        const wanted = Math.fround(functions[name].js(a, b, 0));
        const error = ulpDistance(got, wanted);
        if (error <= worst) return;
        worst = error;
        at = `${name}(${a}, ${b}) = ${got}, not ${wanted}`;
      });
      expect(worst, at).toBeLessThanOrEqual(ulpBound[name]);
    });
  }
});
