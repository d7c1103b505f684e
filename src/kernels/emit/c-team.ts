// The C text by which threads share a step: they take pieces of loops and wait for each other.
// The counterpart of wasm-shares.ts (which says how pieces are handed out) and wasm-barrier.ts.
import { CACHE_LINE, MOST_THREADS, PIECES_PER_THREAD } from './sharing.js';

/** Looks at the other threads' arrival before the processor is given to whoever waits for it. */
const SPINS = 2000;

/**
 * `team`: the words of all threads, zeros when a run begins; each run has words of its own, since
 * several workers may run one library at a time. `take` gives the number of a piece that this thread
 * is to do, or -1 when all are taken; `meet` returns when all threads have called it.
 */
export const teamText = `
#include <sched.h>
#if defined(__x86_64__) || defined(__i386__)
#define PAUSE __builtin_ia32_pause()
#elif defined(__aarch64__)
#define PAUSE __asm__ volatile("yield")
#else
#define PAUSE
#endif
typedef struct {
  _Alignas(${CACHE_LINE}) uint64_t next;
  i32 round;
} share;
typedef struct {
  share lines[${MOST_THREADS}];
  _Alignas(${CACHE_LINE}) i32 arrived;
  i32 met;
} team;
#define FIRST(owner) ((i32)((i64)(owner) * pieces / threads))
static __attribute__((noinline, unused)) i32 take(team *t, i32 thread, i32 threads, i32 pieces, i32 previous) {
  if (threads == 1) return previous + 1 < pieces ? previous + 1 : -1;
  const i32 round = t->lines[thread].round + 1;
  i32 victim = thread;
  do {
    uint64_t *next = &t->lines[victim].next;
    uint64_t word = __atomic_load_n(next, __ATOMIC_SEQ_CST);
    for (;;) {
      const i32 seen = (i32)(word >> 32);
      const i32 piece = seen == round ? (i32)word : FIRST(victim);
      if (seen > round || piece >= FIRST(victim + 1)) break;
      const uint64_t taken = (uint64_t)round << 32 | (u32)(piece + 1);
      if (__atomic_compare_exchange_n(next, &word, taken, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
        return piece;
      }
    }
    victim = victim + 1 < threads ? victim + 1 : 0;
  } while (victim != thread);
  t->lines[thread].round = round;
  return -1;
}
static __attribute__((noinline, unused)) void meet(team *t, i32 threads) {
  if (threads == 1) return;
  const i32 met = __atomic_load_n(&t->met, __ATOMIC_ACQUIRE);
  if (__atomic_add_fetch(&t->arrived, 1, __ATOMIC_ACQ_REL) == threads) {
    __atomic_store_n(&t->arrived, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&t->met, met + 1, __ATOMIC_RELEASE);
    return;
  }
  for (i32 spins = 0; __atomic_load_n(&t->met, __ATOMIC_ACQUIRE) == met; spins++) {
    if (spins < ${SPINS}) PAUSE;
    else sched_yield();
  }
}
/* How many of so many steps make a piece: at least one, all for who is alone. */
static inline __attribute__((unused)) i32 pieceOf(i32 steps, i32 threads) {
  const i32 wanted = threads == 1 ? 1 : threads * ${PIECES_PER_THREAD};
  const i32 size = (i32)(((i64)steps + wanted - 1) / wanted);
  return size > 1 ? size : 1;
}
`;
