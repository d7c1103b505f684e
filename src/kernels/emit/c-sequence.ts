// Many kernels as one C library, called in order, in loops and branches where the steps have some.
// The native device's counterpart of wasm-sequence.ts, over the functions of c.ts.
import { listsOf } from '../../core/loops-and-branches.js';
import type { PlaceTerm, Reach } from '../../core/sequence-device.js';
import type { Loops } from '../ir/loops.js';
import { CPart, type CSource, callOf, declarationsOf, entryText, libraryOf } from './c.js';
import { type CallOf, type ItemOf, type MetItemOf, withMeetings } from './meetings.js';

/** Where a buffer of a call lies: so many bytes past an entry of `offsets`, moving with turns. */
export interface CAddress {
  readonly slot: number;
  readonly byteOffset: number;
  readonly terms: readonly PlaceTerm[];
  /** The bytes past the entry that may be touched in any turn. */
  readonly reach: Reach;
}

/** One call of a kernel, and its parameters. */
export interface CCall extends CallOf<CAddress> {
  readonly params: readonly number[];
}

export type CItem = ItemOf<CCall, CAddress>;
type MetItem = MetItemOf<CCall, CAddress>;

function countersOf(items: readonly CItem[]): number[] {
  return items.flatMap((item) => {
    if (item.kind === 'call') return [];
    const inner = listsOf(item).flatMap(countersOf);
    return item.kind === 'loop' ? [item.counter, ...inner] : inner;
  });
}

function spellAddress({ slot, byteOffset, terms }: CAddress): string {
  const moves = terms
    .filter(({ bytes }) => bytes !== 0)
    .map(({ counter, bytes, modulo }) => {
      const turns = modulo === 2 ? `(t${counter} & 1)` : `t${counter}`;
      return ` + (i64)${turns} * ${bytes}`;
    });
  // Offsets may be negative, and an address may pass the place it ends at on its way there.
  return `heap + ((i64)offsets[${slot}] + ${byteOffset}${moves.join('')})`;
}

const spellFlag = (flag: CAddress): string => `*(const i32 *)(${spellAddress(flag)})`;

/** Writes the calls. Every thread runs all of them, so all count the turns by themselves. */
class CallWriter {
  readonly #lines: string[] = [];
  #flags = 0;
  #tables = 0;

  lines(programs: readonly Loops[], items: readonly CItem[]): readonly string[] {
    for (const counter of new Set(countersOf(items))) this.#lines.push(`  i32 t${counter} = 0;`);
    this.#items(withMeetings(programs, items), '  ');
    return this.#lines;
  }

  #items(items: readonly MetItem[], indent: string): void {
    for (const item of items) {
      if (item.kind === 'call') this.#call(item, indent);
      else if (item.kind === 'meet') this.#lines.push(`${indent}meet(t, threads);`);
      else if (item.kind === 'loop') this.#loop(item, indent);
      else if (item.kind === 'branch') this.#branch(item, indent);
    }
  }

  #call({ program, buffers, params }: CCall, indent: string): void {
    const parameters = this.#parameters(params, indent);
    this.#lines.push(indent + callOf(`k${program}`, buffers.map(spellAddress), parameters));
  }

  #parameters(params: readonly number[], indent: string): string {
    if (params.length === 0) return 'p';
    const name = `p${this.#tables++}`;
    this.#lines.push(`${indent}static const i32 ${name}[] = {${params.join(', ')}};`);
    return name;
  }

  /** The number that all threads then decide by; they meet when all have read it. */
  #flag(flag: CAddress, indent: string): string {
    const name = `flag${this.#flags++}`;
    this.#lines.push(`${indent}const i32 ${name} = ${spellFlag(flag)};`);
    this.#lines.push(`${indent}meet(t, threads);`);
    return name;
  }

  #branch(item: Extract<MetItem, { kind: 'branch' }>, indent: string): void {
    this.#lines.push(`${indent}if (${this.#flag(item.flag, indent)}) {`);
    this.#items(item.whenTrue, `${indent}  `);
    this.#lines.push(`${indent}} else {`);
    this.#items(item.whenFalse, `${indent}  `);
    this.#lines.push(`${indent}}`);
  }

  #loop(item: Extract<MetItem, { kind: 'loop' }>, indent: string): void {
    const { turns, body, after } = item;
    const inner = `${indent}  `;
    const most = turns.kind === 'counted' ? turns.length : turns.most;
    const counter = `t${item.counter}`;
    const within = most === undefined ? '' : `${counter} < ${most}`;
    this.#lines.push(`${indent}for (${counter} = 0; ${within}; ${counter}++) {`);
    if (turns.kind === 'while') {
      this.#items(turns.test, inner);
      this.#lines.push(`${inner}if (!${this.#flag(turns.flag, inner)}) break;`);
    }
    this.#items(body, inner);
    // What comes after finds the number of turns in the counter.
    this.#lines.push(`${indent}}`);
    this.#items(after, indent);
  }
}

/** Characters of C that are worth a process of the compiler for themselves. */
const PART_LENGTH = 40_000;

/** The programs in parts that take about as long to compile. */
function partsOf(programs: readonly Loops[], processors: number): readonly CPart[] {
  const parts = Array.from({ length: processors }, () => new CPart());
  for (const [index, program] of programs.entries()) {
    const smallest = parts.reduce((least, part) => (part.length < least.length ? part : least));
    const open = parts.find(({ length }) => length > 0 && length < PART_LENGTH) ?? smallest;
    open.add(program, `k${index}`);
  }
  return parts.filter(({ length }, index) => length > 0 || index === 0);
}

/**
 * Many kernels in one library, in parts for as many processors. No address of memory is written
 * into it, so that one library serves wherever its memory lies.
 */
export function emitCSequence(
  programs: readonly Loops[],
  items: readonly CItem[],
  processors: number,
): CSource {
  const texts = partsOf(programs, processors).map((part) => part.text());
  const named = programs.map((program, index) => [`k${index}`, program] as const);
  const entry = [declarationsOf(named), entryText(new CallWriter().lines(programs, items))];
  const [first = '', ...others] = texts;
  return libraryOf([[first, ...entry].join('\n'), ...others]);
}
