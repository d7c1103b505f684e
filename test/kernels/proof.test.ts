// One source, four targets: every representative kernel gives the same result on the interpreter,
// WebAssembly, C and WGSL; with its sizes written into the program, and as parameters.
import { afterAll, describe, expect, it } from 'vitest';
import type { TypedArray } from '../../src/core/dtype.js';
import { at } from '../../src/core/sequence.js';
import { createCpuDevice } from '../../src/devices/cpu.js';
import { nativeTarget, openNative } from '../../src/devices/native.js';
import { interpret, type ProgramBuffers } from '../../src/kernels/emit/interpreter.js';
import type { Loops } from '../../src/kernels/ir/loops.js';
import { parametrise } from '../../src/kernels/ir/parameters.js';
import { verifyLoops } from '../../src/kernels/ir/verify.js';
import { schedule } from '../../src/kernels/schedule/schedule.js';
import { plainTarget, type Target } from '../../src/kernels/schedule/target.js';
import { openTestGpu } from './open-gpu.js';
import { type Representative, representatives } from './representative.js';
import { runNative } from './run-native.js';
import { runOnDevice } from './run-on-device.js';

type Run = (program: Loops, buffers: ProgramBuffers, params: readonly number[]) => unknown;

interface Runner {
  readonly name: string;
  readonly target: Target;
  readonly run?: Run;
  readonly absent?: string;
}

const cpu = createCpuDevice();
const native = await openNative();
const gpu = await openTestGpu();
const noDevice = (absent: string, target: Target) => ({ absent, target });

const runners: readonly Runner[] = [
  {
    name: 'interpreter on wasm programs',
    target: cpu.target,
    run: (program, buffers, params) => interpret(program, buffers, params),
  },
  {
    name: 'wasm',
    target: cpu.target,
    run: (program, buffers, params) => runOnDevice(cpu, program, buffers, params),
  },
  {
    name: 'C',
    ...('absent' in native
      ? noDevice(native.absent, nativeTarget)
      : {
          target: nativeTarget,
          run: (program: Loops, buffers: ProgramBuffers, params: readonly number[]) =>
            runNative(native, program, buffers, params),
        }),
  },
  {
    name: 'interpreter on GPU programs',
    target: 'absent' in gpu ? { ...plainTarget, kind: 'gpu', workgroupSize: 256 } : gpu.target,
    run: (program, buffers, params) => interpret(program, buffers, params),
  },
  {
    name: 'WGSL',
    ...('absent' in gpu
      ? noDevice(gpu.absent, plainTarget)
      : {
          target: gpu.target,
          run: (program: Loops, buffers: ProgramBuffers, params: readonly number[]) =>
            runOnDevice(gpu, program, buffers, params),
        }),
  },
];

function outputsOf({ outputs }: Representative): TypedArray[] {
  // Arbitrary old content, since devices promise no zeros.
  return outputs().map((array) => array.fill(77));
}

/** Fails unless the numbers agree to `ulps` units in the last place of the largest one. */
function expectClose(received: TypedArray, expected: TypedArray, ulps: number): void {
  const scale = Array.from(expected, Math.abs).reduce((a, b) => Math.max(a, b), 0);
  const allowed = ulps * scale * 2 ** -23;
  for (let index = 0; index < expected.length; index++) {
    const [a, b] = [at(received, index), at(expected, index)];
    if (Math.abs(a - b) <= allowed || (Number.isNaN(a) && Number.isNaN(b))) continue;
    expect.fail(`element ${index} is ${a}, expected ${b} (within ${allowed})`);
  }
}

const references = new Map<Representative, TypedArray[]>();

/** What the plainest program gives. */
function referenceOf(example: Representative): TypedArray[] {
  const known = references.get(example);
  if (known !== undefined) return known;
  const program = schedule(example.kernel, plainTarget);
  verifyLoops(program);
  const outputs = outputsOf(example);
  interpret(program, { inputs: example.inputs, outputs });
  references.set(example, outputs);
  return outputs;
}

afterAll(() => {
  if (!('absent' in gpu)) gpu.destroy();
});

for (const { name, target, run, absent } of runners) {
  describe(`${name}${absent === undefined ? '' : ` (skipped: ${absent})`}`, () => {
    for (const example of representatives) {
      it.skipIf(run === undefined)(example.name, async () => {
        const program = schedule(example.kernel, target);
        verifyLoops(program);
        const general = parametrise(program);
        for (const [version, params] of [
          [program, []],
          [general.program, general.params],
        ] as const) {
          const outputs = outputsOf(example);
          await run?.(version, { inputs: example.inputs, outputs }, params);
          for (const [slot, expected] of referenceOf(example).entries()) {
            expectClose(at(outputs, slot), expected, example.ulps);
          }
        }
      });
    }
  });
}
