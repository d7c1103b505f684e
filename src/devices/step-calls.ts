// Steps as an emitter takes them: distinct programs, and calls with addresses of the emitter's kind.
// What cpu-sequence.ts and native-sequence.ts share, between the compiled engine and the emitters.
import { mapControl } from '../core/loops-and-branches.js';
import { at } from '../core/sequence.js';
import {
  type BufferPlace,
  type KernelStep,
  kernelsOf,
  type SequenceStep,
} from '../core/sequence-device.js';
import type { CallOf, ItemOf } from '../kernels/emit/meetings.js';
import { scratchBytes } from '../kernels/emit/sharing.js';
import type { Loops } from '../kernels/ir/loops.js';
import { distinctPrograms, type Numbered } from './distinct-programs.js';

/** How an emitter finds memory. */
export interface AddressesOf<Address> {
  at(place: BufferPlace): Address;
  /** Bytes of the scratch memory that all kernels share, since only one runs at a time. */
  inScratch(from: number, bytes: number): Address;
}

/** A call with the sizes its program is to run with. */
export interface StepCall<Address> extends CallOf<Address> {
  readonly params: readonly number[];
}

export class StepCalls {
  readonly programs: readonly Loops[];
  /** What the kernel with the most scratch memory needs. */
  readonly scratchBytes: number;
  readonly #numbered: ReadonlyMap<KernelStep, Numbered>;

  constructor(
    private readonly steps: readonly SequenceStep[],
    private readonly threads: number,
  ) {
    const { programs, numbered } = distinctPrograms(kernelsOf(steps));
    this.programs = programs;
    this.#numbered = numbered;
    const needs = [...numbered.values()].map((each) => this.#scratchOf(each));
    this.scratchBytes = needs.reduce((most, bytes) => Math.max(most, bytes), 0);
  }

  items<Address>(addresses: AddressesOf<Address>): ItemOf<StepCall<Address>, Address>[] {
    return this.#items(this.steps, addresses);
  }

  #scratchOf({ program, params }: Numbered): number {
    const bytes = program.buffers.map((buffer) => scratchBytes(buffer, params, this.threads));
    return bytes.reduce((sum, each) => sum + each, 0);
  }

  #items<Address>(
    steps: readonly SequenceStep[],
    addresses: AddressesOf<Address>,
  ): ItemOf<StepCall<Address>, Address>[] {
    return steps.map((step) => {
      if (step.kind === 'kernel') return this.#call(step, addresses);
      const listOf = (list: readonly SequenceStep[]) => this.#items(list, addresses);
      return mapControl(step, listOf, (place) => addresses.at(place));
    });
  }

  #call<Address>(step: KernelStep, addresses: AddressesOf<Address>): StepCall<Address> {
    const numbered = this.#numbered.get(step);
    if (numbered === undefined) throw new Error('a kernel was not numbered');
    const { program, params, number } = numbered;
    let scratch = 0;
    let next = 0;
    const buffers = program.buffers.map((buffer): Address => {
      if (buffer.space !== 'scratch') return addresses.at(at(step.places, next++));
      const from = scratch;
      const bytes = scratchBytes(buffer, params, this.threads);
      scratch += bytes;
      return addresses.inScratch(from, bytes);
    });
    return { kind: 'call', program: number, buffers, params, updates: step.updates };
  }
}
