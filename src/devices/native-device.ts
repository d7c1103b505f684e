// The native device: every program is machine code over one heap. Programs are kept on disk, so
// only the first run on a machine waits for the compiler. Whole steps: native-sequence.ts.
import type { Block, Executable } from '../core/device.js';
import { KeratinError } from '../core/errors.js';
import type { Sequence, SequenceDevice, SequenceStep } from '../core/sequence-device.js';
import { emitC } from '../kernels/emit/c.js';
import { MOST_THREADS, scratchBytes } from '../kernels/emit/sharing.js';
import type { BufferRef } from '../kernels/ir/expr.js';
import type { Loops } from '../kernels/ir/loops.js';
import type { Target } from '../kernels/schedule/target.js';
import { Heap, HeapBlock } from './heap.js';
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

function foreign(what: string): KeratinError {
  return new KeratinError({ where: 'native device', what: `a ${what} of another device came in` });
}

function own(block: Block): HeapBlock {
  if (block instanceof HeapBlock) return block;
  throw foreign('block');
}

export class NativeDevice implements SequenceDevice {
  readonly name = 'native';
  readonly runsLoops = true;
  target: Target;
  readonly heap = new Heap();

  constructor(
    private readonly runtime: NativeRuntime,
    options: NativeOptions = {},
  ) {
    this.target = runtime.target;
    this.setThreads(options.threads ?? 1);
  }

  /** Programs compiled from now on are shared by this many threads. */
  setThreads(threads: number): number {
    const available = this.runtime.hasThreads ? Math.min(threads, MOST_THREADS) : 1;
    this.target = { ...this.target, threads: available };
    return available;
  }

  alloc(bytes: number): HeapBlock {
    return this.heap.alloc(bytes);
  }

  free(block: Block): void {
    this.heap.free(own(block));
  }

  write(block: Block, bytes: Uint8Array): void {
    this.heap.bytes.set(bytes, own(block).address);
  }

  read(block: Block, byteLength: number): Promise<Uint8Array> {
    const copy = new Uint8Array(byteLength);
    copy.set(this.peek(block, byteLength));
    return Promise.resolve(copy);
  }

  peek(block: Block, byteLength: number): Uint8Array {
    const { address } = own(block);
    return this.heap.bytes.subarray(address, address + byteLength);
  }

  copy(from: Block, fromByte: number, to: Block, bytes: number): void {
    const start = own(from).address + fromByte;
    this.heap.bytes.copyWithin(own(to).address, start, start + bytes);
  }

  load(program: Loops): Executable {
    return new NativeExecutable(program.name, this.runtime.compile(emitC(program)), program);
  }

  run(executable: Executable, buffers: readonly Block[], params: readonly number[]): void {
    if (!(executable instanceof NativeExecutable)) throw foreign('program');
    const threads = worthSharing(buffers) ? this.target.threads : 1;
    const scratch = executable.scratch.map((buffer) =>
      this.heap.alloc(scratchBytes(buffer, params, threads)),
    );
    const offsets = new Uint32Array(buffers.length + scratch.length);
    [...buffers, ...scratch].forEach((block, index) => {
      offsets[index] = own(block).address;
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
    const addressOf = (block: Block): number => own(block).address;
    return loadNativeSequence({ heap, runtime, threads, addressOf }, steps);
  }

  sync(): Promise<void> {
    return Promise.resolve();
  }

  memory(): ReturnType<Heap['statistics']> {
    return this.heap.statistics();
  }
}
