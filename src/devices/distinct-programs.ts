// Which kernels of a step share their code: equal ones, and those that differ in sizes alone.
// The last thing before an emitter: step-calls.ts begins with it.
import type { KernelStep } from '../core/sequence-device.js';
import { sizelessHash, structuralHash } from '../kernels/ir/hash.js';
import type { Loops, Stmt } from '../kernels/ir/loops.js';
import { type Parametrised, parametrise } from '../kernels/ir/parameters.js';
import { eachStmt } from '../kernels/ir/walk.js';

/** A kernel's program for any size, by number, and its sizes. */
export interface Numbered extends Parametrised {
  readonly number: number;
}

/** Statements of a body, nested ones too. */
function countStatements(body: readonly Stmt[]): number {
  let count = 0;
  eachStmt(body, () => {
    count += 1;
  });
  return count;
}

/** What programs that are alike have in common, and most others do not: quicker than a hash. */
function outlineOf({ name, buffers, procedures, body }: Loops): string {
  const bodies = [...procedures.map((called) => called.body), body];
  return [name, buffers.length, ...bodies.map(countStatements)].join();
}

/** The programs that have another with the same key. */
function withSameKey(programs: readonly Loops[], keyOf: (program: Loops) => string): Loops[] {
  const groups = new Map<string, Loops[]>();
  for (const program of programs) {
    const key = keyOf(program);
    groups.set(key, [...(groups.get(key) ?? []), program]);
  }
  return [...groups.values()].filter((group) => group.length > 1).flat();
}

/** The programs of which there is another that differs in sizes alone. */
function programsAlike(programs: Iterable<Loops>): ReadonlySet<Loops> {
  return new Set(withSameKey(withSameKey([...new Set(programs)], outlineOf), sizelessHash));
}

/** Each distinct program once: kernels that differ in sizes alone share their code. */
export function distinctPrograms(kernels: readonly KernelStep[]): {
  readonly programs: readonly Loops[];
  readonly numbered: ReadonlyMap<KernelStep, Numbered>;
} {
  const programs: Loops[] = [];
  const alike = programsAlike(kernels.map(({ program }) => program));
  const known = new Map<string, number>();
  const byProgram = new Map<Loops, Numbered>();
  const numberOf = (program: Loops): Numbered => {
    // Parameters take time to find: programs that stand alone keep their numbers.
    if (!alike.has(program)) return { program, params: [], number: programs.push(program) - 1 };
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
