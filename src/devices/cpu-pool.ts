// Helper threads of the cpu device. Each runs its share of whole sequences; between two jobs it
// sleeps on a word of shared memory. Threads never keep the process alive.
//
// When a helper stops in the middle of a step, the others notice at the next meeting and stop too;
// the step is given up with an error, all helpers are ended, and the next step starts new ones.
import { StateError } from '../core/errors.js';
import { MOST_THREADS } from '../kernels/emit/sharing.js';
import type { TeamWords } from '../kernels/emit/wasm.js';
import { barrierWords } from '../kernels/emit/wasm-barrier.js';
import { SHARE_BYTES } from '../kernels/emit/wasm-shares.js';
import { type Helper, startHelper } from './cpu-helpers.js';
import { CONTROL_BYTES, controlWords, jobKinds } from './cpu-worker.js';
import type { Heap, HeapBlock } from './heap.js';

/** How long to wait for helper threads that are still starting, or that have been ended. */
const STARTING_MILLISECONDS = 3000;
/** A thread that has been ended may still do the loop step it is in. */
const LAST_MILLISECONDS = 10;
/** Teams that may be lost before work is done alone: something ends them on purpose. */
const MOST_TEAMS_LOST = 8;

/** A sequence's entry: the address of its pointers, the number of this thread, and of all. */
type Start = (table: number, thread: number, threads: number) => void;

/** A team of threads: this one, number 0, and helpers. */
export class CpuPool {
  readonly #heap: Heap;
  readonly #control: HeapBlock;
  readonly #barrier: HeapBlock;
  readonly #shares: HeapBlock;
  /** What helpers were given, for those that take their places. */
  readonly #modules = new Map<number, WebAssembly.Module>();
  #helpers: Helper[] = [];
  /** Threads that were asked for. */
  #wanted = 1;
  #expected = 0;
  #nextSequence = 0;
  #isLost = false;
  #teamsLost = 0;

