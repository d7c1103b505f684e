// Many kernels in one C source, called in order, in loops and branches where the steps have some.
// The native device's counterpart of wasm-sequence.ts, over the functions of c.ts.
import { type ControlOf, listsOf } from '../../core/loops-and-branches.js';
import type { PlaceTerm } from '../../core/sequence-device.js';
import type { Loops } from '../ir/loops.js';
import { type CSource, callOf, sourceOf, writeProgram } from './c.js';
import { CFunctions } from './c-functions.js';

/** Where a buffer of a call lies: so many bytes past an entry of `offsets`, moving with turns. */
export interface CAddress {
  readonly slot: number;
  readonly byteOffset: number;
  readonly terms: readonly PlaceTerm[];
}

/** One call of a kernel: an address for each buffer the program lists. */
export interface CCall {
  readonly kind: 'call';
  /** Position among the source's programs. */
  readonly program: number;
  readonly buffers: readonly CAddress[];
}

export type CItem = CCall | ControlOf<readonly CItem[], CAddress>;

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

/** The lines that run items. Kernels share their work among threads; between them there is one. */
function linesOf(items: readonly CItem[], indent: string): string[] {
  const inner = `${indent}  `;
  return items.flatMap((item) => {
    if (item.kind === 'call') {
      return [indent + callOf(`k${item.program}`, item.buffers.map(spellAddress))];
    }
    if (item.kind === 'branch') {
      const head = `${indent}if (${spellFlag(item.flag)}) {`;
      const other = [`${indent}} else {`, ...linesOf(item.whenFalse, inner), `${indent}}`];
      return [head, ...linesOf(item.whenTrue, inner), ...other];
    }
    const { turns, body, after } = item;
    const most = turns.kind === 'counted' ? turns.length : turns.most;
    const counter = `t${item.counter}`;
    const within = most === undefined ? '' : `${counter} < ${most}`;
    const lines = [`${indent}for (${counter} = 0; ${within}; ${counter}++) {`];
    if (turns.kind === 'while') {
      lines.push(...linesOf(turns.test, inner), `${inner}if (!${spellFlag(turns.flag)}) break;`);
    }
    // What comes after finds the number of turns in the counter.
    return [...lines, ...linesOf(body, inner), `${indent}}`, ...linesOf(after, indent)];
  });
}

/**
 * Many kernels in one source. No address of memory is written into it, so that one source serves
 * wherever its memory lies.
 */
export function emitCSequence(programs: readonly Loops[], items: readonly CItem[]): CSource {
  const functions = new CFunctions();
  const texts = programs.map((program, index) => writeProgram(program, `k${index}`, functions));
  const counters = new Set(countersOf(items));
  const declared = [...counters].map((counter) => `  i32 t${counter} = 0;`);
  return sourceOf(functions, texts, [...declared, ...linesOf(items, '  ')]);
}
