// Where threads wait for each other inside a WebAssembly program: spin, then sleep.
// Words: how many have arrived, the number of this meeting, whether a thread has died, whether
// variables are being updated, and how long to spin.
import type { FunctionBody } from './wasm-assembler.js';
import { FunctionWriter } from './wasm-function.js';
import { NO_RESULT, op } from './wasm-opcodes.js';

/** Byte offsets of the words at the barrier's address. */
export const barrierWords = { arrived: 0, meeting: 4, broken: 8, updating: 12, spins: 16 } as const;

/**
 * Turns of spinning before a thread sleeps. A sleeping thread takes microseconds to wake, but one that
 * spins may keep the processor from the very thread it waits for. So the number follows what helps:
 * it grows by a quarter when spinning was enough and halves when it was not. Where processors are free
 * it comes to the most, a third of a millisecond; beside other busy processes, or threads, to the least.
 */
const SPINS = { least: 10_000, most: 640_000 } as const;
/** Nanoseconds a sleeping thread waits before it looks whether another has died. */
const PATIENCE = 100_000_000;
const DROP = 0x1a;

/**
 * `meet(threads)`: returns when all threads have called it; traps when one has died. A thread that
 * waits for long calls `watch`, in which the host says whether all are still there.
 */
export function barrierBody(address: number, watch: number): FunctionBody {
  const out = new FunctionWriter({ params: ['i32'], results: [] });
  const meeting = out.newLocal('i32');
  const limit = out.newLocal('i32');
  const spins = out.newLocal('i32');
  const load = (word: number): FunctionWriter => out.i32(address).access(op.atomicLoad, 2, word);

  load(barrierWords.meeting).set(meeting);
  // The last to arrive opens the next meeting and wakes the others.
  out.i32(address).i32(1).access(op.atomicAdd, 2, barrierWords.arrived);
  out.i32(1).emit(op.i32Add).get(0).emit(op.i32Eq);
  out.emit(op.if).code.byte(NO_RESULT);
  out.i32(address).i32(0).access(op.atomicStore, 2, barrierWords.arrived);
  out.i32(address).i32(1).access(op.atomicAdd, 2, barrierWords.meeting).emit(DROP);
  out.i32(address).i32(-1).access(op.atomicNotify, 2, barrierWords.meeting).emit(DROP);
  out.emit(op.return).emit(op.end);

  // At first the word is 0.
  load(barrierWords.spins).tee(limit).i32(SPINS.least);
  out.get(limit).i32(SPINS.least).emit(op.i32GtS).emit(op.select).tee(limit).set(spins);
  out.emit(op.loop).code.byte(NO_RESULT);
  load(barrierWords.meeting).get(meeting).emit(op.i32Ne);
  out.emit(op.if).code.byte(NO_RESULT);
  out.get(limit).i32(SPINS.most).emit(op.i32LtS);
  out.emit(op.if).code.byte(NO_RESULT);
  out.i32(address).get(limit).i32(2).emit(op.i32ShrU).get(limit).emit(op.i32Add);
  out.access(op.atomicStore, 2, barrierWords.spins);
  out.emit(op.end).emit(op.return).emit(op.end);
  out.get(spins).i32(1).emit(op.i32Sub).tee(spins).emit(op.brIf).code.unsigned(0);
  out.emit(op.end);
  out.i32(address).get(limit).i32(1).emit(op.i32ShrU);
  out.access(op.atomicStore, 2, barrierWords.spins);

  out.emit(op.loop).code.byte(NO_RESULT);
  out.i32(address).get(meeting).i64(PATIENCE);
  out.access(op.atomicWait32, 2, barrierWords.meeting).emit(DROP);
  out.emit(op.call).code.unsigned(watch);
  load(barrierWords.broken);
  out.emit(op.if).code.byte(NO_RESULT);
  out.emit(op.unreachable).emit(op.end);
  load(barrierWords.meeting).get(meeting).emit(op.i32Eq).emit(op.brIf).code.unsigned(0);
  out.emit(op.end);
  return out.finish();
}
