// Helper threads of the cpu device. Each runs its share of whole sequences; between two jobs it
// sleeps on a word of shared memory. Threads never keep the process alive.
import { StateError } from '../core/errors.js';
import { barrierWords } from '../kernels/emit/wasm-barrier.js';
import { CONTROL_BYTES, controlWords, jobKinds, workerSource } from './cpu-worker.js';
import type { Heap, HeapBlock } from './heap.js';

/** How long to wait for helper threads that are still starting. */
const STARTING_MILLISECONDS = 3000;

/** What Node's and the browser's workers have in common here. */
interface Helper {
  send(message: unknown): void;
  end(): void;
}

interface NodeWorker {
  postMessage(message: unknown): void;
  unref(): void;
  terminate(): Promise<number>;
  on(event: string, handle: (problem: unknown) => void): void;
}

interface NodeWorkerModule {
  readonly Worker: new (source: string, options: { readonly eval: boolean }) => NodeWorker;
}

function nodeWorkers(): NodeWorkerModule | undefined {
  if (typeof process === 'undefined') return undefined;
  const found: unknown = process.getBuiltinModule?.('node:worker_threads');
  const usable = typeof found === 'object' && found !== null && 'Worker' in found;
  // The check above says what Node documents of this module.
  return usable ? (found as NodeWorkerModule) : undefined;
}

function startHelper(onDeath: () => void): Helper | undefined {
  const node = nodeWorkers();
  if (node !== undefined) {
    const worker = new node.Worker(workerSource, { eval: true });
    worker.unref();
    worker.on('error', onDeath);
    worker.on('exit', onDeath);
    return {
      send: (message) => worker.postMessage(message),
      end: () => void worker.terminate(),
    };
  }
  if (typeof Worker === 'undefined' || typeof Blob === 'undefined') return undefined;
  const url = URL.createObjectURL(new Blob([workerSource], { type: 'text/javascript' }));
  const worker = new Worker(url);
  worker.onerror = onDeath;
  return { send: (message) => worker.postMessage(message), end: () => worker.terminate() };
}

/** Whether this thread may sleep on shared memory: not the main thread of a browser. */
export function maySleep(): boolean {
  return typeof document === 'undefined';
}

/** A team of threads: this one, number 0, and helpers. */
export class CpuPool {
  readonly #heap: Heap;
  readonly #control: HeapBlock;
  readonly #barrier: HeapBlock;
  readonly #helpers: Helper[] = [];
  #expected = 0;
  #nextSequence = 0;
  #dead = false;

  constructor(heap: Heap) {
    this.#heap = heap;
    this.#control = heap.alloc(CONTROL_BYTES);
    this.#barrier = heap.alloc(CONTROL_BYTES);
    heap.bytes.fill(0, this.#control.address, this.#control.address + CONTROL_BYTES);
    heap.bytes.fill(0, this.#barrier.address, this.#barrier.address + CONTROL_BYTES);
  }

  /** Address of the words at which threads of a program meet. */
  get barrierAddress(): number {
    return this.#barrier.address;
  }

  /** Threads of the team, this one included. */
  get threads(): number {
    return this.#dead ? 1 : this.#helpers.length + 1;
  }

  get #words(): Int32Array {
    return new Int32Array(this.#heap.bytes.buffer, 0);
  }

  get #base(): number {
    return this.#control.address / 4;
  }

  /** Starts helpers until the team has `threads` members. */
  grow(threads: number): void {
    while (this.#helpers.length + 1 < threads) {
      const helper = startHelper(() => this.#mourn());
      if (helper === undefined) return;
      this.#helpers.push(helper);
      this.#expected++;
      helper.send({
        memory: this.#heap.memory,
        control: this.#base,
        broken: (this.#barrier.address + barrierWords.broken) / 4,
        thread: this.#helpers.length,
        last: true,
      });
    }
  }

  /** A helper died: whoever waits for it stops waiting, and later work is done alone. */
  #mourn(): void {
    this.#dead = true;
    Atomics.store(this.#words, (this.#barrier.address + barrierWords.broken) / 4, 1);
  }

  /**
   * Hands a module to all helpers; gives the number that `run` knows it by, or undefined where
   * helpers did not answer in time, so that it must be run alone.
   */
  add(module: WebAssembly.Module): number | undefined {
    const sequence = this.#nextSequence++;
    return this.#tell({ sequence, module, last: true }) ? sequence : undefined;
  }

  remove(sequence: number): void {
    this.#tell({ drop: sequence, last: true });
  }

  #tell(message: unknown): boolean {
    if (this.#helpers.length === 0 || this.#dead || !this.#wait()) return false;
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

  /** Whether all helpers have taken in their messages; waits a while for them. */
  #wait(): boolean {
    const words = this.#words;
    const place = this.#base + controlWords.ready;
    const end = performance.now() + STARTING_MILLISECONDS;
    for (;;) {
      const ready = Atomics.load(words, place);
      if (ready >= this.#expected) return true;
      if (this.#dead || performance.now() > end) return false;
      Atomics.wait(words, place, ready, 100);
    }
  }

  /** Runs a sequence on as many threads as are there, at most `most`. */
  run(
    sequence: number,
    table: number,
    most: number,
    alone: (table: number, thread: number, threads: number) => void,
  ): void {
    const threads = Math.min(most, this.threads);
    if (threads === 1 || !this.#wait()) {
      alone(table, 0, 1);
      return;
    }
    const words = this.#words;
    words[this.#base + controlWords.sequence] = sequence;
    words[this.#base + controlWords.table] = table;
    words[this.#base + controlWords.threads] = threads;
    this.#signal(jobKinds.run);
    try {
      alone(table, 0, threads);
    } catch (cause) {
      this.#mourn();
      throw new StateError(
        {
          where: 'cpu threads',
          what: 'a thread stopped in the middle of a step',
          fix: 'run the step again (on one thread from now on); if it stays, report it',
        },
        { cause },
      );
    }
  }

  /** Ends the helpers. */
  dispose(): void {
    this.#dead = true;
    for (const helper of this.#helpers) helper.end();
  }
}
