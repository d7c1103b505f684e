// Whole steps as machine code: one library for all kernels of a compiled function. Its table lists
// what is bound for a run, then the blocks that stay. The counterpart of cpu-sequence.ts.
import type { Block } from '../core/device.js';
import { at } from '../core/sequence.js';
import {
  type BufferPlace,
  type Sequence,
  type SequenceStep,
  slotsOf,
} from '../core/sequence-device.js';
import { type CAddress, emitCSequence } from '../kernels/emit/c-sequence.js';
import type { Heap, HeapBlock } from './heap.js';
import type { NativeRun, NativeRuntime } from './native.js';
import { StepCalls } from './step-calls.js';

/** What the native device lends a sequence. */
export interface NativeSequenceHost {
  readonly heap: Heap;
  readonly runtime: NativeRuntime;
  readonly threads: number;
  addressOf(block: Block): number;
}

const noParams = new Int32Array(1);

/** The table's entries: slots that are bound, then blocks in the order they are first used. */
class Table {
  readonly staying: Block[] = [];

  constructor(readonly boundCount: number) {}

  slotOf(block: Block): number {
    const known = this.staying.indexOf(block);
    return this.boundCount + (known < 0 ? this.staying.push(block) - 1 : known);
  }

  address(place: BufferPlace): CAddress {
    const { byteOffset, terms, reach } = place;
    const slot = place.kind === 'bound' ? place.slot : this.slotOf(place.block);
    return { slot, byteOffset, terms, reach };
  }
}

/** Compiles steps into one library, unless it is on disk. */
export function loadNativeSequence(
  host: NativeSequenceHost,
  steps: readonly SequenceStep[],
): Sequence {
  const { heap, runtime, threads } = host;
  const calls = new StepCalls(steps, threads);
  const scratch = heap.alloc(calls.scratchBytes);
  const table = new Table(slotsOf(steps));
  const items = calls.items({
    at: (place) => table.address(place),
    inScratch: (from, bytes) => {
      const slot = table.slotOf(scratch);
      return { slot, byteOffset: from, terms: [], reach: { from, bytes } };
    },
  });
  const run = runtime.compile(emitCSequence(calls.programs, items, runtime.processors));
  return new NativeSequence(host, run, table, scratch);
}

class NativeSequence implements Sequence {
  constructor(
    private readonly host: NativeSequenceHost,
    private readonly start: NativeRun,
    private readonly table: Table,
    private readonly scratch: HeapBlock,
  ) {}

  run(bound: readonly Block[]): void {
    const { heap, threads, addressOf } = this.host;
    const { boundCount, staying } = this.table;
    // One entry at least: an empty table would have no address.
    const addresses = new Uint32Array(boundCount + staying.length + 1);
    for (let slot = 0; slot < boundCount; slot++) addresses[slot] = addressOf(at(bound, slot));
    staying.forEach((block, index) => {
      addresses[boundCount + index] = addressOf(block);
    });
    this.start(heap.bytes, addresses, noParams, threads);
  }

  dispose(): void {
    this.host.heap.free(this.scratch);
  }
}
