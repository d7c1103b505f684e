// One source, four targets: every representative kernel gives the same result on the interpreter,
// WebAssembly, C and WGSL; with its sizes written into the program, and as parameters.
import { afterAll, describe, it } from 'vitest';
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
import { expectClose } from './close.js';
import { evaluateCompute } from './evaluate-compute.js';
import type { Representative } from './example-kit.js';
import { openTestGpu } from './open-gpu.js';
import { representatives } from './representative.js';
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
    name: 'interpreter on plain programs',
    target: plainTarget,
    run: (program, buffers, params) => interpret(program, buffers, params),
  },
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

const references = new Map<Representative, TypedArray[]>();

/** The meaning of the kernel, without any recipe; Loops mean what the interpreter does. */
function referenceOf(example: Representative): TypedArray[] {
  const known = references.get(example);
  if (known !== undefined) return known;
  const outputs = outputsOf(example);
  const { inputs, kernel } = example;
  if (kernel.kind === 'compute') evaluateCompute(kernel, inputs, outputs);
  else interpret(kernel, { inputs, outputs });
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
