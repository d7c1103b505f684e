// Whole steps as machine code: one library for all kernels of a compiled function. Its table lists
// what is bound for a run, then the blocks that stay. The counterpart of cpu-sequence.ts.
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
import {
  type CAddress,
  type CCall,
  type CItem,
  emitCSequence,
} from '../kernels/emit/c-sequence.js';
import { scratchBytes } from '../kernels/emit/sharing.js';
import { distinctPrograms, type Numbered } from './distinct-programs.js';
import type { Heap, HeapBlock } from './heap.js';
import type { NativeRun, NativeRuntime } from './native.js';

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

/** Turns steps into calls of numbered programs. */
class Calls {
  constructor(
    private readonly numbered: ReadonlyMap<KernelStep, Numbered>,
    private readonly table: Table,
    private readonly scratch: Block,
    private readonly threads: number,
  ) {}

  items(steps: readonly SequenceStep[]): CItem[] {
    return steps.map((step) =>
      step.kind === 'kernel'
        ? this.#call(step)
        : mapControl(
            step,
            (list) => this.items(list),
            (place) => this.table.address(place),
          ),
    );
  }

  /** Scratch memory is only used while one kernel runs, so all kernels share the largest. */
  #call(step: KernelStep): CCall {
    const numbered = this.numbered.get(step);
    if (numbered === undefined) throw new Error('a kernel was not numbered');
    const { program, params, number } = numbered;
    let scratch = 0;
    let next = 0;
    const buffers = program.buffers.map((buffer): CAddress => {
      if (buffer.space !== 'scratch') return this.table.address(at(step.places, next++));
      const from = scratch;
      const bytes = scratchBytes(buffer, params, this.threads);
      scratch += bytes;
      const slot = this.table.slotOf(this.scratch);
      return { slot, byteOffset: from, terms: [], reach: { from, bytes } };
    });
    return { kind: 'call', program: number, buffers, params };
  }
}

/** Compiles steps into one library, unless it is on disk. */
export function loadNativeSequence(
  host: NativeSequenceHost,
  steps: readonly SequenceStep[],
): Sequence {
  const { heap, runtime, threads } = host;
  const { programs, numbered } = distinctPrograms(kernelsOf(steps));
  const scratchOf = ({ program, params }: Numbered): number =>
    program.buffers.reduce((sum, buffer) => sum + scratchBytes(buffer, params, threads), 0);
  const largest = [...numbered.values()].reduce((most, each) => Math.max(most, scratchOf(each)), 0);
  const scratch = heap.alloc(largest);
  const table = new Table(slotsOf(steps));
  const items = new Calls(numbered, table, scratch, threads).items(steps);
  const run = runtime.compile(emitCSequence(programs, items, runtime.processors));
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