  constructor(heap: Heap) {
    this.#heap = heap;
    this.#control = heap.alloc(CONTROL_BYTES);
    this.#barrier = heap.alloc(CONTROL_BYTES);
    this.#shares = heap.alloc(SHARE_BYTES);
    heap.bytes.fill(0, this.#control.address, this.#control.address + CONTROL_BYTES);
    heap.bytes.fill(0, this.#barrier.address, this.#barrier.address + CONTROL_BYTES);
  }

  /** Addresses of the words that threads of a program share. */
  get team(): TeamWords {
    return { barrier: this.#barrier.address, shares: this.#shares.address };
  }

  /** Threads of the team, this one included. */
  get threads(): number {
    return this.#isLost ? 1 : this.#helpers.length + 1;
  }

  get #words(): Int32Array {
    return new Int32Array(this.#heap.bytes.buffer, 0);
  }

  get #base(): number {
    return this.#control.address / 4;
  }

  #barrierWord(offset: number): number {
    return (this.#barrier.address + offset) / 4;
  }

  /** Starts helpers until the team has `threads` members, or as many as a team can have. */
  grow(threads: number): void {
    this.#wanted = Math.max(this.#wanted, Math.min(threads, MOST_THREADS));
    if (!this.#isLost) this.#start(this.#wanted);
  }

  #start(threads: number): void {
    while (this.#helpers.length + 1 < threads) {
      const started: Helper | undefined = startHelper(() => {
        if (started !== undefined && this.#helpers.includes(started)) this.#mourn();
      });
      if (started === undefined) return;
      this.#helpers.push(started);
      this.#expected++;
      started.send({
        memory: this.#heap.memory,
        control: this.#base,
        broken: this.#barrierWord(barrierWords.broken),
        thread: this.#helpers.length,
        last: this.#modules.size === 0,
      });
      const rest = [...this.#modules];
      rest.forEach(([sequence, module], index) => {
        started.send({ sequence, module, last: index === rest.length - 1 });
      });
    }
  }

  /** A helper has stopped: whoever waits for it stops waiting. */
  #mourn(): void {
    this.#isLost = true;
    const words = this.#words;
    Atomics.store(words, this.#barrierWord(barrierWords.broken), 1);
    Atomics.notify(words, this.#barrierWord(barrierWords.meeting));
  }

  /** Looks whether helpers are still there; called by programs that have waited for long. */
  watch(): void {
    if (this.#helpers.some((helper) => helper.hasStopped())) this.#mourn();
  }

  /** Ends all helpers, waits until they write no more, and starts others unless that is vain. */
  #replace(): void {
    const old = this.#helpers;
    this.#helpers = [];
    for (const helper of old) helper.end();
    const words = this.#words;
    const asleep = this.#base + controlWords.unused;
    const end = performance.now() + STARTING_MILLISECONDS;
    while (performance.now() < end && !old.every((helper) => helper.hasStopped())) {
      Atomics.wait(words, asleep, 0, 1);
    }
    Atomics.wait(words, asleep, 0, LAST_MILLISECONDS);
    for (const offset of Object.values(barrierWords)) {
      Atomics.store(words, this.#barrierWord(offset), 0);
    }
    Atomics.store(words, this.#base + controlWords.ready, 0);
    this.#expected = 0;
    this.#isLost = false;
    this.#teamsLost++;
    if (this.#teamsLost <= MOST_TEAMS_LOST) this.#start(this.#wanted);
  }

  /**
   * Hands a module to all helpers; gives the number that `run` knows it by, or undefined where
   * helpers did not answer in time, so that it must be run alone.
   */
  add(module: WebAssembly.Module): number | undefined {
    const sequence = this.#nextSequence++;
    if (!this.#tell({ sequence, module, last: true })) return undefined;
    this.#modules.set(sequence, module);
    return sequence;
  }

  remove(sequence: number): void {
    this.#modules.delete(sequence);
    this.#tell({ drop: sequence, last: true });
  }

  #tell(message: unknown): boolean {
    if (this.#isLost) this.#replace();
    if (this.#helpers.length === 0 || !this.#wait()) return false;
    this.#expected += this.#helpers.length;
    for (const helper of this.#helpers) helper.send(message);
    this.#signal(jobKinds.messages);
    return true;
  }

  #signal(kind: number): void {
    const words = this.#words;
    words[this.#base + controlWords.kind] = kind;
    Atomics.add(words, this.#base + controlWords.job, 1);
    Atomics.notify(words, this.#base + controlWords.job);
  }

  /** Whether helpers have started and taken in their messages, so that nobody need wait for them. */
  get isReady(): boolean {
    const ready = Atomics.load(this.#words, this.#base + controlWords.ready);
    return !this.#isLost && ready >= this.#expected;
  }

  /** Whether all helpers have taken in their messages; waits a while for them. */
  #wait(): boolean {
    const words = this.#words;
    const place = this.#base + controlWords.ready;
    const end = performance.now() + STARTING_MILLISECONDS;
    for (;;) {
      const ready = Atomics.load(words, place);
      if (ready >= this.#expected) return true;
      this.watch();
      if (this.#isLost || performance.now() > end) return false;
      Atomics.wait(words, place, ready, 100);
    }
  }

  /** Runs a sequence on as many threads as are there, at most `most`. */
  run(sequence: number, table: number, most: number, start: Start): void {
    this.watch();
    if (this.#isLost) this.#replace();
    const threads = Math.min(most, this.threads);
    if (threads === 1 || !this.#wait()) {
      start(table, 0, 1);
      return;
    }
    const words = this.#words;
    words[this.#base + controlWords.sequence] = sequence;
    words[this.#base + controlWords.table] = table;
    words[this.#base + controlWords.threads] = threads;
    words[this.#barrierWord(barrierWords.updating)] = 0;
    this.#heap.bytes.fill(0, this.#shares.address, this.#shares.address + SHARE_BYTES);
    this.#signal(jobKinds.run);
    try {
      start(table, 0, threads);
    } catch (cause) {
      this.#giveUp(cause);
    }
  }

  #giveUp(cause: unknown): never {
    const isTorn = Atomics.load(this.#words, this.#barrierWord(barrierWords.updating)) !== 0;
    this.#mourn();
    this.#replace();
    throw new StateError(
      {
        where: 'cpu threads',
        what: isTorn
          ? 'a thread stopped while variables were being updated: some may have their new value'
          : 'a thread stopped in the middle of a step; variables are as they were before it',
        fix: isTorn
          ? 'load the last saved weights and go on from there'
          : 'run the step again, or setThreads(1) if it happens again',
      },
      { cause },
    );
  }

  /** Ends the helpers. */
  dispose(): void {
    const helpers = this.#helpers;
    this.#helpers = [];
    for (const helper of helpers) helper.end();
  }
}
