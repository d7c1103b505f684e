// How the threads of a CPU share a program's parallel loops: what both emitters for it agree on.
// Each loop is cut into pieces; wasm-shares.ts and c-team.ts hand them out.
import { evaluateInteger } from '../ir/evaluate-integer.js';
import { type BufferRef, storageBytes } from '../ir/expr.js';
import type { Stmt } from '../ir/loops.js';
import { blocksOf } from '../ir/walk.js';

/** Pieces of a shared loop for each thread: more balance better, and take more time to hand out. */
export const PIECES_PER_THREAD = 32;
/** Most threads that share loops; each has its words. */
export const MOST_THREADS = 64;
/** Bytes of a line of the cache: threads' words and their own pieces of scratch begin at one. */
export const CACHE_LINE = 64;

/** Whether every store and call is inside a parallel loop, so that threads can share the work. */
export function canShare(body: readonly Stmt[]): boolean {
  return body.every((stmt) => {
    if (stmt.kind === 'store' || stmt.kind === 'call') return false;
    if (stmt.kind === 'for' && stmt.as === 'parallel') return true;
    return blocksOf(stmt).every(canShare);
  });
}

/** Bytes of a scratch buffer for all threads; each thread's piece begins at a whole line. */
export function scratchBytes(
  { space, length, perThread, storage }: BufferRef,
  params: readonly number[],
  threads: number,
): number {
  if (space !== 'scratch' || length === undefined) return 0;
  const bytes = evaluateInteger(length, params) * storageBytes(storage);
  const rounded = Math.ceil(bytes / CACHE_LINE) * CACHE_LINE;
  return perThread === true ? rounded * threads : rounded;
}
