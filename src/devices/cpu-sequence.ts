// Whole steps on the cpu: one WebAssembly module for all kernels of a compiled function.
import type { Block } from '../core/device.js';
import { at } from '../core/sequence.js';
import { type Sequence, type SequenceStep, slotsOf } from '../core/sequence-device.js';
import type { WasmModule, WasmOptions } from '../kernels/emit/wasm.js';
import { type Address, emitSequence } from '../kernels/emit/wasm-sequence.js';
import type { CpuPool } from './cpu-pool.js';
import type { Heap, HeapBlock } from './heap.js';
import { type AddressesOf, StepCalls } from './step-calls.js';

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

/** Addresses of the heap, where blocks that stay lie for good, or found in the table at run time. */
function addressesOf(host: SequenceHost, scratch: HeapBlock): AddressesOf<Address> {
  return {
    at: (place) => {
      const { byteOffset, terms, reach } = place;
      if (place.kind === 'bound') {
        return { kind: 'table', slot: place.slot, byteOffset, terms, reach };
      }
      const start = host.addressOf(place.block);
      const inHeap = { from: start + reach.from, bytes: reach.bytes };
      return { kind: 'fixed', address: start + byteOffset, terms, reach: inHeap };
    },
    inScratch: (from, bytes) => {
      const address = scratch.address + from;
      return { kind: 'fixed', address, reach: { from: address, bytes } };
    },
  };
}

/** Compiles steps into one module. */
export function loadCpuSequence(host: SequenceHost, steps: readonly SequenceStep[]): Sequence {
  const { heap, threads } = host;
  const calls = new StepCalls(steps, threads);
  const slots = slotsOf(steps);
  const scratch = heap.alloc(calls.scratchBytes);
  const table = heap.alloc(slots * 4);
  const items = calls.items(addressesOf(host, scratch));
  const emitted = emitSequence(calls.programs, items, host.options);
  const module = host.compile(emitted);
  const run = host.instantiate(module, emitted.imports);
  // Helpers have no mathematics library to import, which only float64 functions need.
  const shared = emitted.imports.length === 0 && threads > 1 ? host.pool : undefined;
  return new CpuSequence(host, run, scratch, table, slots, shared?.add(module));
}

class CpuSequence implements Sequence {
  constructor(
    private readonly host: SequenceHost,
    private readonly start: (...args: number[]) => void,
    private readonly scratch: HeapBlock,
    private readonly table: HeapBlock,
    private readonly slots: number,
    /** Its number in the pool, where threads share it. */
    private readonly number: number | undefined,
  ) {}

  run(bound: readonly Block[]): void {
    const { heap, pool, threads } = this.host;
    const pointers = new Uint32Array(heap.bytes.buffer, this.table.address, this.slots);
    for (let slot = 0; slot < this.slots; slot++) {
      pointers[slot] = this.host.addressOf(at(bound, slot));
    }
    if (pool === undefined || this.number === undefined) this.start(this.table.address, 0, 1);
    else pool.run(this.number, this.table.address, threads, this.start);
  }

  dispose(): void {
    if (this.number !== undefined) this.host.pool?.remove(this.number);
    this.host.heap.free(this.scratch);
    this.host.heap.free(this.table);
  }
}
