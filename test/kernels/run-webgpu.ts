// Runs programs on the GPU device on plain arrays, for tests. Where there is no GPU, a software
// driver serves: Debian's chromium package carries one.
import { existsSync } from 'node:fs';
import type { Block } from '../../src/core/device.js';
import type { TypedArray } from '../../src/core/dtype.js';
import { at } from '../../src/core/sequence.js';
import { openWebgpu, type WebgpuAbsent, type WebgpuDevice } from '../../src/devices/webgpu.js';
import type { ProgramBuffers } from '../../src/kernels/emit/interpreter.js';
import type { Loops } from '../../src/kernels/ir/loops.js';

const SOFTWARE_DRIVER = '/usr/lib/chromium/vk_swiftshader_icd.json';

export function openTestGpu(): Promise<WebgpuDevice | WebgpuAbsent> {
  // Set KERATIN_GPU to test on real hardware.
  if (process.env.KERATIN_GPU === undefined && process.env.VK_DRIVER_FILES === undefined) {
    if (!existsSync(SOFTWARE_DRIVER)) {
      return Promise.resolve({ absent: 'no software driver: install the package chromium' });
    }
    process.env.VK_DRIVER_FILES = SOFTWARE_DRIVER;
  }
  return openWebgpu();
}

function bytesOf(array: TypedArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

export async function runWebgpu(
  device: WebgpuDevice,
  program: Loops,
  buffers: ProgramBuffers,
  params: readonly number[] = [],
): Promise<void> {
  const bound = program.buffers.filter(({ length }) => length === undefined);
  const arrays = bound.map(({ space, slot }) =>
    at(space === 'input' ? buffers.inputs : buffers.outputs, slot),
  );
  // One array bound twice is one block bound twice.
  const blocks = new Map<TypedArray, Block>();
  for (const array of arrays) {
    if (blocks.has(array)) continue;
    const block = device.alloc(array.byteLength);
    device.write(block, bytesOf(array));
    blocks.set(array, block);
  }
  const inOrder = arrays.map((array) => blocks.get(array));
  device.run(
    device.load(program),
    inOrder.filter((block) => block !== undefined),
    params,
  );
  for (const array of buffers.outputs) {
    const block = blocks.get(array);
    if (block !== undefined) bytesOf(array).set(await device.read(block, array.byteLength));
  }
  for (const block of blocks.values()) device.free(block);
}
