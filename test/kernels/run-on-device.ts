// Runs one program on a device on plain arrays, for tests.
import type { Block, Device } from '../../src/core/device.js';
import type { TypedArray } from '../../src/core/dtype.js';
import { at } from '../../src/core/sequence.js';
import type { ProgramBuffers } from '../../src/kernels/emit/interpreter.js';
import type { Loops } from '../../src/kernels/ir/loops.js';

function bytesOf(array: TypedArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** Binds arrays, runs once, and writes the results back into the outputs' arrays. */
export async function runOnDevice(
  device: Device,
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
