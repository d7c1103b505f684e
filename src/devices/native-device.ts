// The native device: every program is machine code over one heap. Programs are kept on disk, so
// only the first run on a machine waits for the compiler. Whole steps become one library.
import type { Block, Executable } from '../core/device.js';
import { KeratinError } from '../core/errors.js';
import { mapControl } from '../core/loops-and-branches.js';
import { at } from '../core/sequence.js';
import {
  type BufferPlace,
  type KernelStep,
  kernelsOf,
  type Sequence,
  type SequenceDevice,
  type SequenceStep,
  slotsOf,
} from '../core/sequence-device.js';
import { emitC } from '../kernels/emit/c.js';
import { type CAddress, type CItem, emitCSequence } from '../kernels/emit/c-sequence.js';
import { evaluateInteger } from '../kernels/ir/evaluate-integer.js';
import { type BufferRef, storageBytes } from '../kernels/ir/expr.js';
import { structuralHash } from '../kernels/ir/hash.js';
import type { Loops } from '../kernels/ir/loops.js';
import type { Target } from '../kernels/schedule/target.js';
import { Heap, HeapBlock } from './heap.js';
import { type NativeRun, type NativeRuntime, nativeTarget } from './native.js';

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
  readonly target: Target;
  readonly heap = new Heap();
  readonly threads: number;

  constructor(
    private readonly runtime: NativeRuntime,
    options: NativeOptions = {},
  ) {
    this.threads = options.threads ?? 1;
    this.target = { ...nativeTarget, threads: this.threads };
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
    const scratch = executable.scratch.map((buffer) =>
      this.heap.alloc(this.scratchBytes(buffer, params)),
    );
    const offsets = new Uint32Array(buffers.length + scratch.length);
    [...buffers, ...scratch].forEach((block, index) => {
      offsets[index] = own(block).address;
    });
    const numbers = params.length === 0 ? noParams : Int32Array.from(params);
    try {
      executable.run(this.heap.bytes, offsets, numbers, this.threads);
    } finally {
      for (const block of scratch) this.heap.free(block);
    }
  }

  loadSequence(steps: readonly SequenceStep[]): Sequence {
    return new NativeSequence(this, this.runtime, steps);
  }

  sync(): Promise<void> {
    return Promise.resolve();
  }

  memory(): ReturnType<Heap['statistics']> {
    return this.heap.statistics();
  }

  /** Bytes of a scratch buffer: one copy, or one for each thread, of whole cache lines. */
  scratchBytes({ length, perThread, storage }: BufferRef, params: readonly number[]): number {
    const elements = length === undefined ? 0 : evaluateInteger(length, params);
    const bytes = Math.ceil((elements * storageBytes(storage)) / 64) * 64;
    return perThread === true ? bytes * this.threads : bytes;
  }
}

/** Many kernels as one library. Its table lists what is bound, then blocks that stay. */
class NativeSequence implements Sequence {
  readonly #run: NativeRun;
  readonly #scratch: HeapBlock;
  readonly #staying: HeapBlock[] = [];
  readonly #boundCount: number;

  constructor(
    private readonly device: NativeDevice,
    runtime: NativeRuntime,
    steps: readonly SequenceStep[],
  ) {
    const kernels = kernelsOf(steps);
    const bytesOf = ({ program }: KernelStep): number =>
      program.buffers
        .filter(({ space }) => space === 'scratch')
        .reduce((sum, buffer) => sum + device.scratchBytes(buffer, []), 0);
    const largest = kernels.reduce((most, kernel) => Math.max(most, bytesOf(kernel)), 0);
    this.#scratch = device.alloc(largest);
    this.#boundCount = slotsOf(steps);
    const programs: Loops[] = [];
    const numbers = new Map<string, number>();
    const numberOf = (program: Loops): number => {
      const key = structuralHash(program);
      const number = numbers.get(key) ?? programs.push(program) - 1;
      numbers.set(key, number);
      return number;
    };
    const items = this.#items(steps, numberOf);
    this.#run = runtime.compile(emitCSequence(programs, items));
  }

  run(bound: readonly Block[]): void {
    const table = new Uint32Array(this.#boundCount + this.#staying.length + 1);
    for (let slot = 0; slot < this.#boundCount; slot++) table[slot] = own(at(bound, slot)).address;
    this.#staying.forEach((block, index) => {
      table[this.#boundCount + index] = block.address;
    });
    this.#run(this.device.heap.bytes, table, noParams, this.device.threads);
  }

  dispose(): void {
    this.device.free(this.#scratch);
  }

  #items(steps: readonly SequenceStep[], numberOf: (program: Loops) => number): CItem[] {
    return steps.map((step): CItem => {
      if (step.kind === 'kernel') {
        const buffers = this.#addresses(step);
        return { kind: 'call', program: numberOf(step.program), buffers };
      }
      return mapControl(
        step,
        (list) => this.#items(list, numberOf),
        (place) => this.#address(place),
      );
    });
  }

  #addresses({ program, places }: KernelStep): CAddress[] {
    // Scratch memory is only used while one kernel runs, so all kernels share the largest.
    let scratch = 0;
    let next = 0;
    return program.buffers.map((buffer): CAddress => {
      if (buffer.space !== 'scratch') return this.#address(at(places, next++));
      const byteOffset = scratch;
      scratch += this.device.scratchBytes(buffer, []);
      return { slot: this.#slotOf(this.#scratch), byteOffset, terms: [] };
    });
  }

  #address(place: BufferPlace): CAddress {
    const { byteOffset, terms } = place;
    const slot = place.kind === 'bound' ? place.slot : this.#slotOf(own(place.block));
    return { slot, byteOffset, terms };
  }

  #slotOf(block: HeapBlock): number {
    const known = this.#staying.indexOf(block);
    return this.#boundCount + (known < 0 ? this.#staying.push(block) - 1 : known);
  }
}
