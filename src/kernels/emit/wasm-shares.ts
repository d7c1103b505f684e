// How threads share the steps of a loop inside a WebAssembly program: cut into pieces, of which each
// thread takes its own first, in order, and then those that slower threads have not begun.
//
// Every thread has a word: the round (loops shared so far in this run), and the next of its pieces.
// All threads share the same loops in the same order, so who finds a word of an older round knows
// that its owner has not come yet, and may begin its pieces; a newer one says that none is left.
import { CACHE_LINE, MOST_THREADS } from './sharing.js';
import type { FunctionBody } from './wasm-assembler.js';
import { FunctionWriter } from './wasm-function.js';
import { NO_RESULT, op } from './wasm-opcodes.js';

/** Byte offsets in a thread's line: round and next piece as one word; the round it is in. */
const shareWords = { next: 0, round: 8 } as const;
/** Bytes of the words of all threads. They are 0 when a run begins. */
export const SHARE_BYTES = CACHE_LINE * MOST_THREADS;

/**
 * `take(thread, threads, pieces, previous)`: the number of a piece that this thread is to do, or -1
 * when all have been taken. `previous` is its answer before, -1 at first. Who got -1 is in the next
 * round: it must not ask again for the same loop.
 */
export function takeBody(address: number): FunctionBody {
  const out = new FunctionWriter({ params: ['i32', 'i32', 'i32', 'i32'], results: ['i32'] });
  const [thread, threads, pieces, previous] = [0, 1, 2, 3] as const;
  const round = out.newLocal('i32');
  const victim = out.newLocal('i32');
  const line = out.newLocal('i32');
  const piece = out.newLocal('i32');
  const word = out.newLocal('i64');
  const lineOf = (owner: number): FunctionWriter =>
    out.get(owner).i32(CACHE_LINE).emit(op.i32Mul).i32(address).emit(op.i32Add);
  const firstOf = (add: number): FunctionWriter => {
    out.get(victim).i32(add).emit(op.i32Add).get(pieces).emit(op.i32Mul);
    return out.get(threads).emit(op.i32DivS);
  };
  const seenRound = (): FunctionWriter =>
    out.get(word).i64(32).emit(op.i64ShrU).emit(op.i32WrapI64);

  // Alone, pieces come in order and no words are needed.
  out.get(threads).i32(1).emit(op.i32Eq);
  out.emit(op.if).code.byte(NO_RESULT);
  out.get(previous).i32(1).emit(op.i32Add).tee(piece).i32(-1);
  out.get(piece).get(pieces).emit(op.i32LtS).emit(op.select).emit(op.return).emit(op.end);

  lineOf(thread).access(op.i32Load, 2, shareWords.round).i32(1).emit(op.i32Add).set(round);
  out.get(thread).set(victim);
  out.emit(op.loop).code.byte(NO_RESULT);
  lineOf(victim).set(line);
  out.emit(op.block).code.byte(NO_RESULT);
  out.emit(op.loop).code.byte(NO_RESULT);
  out.get(line).access(op.atomicLoad64, 3, shareWords.next).set(word);
  seenRound().get(round).emit(op.i32GtS).emit(op.brIf).code.unsigned(1);
  out.get(word).emit(op.i32WrapI64);
  firstOf(0);
  seenRound().get(round).emit(op.i32Eq).emit(op.select).tee(piece);
  firstOf(1).emit(op.i32GeS).emit(op.brIf).code.unsigned(1);
  // Another thread may have been quicker: then the word is looked at again.
  out.get(line).get(word);
  out.get(round).emit(op.i64ExtendI32U).i64(32).emit(op.i64Shl);
  out.get(piece).i32(1).emit(op.i32Add).emit(op.i64ExtendI32U).emit(op.i64Or);
  out.access(op.atomicCompareExchange64, 3, shareWords.next);
  out.get(word).emit(op.i64Ne).emit(op.brIf).code.unsigned(0);
  out.get(piece).emit(op.return).emit(op.end).emit(op.end);

  out.get(victim).i32(1).emit(op.i32Add).tee(victim).i32(0);
  out.get(victim).get(threads).emit(op.i32LtS).emit(op.select).tee(victim);
  out.get(thread).emit(op.i32Ne).emit(op.brIf).code.unsigned(0);
  out.emit(op.end);
  lineOf(thread).get(round).access(op.i32Store, 2, shareWords.round);
  return out.i32(-1).finish();
}
