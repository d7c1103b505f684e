// The native device: every program is machine code over one heap. Programs are kept on disk, so
// only the first run on a machine waits for the compiler. Whole steps: native-sequence.ts.
import type { Block, Executable } from '../core/device.js';
import type { Sequence, SequenceDevice, SequenceStep } from '../core/sequence-device.js';
import { emitC } from '../kernels/emit/c.js';
import { MOST_THREADS, scratchBytes } from '../kernels/emit/sharing.js';
import type { BufferRef } from '../kernels/ir/expr.js';
import type { Loops } from '../kernels/ir/loops.js';
import type { Target } from '../kernels/schedule/target.js';
import { HeapDevice } from './heap-device.js';
import type { NativeRun, NativeRuntime } from './native.js';
import { loadNativeSequence } from './native-sequence.js';

/** Settings of the native device. */
export interface NativeOptions {
  /** Threads that share parallel loops; 1 by default. */
  readonly threads?: number;
}

class NativeExecutable implements Executable {
  readonly scratch: readonly BufferRef[];

  constructor(
    readonly name: string,
    readonly run: NativeRun,
    program: Loops,
  ) {
    this.scratch = program.buffers.filter(({ space }) => space === 'scratch');
  }
}

const noParams = new Int32Array(1);
/** Bytes of buffers from which on a kernel that runs alone is worth waking other threads for. */
const SHARED_BYTES = 1 << 17;

function worthSharing(buffers: readonly Block[]): boolean {
  return buffers.reduce((sum, { bytes }) => sum + bytes, 0) >= SHARED_BYTES;
}

export class NativeDevice extends HeapDevice implements SequenceDevice {
  readonly name = 'native';
  readonly runsLoops = true;
  target: Target;

  constructor(
    private readonly runtime: NativeRuntime,
    options: NativeOptions = {},
  ) {
    super();
    this.target = runtime.target;
    this.setThreads(options.threads ?? 1);
  }

  /** Programs compiled from now on are shared by this many threads. */
  setThreads(threads: number): number {
    const available = this.runtime.hasThreads ? Math.min(threads, MOST_THREADS) : 1;
    this.target = { ...this.target, threads: available };
    return available;
  }

  load(program: Loops): Executable {
    return new NativeExecutable(program.name, this.runtime.compile(emitC(program)), program);
  }

  run(executable: Executable, buffers: readonly Block[], params: readonly number[]): void {
    if (!(executable instanceof NativeExecutable)) throw this.foreign('program');
    const threads = worthSharing(buffers) ? this.target.threads : 1;
    const scratch = executable.scratch.map((buffer) =>
      this.heap.alloc(scratchBytes(buffer, params, threads)),
    );
    const offsets = new Uint32Array(buffers.length + scratch.length);
    [...buffers, ...scratch].forEach((block, index) => {
      offsets[index] = this.own(block).address;
    });
    const numbers = params.length === 0 ? noParams : Int32Array.from(params);
    try {
      executable.run(this.heap.bytes, offsets, numbers, threads);
    } finally {
      for (const block of scratch) this.heap.free(block);
    }
  }

  loadSequence(steps: readonly SequenceStep[]): Sequence {
    const { heap, runtime } = this;
    const { threads } = this.target;
    const addressOf = (block: Block): number => this.own(block).address;
    return loadNativeSequence({ heap, runtime, threads, addressOf }, steps);
  }
}
