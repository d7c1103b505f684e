// A module that gathers rows of its memory, each by the one instruction there is for copying.
// JavaScript's own ways (`set`, `copyWithin`) take twice as long where threads share the memory.
// Heaps (devices/heap.ts) use it.
import { assemble } from './wasm-assembler.js';
import { FunctionWriter } from './wasm-function.js';
import { NO_RESULT, op } from './wasm-opcodes.js';

/**
 * A module whose `run(to, from, order, bytes, count)` copies rows of so many bytes, one after the
 * other, to the address `to`: those that the `count` words at `order` number, counted from `from`
 * on. There must be one.
 */
export function rowsModule(memory: {
  readonly shared: boolean;
  readonly maximumPages: number;
}): Uint8Array<ArrayBuffer> {
  const [to, from, order, bytes, count] = [0, 1, 2, 3, 4];
  const out = new FunctionWriter({ params: ['i32', 'i32', 'i32', 'i32', 'i32'], results: [] });
  out.emit(op.loop).code.byte(NO_RESULT);
  out.get(to);
  out.get(from).get(order).access(op.i32Load, 2, 0).get(bytes).emit(op.i32Mul).emit(op.i32Add);
  out.get(bytes).emit(op.memoryCopy);
  // The numbers of both memories, of which there is one.
  out.code.byte(0).byte(0);
  out.get(to).get(bytes).emit(op.i32Add).set(to);
  out.get(order).i32(4).emit(op.i32Add).set(order);
  out.get(count).i32(1).emit(op.i32Sub).tee(count).emit(op.brIf).code.unsigned(0);
  out.emit(op.end);
  return assemble({
    memory,
    imports: [],
    functions: [out.finish()],
    globals: 0,
    exports: [{ name: 'run', index: 0 }],
  });
}
