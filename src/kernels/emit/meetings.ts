// When threads must wait for each other between kernels: where one reads or writes what another
// has written, or writes what another reads, since they last met. Decided here for both CPU emitters,
// which only spell it: wasm-sequence.ts and c-sequence.ts.
import type { BranchOf, LoopOf } from '../../core/loops-and-branches.js';
import type { Reach } from '../../core/sequence-device.js';
import type { Loops } from '../ir/loops.js';

/** Where a buffer lies, as far as meetings go. */
interface Place {
  /** The block's number in the table; undefined for addresses of the heap. */
  readonly slot?: number | undefined;
  readonly reach: Reach;
}

/** One call of a kernel: a place for each buffer that its program lists. */
export interface CallOf<Address> {
  readonly kind: 'call';
  /** Position among the sequence's programs. */
  readonly program: number;
  readonly buffers: readonly Address[];
  /** Whether it changes variables where they lie; such calls come last. */
  readonly updates?: boolean | undefined;
}

/** All threads wait here for each other. */
interface Meeting {
  readonly kind: 'meet';
}

/** From here on variables change. */
interface UpdatesBegin {
  readonly kind: 'updates';
}

/** Calls in loops and branches. */
export type ItemOf<Call, Address> =
  | Call
  | LoopOf<readonly ItemOf<Call, Address>[], Address>
  | BranchOf<readonly ItemOf<Call, Address>[], Address>;

/**
 * The same with meetings in between. Threads also meet whenever they have read a flag, so that none
 * writes it anew before all have; that goes with reading it, and is not listed.
 */
export type MetItemOf<Call, Address> =
  | Call
  | Meeting
  | UpdatesBegin
  | LoopOf<readonly MetItemOf<Call, Address>[], Address>
  | BranchOf<readonly MetItemOf<Call, Address>[], Address>;

/** Memory that a kernel touches. */
interface Touched {
  readonly slot: number | undefined;
  readonly from: number;
  readonly to: number;
  readonly writes: boolean;
}

function overlap(a: Touched, b: Touched): boolean {
  return a.slot === b.slot && a.from < b.to && b.from < a.to && (a.writes || b.writes);
}

/** Walks the items in the order in which they run, and keeps what was touched since threads met. */
class Planner<Call extends CallOf<Address>, Address extends Place> {
  #since: Touched[] = [];
  #updating = false;

  constructor(private readonly programs: readonly Loops[]) {}

  list(items: readonly ItemOf<Call, Address>[]): MetItemOf<Call, Address>[] {
    return items.flatMap((item): MetItemOf<Call, Address>[] => {
      if (item.kind === 'loop') return this.#loop(item);
      return item.kind === 'branch' ? this.#branch(item) : this.#call(item);
    });
  }

  /** A list that others follow or that is run again: threads meet at its end. */
  whole(items: readonly ItemOf<Call, Address>[]): MetItemOf<Call, Address>[] {
    return [...this.list(items), ...this.#meetIfDue()];
  }

  #meetIfDue(): Meeting[] {
    const isDue = this.#since.length > 0;
    this.#since = [];
    return isDue ? [{ kind: 'meet' }] : [];
  }

  #call(call: Call): MetItemOf<Call, Address>[] {
    const touched = this.#touched(call);
    const isFirstUpdate = call.updates === true && !this.#updating;
    const mustMeet = touched.some((next) => this.#since.some((before) => overlap(before, next)));
    // Updates begin when all that may fail is done: see the pass that puts them last.
    const before = isFirstUpdate || mustMeet ? this.#meetIfDue() : [];
    if (isFirstUpdate) this.#updating = true;
    this.#since.push(...touched);
    return [...before, ...(isFirstUpdate ? [{ kind: 'updates' as const }] : []), call];
  }

  #touched({ program, buffers }: Call): Touched[] {
    const { buffers: refs = [] } = this.programs[program] ?? {};
    return buffers.map(({ slot, reach: { from, bytes } }, index) => {
      return { slot, from, to: from + bytes, writes: refs[index]?.space !== 'input' };
    });
  }

  #loop(loop: LoopOf<readonly ItemOf<Call, Address>[], Address>): MetItemOf<Call, Address>[] {
    const before = this.#meetIfDue();
    const { turns } = loop;
    const met = turns.kind === 'while' ? { ...turns, test: this.whole(turns.test) } : turns;
    // The next turn touches what the body has made; what comes after finds all threads in step.
    const [body, after] = [this.whole(loop.body), this.list(loop.after)];
    return [...before, { ...loop, turns: met, body, after }];
  }

  #branch(branch: BranchOf<readonly ItemOf<Call, Address>[], Address>): MetItemOf<Call, Address>[] {
    const before = this.#meetIfDue();
    const [whenTrue, whenFalse] = [this.whole(branch.whenTrue), this.whole(branch.whenFalse)];
    return [...before, { ...branch, whenTrue, whenFalse }];
  }
}

/** Items with the meetings they need, the last of which finds all work done. */
export function withMeetings<Call extends CallOf<Address>, Address extends Place>(
  programs: readonly Loops[],
  items: readonly ItemOf<Call, Address>[],
): readonly MetItemOf<Call, Address>[] {
  return new Planner<Call, Address>(programs).whole(items);
}
