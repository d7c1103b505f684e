// Where threads meet between kernels: along every way through loops and branches, what one kernel
// writes is touched by another only after a meeting.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Reach } from '../../src/core/sequence-device.js';
import {
  type CallOf,
  type ItemOf,
  type MetItemOf,
  withMeetings,
} from '../../src/kernels/emit/meetings.js';
import type { Loops } from '../../src/kernels/ir/loops.js';

interface Place {
  readonly slot: number | undefined;
  readonly reach: Reach;
}
type Call = CallOf<Place>;
type Item = ItemOf<Call, Place>;
type Met = MetItemOf<Call, Place>;

/** Reads its first buffer and writes its second. */
const program: Loops = {
  kind: 'loops',
  name: 'copy',
  buffers: [
    { storage: 'f32', space: 'input', slot: 0 },
    { storage: 'f32', space: 'output', slot: 0 },
  ],
  procedures: [],
  body: [],
};

/** Eight bytes of the heap, or of a bound block. */
const place = (from: number, slot?: number): Place => ({ slot, reach: { from, bytes: 8 } });

const call = (read: Place, written: Place, updates = false): Call => ({
  kind: 'call',
  program: 0,
  buffers: [read, written],
  updates,
});

const kindsOf = (items: readonly Item[]): string[] =>
  withMeetings([program], items).map(({ kind }) => kind);

describe('meetings', () => {
  it('are where a kernel reads, or writes anew, what another has written or reads', () => {
    const [a, b, c] = [place(0), place(8), place(16)];
    expect(kindsOf([call(a, b), call(b, c)])).toEqual(['call', 'meet', 'call', 'meet']);
    expect(kindsOf([call(a, b), call(c, b)])).toEqual(['call', 'meet', 'call', 'meet']);
    expect(kindsOf([call(a, b), call(c, a)])).toEqual(['call', 'meet', 'call', 'meet']);
  });

  it('are not between kernels that read the same or lie apart', () => {
    expect(kindsOf([call(place(0), place(8)), call(place(0), place(16))])).toEqual([
      'call',
      'call',
      'meet',
    ]);
    // The same bytes of different blocks.
    expect(kindsOf([call(place(0, 0), place(8, 0)), call(place(8, 1), place(0, 2))])).toEqual([
      'call',
      'call',
      'meet',
    ]);
    expect(kindsOf([])).toEqual([]);
  });

  it('are before variables change, which is noted once', () => {
    const items = [
      call(place(0), place(8)),
      call(place(16), place(24), true),
      call(place(32), place(40), true),
    ];
    expect(kindsOf(items)).toEqual(['call', 'meet', 'updates', 'call', 'call', 'meet']);
  });

  it('keep kernels apart along every way through loops and branches', () => {
    fc.assert(
      fc.property(listOfItems(), fc.array(fc.boolean(), { maxLength: 40 }), (items, choices) => {
        const walk = new Walk(choices);
        walk.list(withMeetings([program], items));
        expect(walk.sinceMet).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

interface Touch {
  readonly at: Place;
  readonly writes: boolean;
}

const conflict = (one: Touch, other: Touch): boolean =>
  (one.writes || other.writes) &&
  one.at.slot === other.at.slot &&
  Math.abs(one.at.reach.from - other.at.reach.from) < 8;

/** Runs items by choices, and fails where two kernels touch the same without a meeting between. */
class Walk {
  sinceMet: Touch[] = [];
  #next = 0;

  constructor(private readonly choices: readonly boolean[]) {}

  list(items: readonly Met[]): void {
    for (const item of items) this.#item(item);
  }

  #item(item: Met): void {
    if (item.kind === 'meet') this.sinceMet = [];
    else if (item.kind === 'call') this.#call(item);
    else if (item.kind === 'loop') this.#loop(item);
    else if (item.kind === 'branch') {
      this.#flag(item.flag);
      this.list(this.#choice() ? item.whenTrue : item.whenFalse);
    }
  }

  #call({ buffers }: Call): void {
    const touches = buffers.map((at, index): Touch => ({ at, writes: index === 1 }));
    for (const touch of touches) this.#mustBeMet(touch);
    this.sinceMet.push(...touches);
  }

  #mustBeMet(touch: Touch): void {
    expect(this.sinceMet.filter((before) => conflict(before, touch))).toEqual([]);
  }

  /** All read it, then meet: that goes with reading. */
  #flag(at: Place): void {
    this.#mustBeMet({ at, writes: false });
    this.sinceMet = [];
  }

  #loop({ turns, body, after }: Extract<Met, { kind: 'loop' }>): void {
    if (turns.kind === 'counted') {
      for (let turn = 0; turn < turns.length; turn++) this.list(body);
    } else {
      while (this.#goesOn(turns)) this.list(body);
    }
    this.list(after);
  }

  #goesOn({ test, flag }: { test: readonly Met[]; flag: Place }): boolean {
    this.list(test);
    this.#flag(flag);
    return this.#choice();
  }

  #choice(): boolean {
    return this.choices[this.#next++] ?? false;
  }
}

function somePlace(): fc.Arbitrary<Place> {
  return fc
    .tuple(fc.integer({ min: 0, max: 5 }), fc.constantFrom(undefined, 0, 1))
    .map(([index, slot]) => place(index * 4, slot));
}

/** Lists of calls, loops and branches, two deep at most. */
function listOfItems(depth = 2): fc.Arbitrary<Item[]> {
  const aCall = fc
    .tuple(somePlace(), somePlace())
    .map(([read, written]): Item => call(read, written));
  if (depth === 0) return fc.array(aCall, { maxLength: 4 });
  const inner = listOfItems(depth - 1);
  const branch = fc
    .record({ flag: somePlace(), whenTrue: inner, whenFalse: inner })
    .map((parts): Item => ({ kind: 'branch', ...parts }));
  const counted = fc
    .record({ length: fc.integer({ min: 0, max: 3 }), body: inner, after: inner })
    .map(({ length, ...parts }): Item => {
      return { kind: 'loop', counter: 0, turns: { kind: 'counted', length }, ...parts };
    });
  const conditional = fc
    .record({ test: inner, flag: somePlace(), body: inner, after: inner })
    .map(({ test, flag, ...parts }): Item => {
      const turns = { kind: 'while', test, flag, most: undefined } as const;
      return { kind: 'loop', counter: 0, turns, ...parts };
    });
  return fc.array(fc.oneof(aCall, aCall, branch, counted, conditional), { maxLength: 4 });
}
