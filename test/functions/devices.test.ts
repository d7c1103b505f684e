// The same bounds where programs really run: WebAssembly with and without fused multiply-add, and
// native code where there is a compiler, shaders where there is a GPU or a driver that plays one.
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
import { openTestGpu } from '../kernels/open-gpu.js';
import { runNative } from '../kernels/run-native.js';
import { runOnDevice } from '../kernels/run-on-device.js';
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

function onDevice(device: Device): Runner {
  return async (program, inputs) => {
    const output = new Float32Array(first.length);
    const ready = parametrise(program);
    await runOnDevice(device, ready.program, { inputs, outputs: [output] }, ready.params);
    return output;
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
  /** GPUs may drop subnormal numbers, know no NaN, and divide to two and a half units. */
  readonly isGpu?: boolean;
}

const fused = createCpuDevice();
const plain = createCpuDevice({ relaxed: false });
const native = await openNative();
const gpu = await openTestGpu();
const places: readonly Place[] = [
  { place: 'WebAssembly', target: fused.target, run: onDevice(fused) },
  { place: 'WebAssembly, not fused', target: plain.target, run: onDevice(plain) },
  ...('absent' in native ? [] : [{ place: 'native', target: nativeTarget, run: onNative(native) }]),
  ...('absent' in gpu
    ? []
    : [{ place: 'GPU', target: gpu.target, run: onDevice(gpu), isGpu: true }]),
];
const GPU_SLACK = 4;

/** Where JavaScript and C differ, or where no bound is promised. */
function isOutside(name: FunctionName, a: number, b: number): boolean {
  if (name === 'pow') return Math.abs(a) === 1 && !Number.isFinite(b);
  return ['sin', 'cos', 'tan'].includes(name) && Math.abs(a) > 8192 && Number.isFinite(a);
}

/** Numbers that every GPU computes with. */
function isPlain(value: number): boolean {
  return value === 0 || (Math.abs(value) > 2 ** -120 && Math.abs(value) < 2 ** 126);
}

function isFunction(name: string): name is FunctionName {
  return Object.hasOwn(functions, name);
}

describe.each(places)('float32 functions: $place', ({ target, run, isGpu = false }) => {
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
        const used = functions[name].args === 1 ? [a, wanted] : [a, b, wanted];
        if (isGpu && !used.every(isPlain)) return;
        const error = ulpDistance(got, wanted);
        if (error <= worst) return;
        worst = error;
        at = `${name}(${a}, ${b}) = ${got}, not ${wanted}`;
      });
      expect(worst, at).toBeLessThanOrEqual(ulpBound[name] + (isGpu ? GPU_SLACK : 0));
    });
  }
});
