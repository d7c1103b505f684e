// The same bounds where programs really run: WebAssembly with and without fused multiply-add, and
// native code where there is a compiler.
import { describe, expect, it } from 'vitest';
import type { Device } from '../../src/core/device.js';
import { layoutOf } from '../../src/core/layout.js';
import { createCpuDevice } from '../../src/devices/cpu.js';
import { type NativeRuntime, nativeTarget, openNative } from '../../src/devices/native.js';
import { ulpBound } from '../../src/kernels/functions/expand.js';
import { type FunctionName, functions } from '../../src/kernels/intrinsics.js';
import { call } from '../../src/kernels/ir/build.js';
import { mapKernel, read } from '../../src/kernels/ir/define.js';
import type { Loops } from '../../src/kernels/ir/loops.js';
import { parametrise } from '../../src/kernels/ir/parameters.js';
import { schedule } from '../../src/kernels/schedule/schedule.js';
import type { Target } from '../../src/kernels/schedule/target.js';
import { runNative } from '../kernels/run-native.js';
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

/** Runs a program on one output and as many inputs as it has. */
type Runner = (program: Loops, inputs: readonly Float32Array[]) => Promise<Float32Array>;

function programOf(name: FunctionName, target: Target): Loops {
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
  return schedule(kernel, target);
}

function onCpu(device: Device): Runner {
  return async (program, inputs) => {
    const blocks = inputs.map((values) => {
      const block = device.alloc(values.byteLength);
      device.write(block, new Uint8Array(values.buffer));
      return block;
    });
    const output = device.alloc(first.byteLength);
    const ready = parametrise(program);
    device.run(device.load(ready.program), [...blocks, output], ready.params);
    const bytes = await device.read(output, first.byteLength);
    for (const block of [...blocks, output]) device.free(block);
    return new Float32Array(bytes.buffer, bytes.byteOffset, first.length);
  };
}

function onNative(native: NativeRuntime): Runner {
  return async (program, inputs) => {
    const output = new Float32Array(first.length);
    const ready = parametrise(program);
    runNative(native, ready.program, { inputs, outputs: [output] }, ready.params);
    return output;
  };
}

interface Place {
  readonly place: string;
  readonly target: Target;
  readonly run: Runner;
}

const fused = createCpuDevice();
const plain = createCpuDevice({ relaxed: false });
const native = await openNative();
const places: readonly Place[] = [
  { place: 'WebAssembly', target: fused.target, run: onCpu(fused) },
  { place: 'WebAssembly, not fused', target: plain.target, run: onCpu(plain) },
  ...('absent' in native ? [] : [{ place: 'native', target: nativeTarget, run: onNative(native) }]),
];

/** Where JavaScript and C differ, or where no bound is promised. */
function isOutside(name: FunctionName, a: number, b: number): boolean {
  if (name === 'pow') return Math.abs(a) === 1 && !Number.isFinite(b);
  return ['sin', 'cos', 'tan'].includes(name) && Math.abs(a) > 8192 && Number.isFinite(a);
}

function isFunction(name: string): name is FunctionName {
  return Object.hasOwn(functions, name);
}

describe.each(places)('float32 functions: $place', ({ target, run }) => {
  for (const name of Object.keys(functions).filter(isFunction)) {
    it(name, async () => {
      const inputs = [first, second].slice(0, functions[name].args);
      const results = await run(programOf(name, target), inputs);
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
