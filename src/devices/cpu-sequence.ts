// Whole steps on the cpu: one WebAssembly module for all kernels of a compiled function.
import type { Block } from '../core/device.js';
import type { BufferPlace, Sequence, SequenceStep } from '../core/sequence-device.js';
import { SCRATCH_ALIGNMENT, type WasmModule, type WasmOptions } from '../kernels/emit/wasm.js';
import { type Address, emitSequence, type SequenceCall } from '../kernels/emit/wasm-sequence.js';
import { evaluateInteger } from '../kernels/ir/evaluate-integer.js';
import { type BufferRef, storageBytes } from '../kernels/ir/expr.js';
import { structuralHash } from '../kernels/ir/hash.js';
import type { Loops } from '../kernels/ir/loops.js';
import type { CpuPool } from './cpu-pool.js';
import type { Heap, HeapBlock } from './heap.js';

/** What the cpu device lends a sequence. */
export interface SequenceHost {
  readonly heap: Heap;
  readonly options: WasmOptions;
  addressOf(block: Block): number;
  /** Threads that may share a sequence, and their team. */
  readonly threads: number;
  readonly pool: CpuPool | undefined;
  compile(module: WasmModule): WebAssembly.Module;
  instantiate(module: WebAssembly.Module, imports: readonly string[]): (...args: number[]) => void;
}

/** Bytes of a scratch buffer for all threads; each thread's piece begins at a whole line. */
function scratchBytes(buffer: BufferRef, threads: number): number {
  if (buffer.space !== 'scratch' || buffer.length === undefined) return 0;
  const bytes = evaluateInteger(buffer.length, []) * storageBytes(buffer.storage);
  const rounded = Math.ceil(bytes / SCRATCH_ALIGNMENT) * SCRATCH_ALIGNMENT;
  return buffer.perThread === true ? rounded * threads : rounded;
}

/** Each distinct program once, and which one each step uses. */
function distinctPrograms(steps: readonly SequenceStep[]): {
  readonly programs: readonly Loops[];
  readonly numbers: readonly number[];
} {
  const programs: Loops[] = [];
  const known = new Map<string, number>();
  const numbers = steps.map(({ program }) => {
    const key = structuralHash(program);
    const number = known.get(key) ?? programs.length;
    if (number === programs.length) {
      known.set(key, number);
      programs.push(program);
    }
    return number;
  });
  return { programs, numbers };
}

/** Scratch memory is only used while one kernel runs, so all kernels share the largest. */
function callsOf(
  steps: readonly SequenceStep[],
  numbers: readonly number[],
  scratchStart: number,
  threads: number,
  addressOf: (place: BufferPlace) => Address,
): SequenceCall[] {
  return steps.map(({ program, places, updates = false }, index) => {
    let scratch = scratchStart;
    let next = 0;
    const buffers = program.buffers.map((buffer): Address => {
      if (buffer.space === 'scratch') {
        const address = scratch;
        scratch += scratchBytes(buffer, threads);
        return { kind: 'fixed', address };
      }
      const place = places[next++];
      if (place === undefined) throw new Error('a kernel lacks the place of a buffer');
      return addressOf(place);
    });
    return { program: numbers[index] ?? 0, buffers, updates };
  });
}

/** Compiles steps into one module. */
export function loadCpuSequence(host: SequenceHost, steps: readonly SequenceStep[]): Sequence {
  const { heap, threads } = host;
  const { programs, numbers } = distinctPrograms(steps);
  const scratchOf = (program: Loops): number =>
    program.buffers.reduce((sum, buffer) => sum + scratchBytes(buffer, threads), 0);
  const largest = Math.max(0, ...programs.map(scratchOf));
  const slots = steps.flatMap(({ places }) =>
    places.flatMap((place) => (place.kind === 'bound' ? [place.slot + 1] : [])),
  );
  const scratch = heap.alloc(largest);
  const table = heap.alloc(Math.max(0, ...slots) * 4);
  const calls = callsOf(steps, numbers, scratch.address, threads, (place) =>
    place.kind === 'bound'
      ? { kind: 'table', slot: place.slot }
      : { kind: 'fixed', address: host.addressOf(place.block) + place.byteOffset },
  );
  const emitted = emitSequence(programs, calls, host.options);
  const module = host.compile(emitted);
  const run = host.instantiate(module, emitted.imports);
  // Helpers have no mathematics library to import, which only float64 functions need.
  const shared = emitted.imports.length === 0 && threads > 1 ? host.pool : undefined;
  return new CpuSequence(host, run, scratch, table, shared?.add(module));
}

class CpuSequence implements Sequence {
  constructor(
    private readonly host: SequenceHost,
    private readonly start: (...args: number[]) => void,
    private readonly scratch: HeapBlock,
    private readonly table: HeapBlock,
    /** Its number in the pool, where threads share it. */
    private readonly number: number | undefined,
  ) {}

  run(bound: readonly Block[]): void {
    const { heap, pool, threads } = this.host;
    const pointers = new Uint32Array(heap.bytes.buffer, this.table.address, bound.length);
    bound.forEach((block, slot) => {
      pointers[slot] = this.host.addressOf(block);
    });
    if (pool === undefined || this.number === undefined) this.start(this.table.address, 0, 1);
    else pool.run(this.number, this.table.address, threads, this.start);
  }

  dispose(): void {
    if (this.number !== undefined) this.host.pool?.remove(this.number);
    this.host.heap.free(this.scratch);
    this.host.heap.free(this.table);
  }
}
