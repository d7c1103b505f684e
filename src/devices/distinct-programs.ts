// Which kernels of a step share their code: equal ones, and those that differ in sizes alone.
// The last thing before an emitter: step-calls.ts begins with it.
import type { KernelStep } from '../core/sequence-device.js';
import { sizelessHash, structuralHash } from '../kernels/ir/hash.js';
import type { Loops } from '../kernels/ir/loops.js';
import { type Parametrised, parametrise } from '../kernels/ir/parameters.js';

/** A kernel's program for any size, by number, and its sizes. */
export interface Numbered extends Parametrised {
  readonly number: number;
}

/** How many of these programs are the same but for sizes, for each of them. */
function countAlike(programs: Iterable<Loops>): (program: Loops) => number {
  const hashes = new Map<Loops, string>();
  const counts = new Map<string, number>();
  for (const program of programs) {
    if (hashes.has(program)) continue;
    const hash = sizelessHash(program);
    hashes.set(program, hash);
    counts.set(hash, (counts.get(hash) ?? 0) + 1);
  }
  return (program) => counts.get(hashes.get(program) ?? '') ?? 0;
}

/** Each distinct program once: kernels that differ in sizes alone share their code. */
export function distinctPrograms(kernels: readonly KernelStep[]): {
  readonly programs: readonly Loops[];
  readonly numbered: ReadonlyMap<KernelStep, Numbered>;
} {
  const programs: Loops[] = [];
  const alike = countAlike(kernels.map(({ program }) => program));
  const known = new Map<string, number>();
  const byProgram = new Map<Loops, Numbered>();
  const numberOf = (program: Loops): Numbered => {
    // Parameters take time to find: programs that stand alone keep their numbers.
    if (alike(program) === 1) return { program, params: [], number: programs.push(program) - 1 };
    const parametrised = parametrise(program);
    const key = structuralHash(parametrised.program);
    const number = known.get(key) ?? programs.push(parametrised.program) - 1;
    known.set(key, number);
    return { ...parametrised, number };
  };
  const numbered = new Map<KernelStep, Numbered>();
  for (const kernel of kernels) {
    const { program } = kernel;
    const made = byProgram.get(program) ?? numberOf(program);
    byProgram.set(program, made);
    numbered.set(kernel, made);
  }
  return { programs, numbered };
}
