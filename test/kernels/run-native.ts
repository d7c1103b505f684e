// Runs one program natively on plain arrays, for tests: lays the buffers out in one heap.
import type { TypedArray } from '../../src/core/dtype.js';
import { at } from '../../src/core/sequence.js';
import type { NativeRuntime } from '../../src/devices/native.js';
import { emitC } from '../../src/kernels/emit/c.js';
import type { ProgramBuffers } from '../../src/kernels/emit/interpreter.js';
import { evaluateInteger } from '../../src/kernels/ir/evaluate-integer.js';
import { type BufferRef, storageBytes } from '../../src/kernels/ir/expr.js';
import type { Loops } from '../../src/kernels/ir/loops.js';

/** Space round every buffer, filled with a pattern, so that stray writes show. */
const FENCE = 64;
const PATTERN = 0xa5;
const THREADS = 2;

function bytesOf(array: TypedArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

export function runNative(
  native: NativeRuntime,
  program: Loops,
  buffers: ProgramBuffers,
  params: readonly number[] = [],
  threads = THREADS,
): void {
  const run = native.compile(emitC(program));
  const arrayOf = (buffer: BufferRef): TypedArray => {
    if (buffer.space === 'input') return at(buffers.inputs, buffer.slot);
    if (buffer.space === 'output') return at(buffers.outputs, buffer.slot);
    const length = buffer.length === undefined ? 0 : evaluateInteger(buffer.length, params);
    const bytes = length * storageBytes(buffer.storage);
    return new Uint8Array(buffer.perThread === true ? threads * Math.ceil(bytes / 64) * 64 : bytes);
  };
  const arrays = program.buffers.map((buffer) => bytesOf(arrayOf(buffer)));
  const offsets: number[] = [];
  let end = FENCE;
  for (const array of arrays) {
    offsets.push(end);
    end += Math.ceil(array.length / 64) * 64 + FENCE;
  }
  const heap = new Uint8Array(new SharedArrayBuffer(end)).fill(PATTERN);
  for (const [index, array] of arrays.entries()) heap.set(array, at(offsets, index));
  run(heap, Uint32Array.from(offsets), Int32Array.from([...params, 0]), threads);
  for (const [index, array] of arrays.entries()) {
    const begin = at(offsets, index);
    array.set(heap.subarray(begin, begin + array.length));
    heap.fill(PATTERN, begin, begin + array.length);
  }
  if (heap.some((byte) => byte !== PATTERN)) throw new Error('a write fell outside every buffer');
}
