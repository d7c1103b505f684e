// Whole steps on the cpu: one WebAssembly module for all kernels of a compiled function.
import type { Block } from '../core/device.js';
import { mapControl } from '../core/loops-and-branches.js';
import { at } from '../core/sequence.js';
import {
  type BufferPlace,
  type KernelStep,
  kernelsOf,
  type Sequence,
  type SequenceStep,
  slotsOf,
} from '../core/sequence-device.js';
import { scratchBytes } from '../kernels/emit/sharing.js';
import type { WasmModule, WasmOptions } from '../kernels/emit/wasm.js';
import {
  type Address,
  emitSequence,
  type SequenceCall,
  type SequenceItem,
} from '../kernels/emit/wasm-sequence.js';
import type { CpuPool } from './cpu-pool.js';
import { distinctPrograms, type Numbered } from './distinct-programs.js';
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

/** What turns steps into items of a WebAssembly sequence. */
interface Conversion {
  readonly numbered: ReadonlyMap<KernelStep, Numbered>;
  readonly scratchStart: number;
  readonly threads: number;
  addressOf(place: BufferPlace): Address;
}

/** Scratch memory is only used while one kernel runs, so all kernels share the largest. */
function callOf(step: KernelStep, conversion: Conversion): SequenceCall {
  const { places, updates = false } = step;
  const numbered = conversion.numbered.get(step);
  if (numbered === undefined) throw new Error('a kernel was not numbered');
  const { program, params, number } = numbered;
  let scratch = conversion.scratchStart;
  let next = 0;
  const buffers = program.buffers.map((buffer): Address => {
    if (buffer.space === 'scratch') {
      const address = scratch;
      const bytes = scratchBytes(buffer, params, conversion.threads);
      scratch += bytes;
      return { kind: 'fixed', address, reach: { from: address, bytes } };
    }
    const place = places[next++];
    if (place === undefined) throw new Error('a kernel lacks the place of a buffer');
    return conversion.addressOf(place);
  });
  return { kind: 'call', program: number, buffers, params, updates };
}

function itemsOf(steps: readonly SequenceStep[], conversion: Conversion): SequenceItem[] {
  return steps.map((step) =>
    step.kind === 'kernel'
      ? callOf(step, conversion)
      : mapControl(step, (list) => itemsOf(list, conversion), conversion.addressOf),
  );
}

/** Compiles steps into one module. */
export function loadCpuSequence(host: SequenceHost, steps: readonly SequenceStep[]): Sequence {
  const { heap, threads } = host;
  const { programs, numbered } = distinctPrograms(kernelsOf(steps));
  const scratchOf = ({ program, params }: Numbered): number =>
    program.buffers.reduce((sum, buffer) => sum + scratchBytes(buffer, params, threads), 0);
  const largest = [...numbered.values()].reduce((most, each) => Math.max(most, scratchOf(each)), 0);
  const slots = slotsOf(steps);
  const scratch = heap.alloc(largest);
  const table = heap.alloc(slots * 4);
  const items = itemsOf(steps, {
    numbered,
    scratchStart: scratch.address,
    threads,
    addressOf: (place) => {
      const { byteOffset, terms, reach } = place;
      if (place.kind === 'bound') {
        return { kind: 'table', slot: place.slot, byteOffset, terms, reach };
      }
      const start = host.addressOf(place.block);
      const inHeap = { from: start + reach.from, bytes: reach.bytes };
      return { kind: 'fixed', address: start + byteOffset, terms, reach: inHeap };
    },
  });
  const emitted = emitSequence(programs, items, host.options);
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
