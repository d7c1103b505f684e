// How threads take pieces of loops: each piece once, whatever the order in which threads come.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assemble } from '../../src/kernels/emit/wasm-assembler.js';
import { SHARE_BYTES, takeBody } from '../../src/kernels/emit/wasm-shares.js';

type Take = (thread: number, threads: number, pieces: number, previous: number) => number;

const ADDRESS = 64;

/** The function over memory of its own, whose words are 0. */
function freshTake(): Take {
  const bytes = assemble({
    memory: { shared: true, maximumPages: 1 },
    imports: [],
    functions: [takeBody(ADDRESS)],
    globals: 0,
    exports: [{ name: 'take', index: 0 }],
  });
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  expect(memory.buffer.byteLength).toBeGreaterThanOrEqual(ADDRESS + SHARE_BYTES);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  // The module above exports exactly this function.
  return exports['take'] as Take;
}

/** A thread on its way through loops of so many pieces. */
class Walker {
  loop = 0;
  previous = -1;
  readonly taken: number[][];

  constructor(
    readonly thread: number,
    private readonly loops: readonly number[],
  ) {
    this.taken = loops.map(() => []);
  }

  get isDone(): boolean {
    return this.loop === this.loops.length;
  }

  /** Takes one piece, or goes on to the next loop. */
  step(take: Take, threads: number): void {
    const piece = take(this.thread, threads, this.loops[this.loop] ?? 0, this.previous);
    if (piece >= 0) this.taken[this.loop]?.push(piece);
    else this.loop++;
    this.previous = piece;
  }
}

function walk(loops: readonly number[], threads: number, order: Iterator<number>): Walker[] {
  const take = freshTake();
  const walkers = Array.from({ length: threads }, (_, thread) => new Walker(thread, loops));
  for (;;) {
    const waiting = walkers.filter((walker) => !walker.isDone);
    if (waiting.length === 0) return walkers;
    const next = order.next();
    waiting[next.done === true ? 0 : next.value % waiting.length]?.step(take, threads);
  }
}

describe('pieces of shared loops', () => {
  it('are taken exactly once, in any order of threads', () => {
    const loops = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 6 });
    const order = fc.array(fc.nat(), { maxLength: 150 });
    fc.assert(
      fc.property(loops, fc.integer({ min: 1, max: 5 }), order, (counts, threads, turns) => {
        const walkers = walk(counts, threads, turns.values());
        counts.forEach((count, loop) => {
          const taken = walkers.flatMap((walker) => walker.taken[loop] ?? []);
          expect(taken.sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
        });
      }),
    );
  });

  it('are the first half for the first of two threads that are equally quick', () => {
    const inTurns = Array.from({ length: 40 }, (_, turn) => turn % 2).values();
    const [first, second] = walk([8, 8], 2, inTurns);
    expect(first?.taken).toEqual([
      [0, 1, 2, 3],
      [0, 1, 2, 3],
    ]);
    expect(second?.taken).toEqual([
      [4, 5, 6, 7],
      [4, 5, 6, 7],
    ]);
  });

  it('are all taken by one thread when the other does not come', () => {
    const [first] = walk([4, 6], 2, Array.from({ length: 12 }, () => 0).values());
    expect(first?.taken).toEqual([
      [0, 1, 2, 3],
      [0, 1, 2, 3, 4, 5],
    ]);
  });
});
