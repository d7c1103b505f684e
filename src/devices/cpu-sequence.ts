// Whole steps on the cpu: one WebAssembly module for all kernels of a compiled function.
import type { Block } from '../core/device.js';
import type { BufferPlace, Sequence, SequenceStep } from '../core/sequence-device.js';
import type { WasmModule, WasmOptions } from '../kernels/emit/wasm.js';
import { type Address, emitSequence, type SequenceCall } from '../kernels/emit/wasm-sequence.js';
import { evaluateInteger } from '../kernels/ir/evaluate-integer.js';
import { type BufferRef, storageBytes } from '../kernels/ir/expr.js';
import { structuralHash } from '../kernels/ir/hash.js';
import type { Loops } from '../kernels/ir/loops.js';
import type { Heap, HeapBlock } from './heap.js';

/** What the cpu device lends a sequence. */
export interface SequenceHost {
  readonly heap: Heap;
  readonly options: WasmOptions;
  addressOf(block: Block): number;
  instantiate(module: WasmModule): (...args: number[]) => void;
}

function scratchBytes(buffer: BufferRef): number {
  if (buffer.space !== 'scratch' || buffer.length === undefined) return 0;
  return evaluateInteger(buffer.length, []) * storageBytes(buffer.storage);
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
  addressOf: (place: BufferPlace) => Address,
): SequenceCall[] {
  return steps.map(({ program, places }, index) => {
    let scratch = scratchStart;
    let next = 0;
    const buffers = program.buffers.map((buffer): Address => {
      const bytes = scratchBytes(buffer);
      if (buffer.space === 'scratch') {
        const address = scratch;
        scratch += Math.ceil(bytes / 64) * 64;
        return { kind: 'fixed', address };
      }
      const place = places[next++];
      if (place === undefined) throw new Error('a kernel lacks the place of a buffer');
      return addressOf(place);
    });
    return { program: numbers[index] ?? 0, buffers };
  });
}

/** Compiles steps into one module. */
export function loadCpuSequence(host: SequenceHost, steps: readonly SequenceStep[]): Sequence {
  const { heap } = host;
  const { programs, numbers } = distinctPrograms(steps);
  const largest = programs.reduce((most, program) => {
    const bytes = program.buffers.map((buffer) => Math.ceil(scratchBytes(buffer) / 64) * 64);
    return Math.max(
      most,
      bytes.reduce((sum, each) => sum + each, 0),
    );
  }, 0);
  const bound = steps.flatMap(({ places }) =>
    places.flatMap((place) => (place.kind === 'bound' ? [place.slot + 1] : [])),
  );
  const scratch = heap.alloc(largest);
  const table = heap.alloc(Math.max(0, ...bound) * 4);
  const calls = callsOf(steps, numbers, scratch.address, (place) =>
    place.kind === 'bound'
      ? { kind: 'table', slot: place.slot }
      : { kind: 'fixed', address: host.addressOf(place.block) + place.byteOffset },
  );
  const run = host.instantiate(emitSequence(programs, calls, host.options));
  return new CpuSequence(host, run, scratch, table);
}

class CpuSequence implements Sequence {
  constructor(
    private readonly host: SequenceHost,
    private readonly start: (...args: number[]) => void,
    private readonly scratch: HeapBlock,
    private readonly table: HeapBlock,
  ) {}

  run(bound: readonly Block[]): void {
    const { heap } = this.host;
    const pointers = new Uint32Array(heap.bytes.buffer, this.table.address, bound.length);
    bound.forEach((block, slot) => {
      pointers[slot] = this.host.addressOf(block);
    });
    this.start(this.table.address);
  }

  dispose(): void {
    this.host.heap.free(this.scratch);
    this.host.heap.free(this.table);
  }
}
