// Runs a random program op by op and compiled, twice each, and says where the numbers part.
import { currentEngine, scope, type Tensor } from '../../../src/index.js';
import { type Random, randomNumbers } from './choosing.js';
import { argumentOf, freshState, type Program, stepOf } from './program.js';

interface Found {
  readonly spec: string;
  readonly values: Float64Array;
}

type Run = ReadonlyMap<string, Found>;

/** How far two runs may part: by roundings, relative to the largest value of the tensor. */
const TOLERANCE = 2e-4;
/** How much further than the runs with other roundings did. */
const MARGIN = 10;

async function readAll(values: Readonly<Record<string, Tensor>>): Promise<Run> {
  const run = new Map<string, Found>();
  for (const [name, value] of Object.entries(values)) {
    const spec = `${value.dtype} [${value.shape}]`;
    run.set(name, { spec, values: Float64Array.from(await value.data()) });
  }
  return run;
}

/** Two runs of the same step on the same variables: the second must not see the memory of the first. */
async function twice(program: Program, isCompiled: boolean, noise?: Random): Promise<Run[]> {
  const step = stepOf(program, freshState(noise));
  const run = isCompiled ? currentEngine().compile(step) : step;
  const runs: Run[] = [];
  for (let turn = 0; turn < 2; turn++) {
    // An argument for each turn, since a program may return it.
    const x = argumentOf(program);
    const values = scope(() => run(x));
    runs.push(await readAll(values));
    for (const value of [x, ...Object.values(values)]) value.dispose();
  }
  return runs;
}

const distance = (a: number, b: number): number =>
  a === b || (Number.isNaN(a) && Number.isNaN(b)) ? 0 : Math.abs(a - b);

/** The largest distance; NaN where one is finite and the other is not. */
function farthest(a: Float64Array, b: Float64Array): number {
  return a.reduce((most, value, index) => {
    const here = distance(value, b[index] ?? Number.NaN);
    return Number.isNaN(most) || Number.isNaN(here) ? Number.NaN : Math.max(most, here);
  }, 0);
}

/** A tensor on which two runs do not agree. */
export interface Disagreement {
  readonly turn: number;
  readonly name: string;
  readonly distance: number;
  readonly text: string;
}

function disagreements(wanted: readonly Run[], found: readonly Run[]): Disagreement[] {
  const list: Disagreement[] = [];
  for (const [turn, run] of wanted.entries()) {
    for (const [name, { spec, values }] of run) {
      const other = found[turn]?.get(name);
      const scale = values.reduce((most, value) => {
        const size = Math.abs(value);
        return Number.isFinite(size) ? Math.max(most, size) : most;
      }, 1);
      const far = other?.spec === spec ? farthest(values, other.values) : Number.POSITIVE_INFINITY;
      if (far <= TOLERANCE * scale) continue;
      const text = `run ${turn + 1}, ${name}\nop by op ${spec}: ${values.slice(0, 40)}\ncompiled ${other?.spec}: ${other?.values.slice(0, 40)}`;
      list.push({ turn, name, distance: far, text });
    }
  }
  return list;
}

/** Whether other roundings, op by op, move the same tensor about as far. */
async function isUnsteady(
  program: Program,
  wanted: readonly Run[],
  { turn, name, distance: far }: Disagreement,
  tries: number,
): Promise<boolean> {
  for (let number = 0; number < tries; number++) {
    const run = (await twice(program, false, randomNumbers(number)))[turn]?.get(name);
    const values = wanted[turn]?.get(name)?.values;
    if (run === undefined || values === undefined || run.values.length !== values.length)
      return true;
    const moved = farthest(values, run.values);
    if (Number.isNaN(moved) || far <= MARGIN * moved) return true;
  }
  return false;
}

/** What a comparison gives: equal within roundings, or parted because the program is unsteady. */
export type Verdict =
  | { readonly kind: 'agree' | 'unsteady' }
  | (Disagreement & { kind: 'disagree' });

/**
 * Compares the two engines. Where they part, the program is run with other roundings: a sort or a
 * comparison of nearly equal numbers falls out either way, and says nothing about the engines.
 */
export async function compare(program: Program): Promise<Verdict> {
  const wanted = await twice(program, false);
  const found = await twice(program, true);
  const list = disagreements(wanted, found);
  for (const one of list) {
    if (!(await isUnsteady(program, wanted, one, 24))) return { kind: 'disagree', ...one };
  }
  return { kind: list.length > 0 ? 'unsteady' : 'agree' };
}

/** A program that does not agree; one that throws does not count, since lines it needs may be gone. */
async function disagrees(program: Program): Promise<boolean> {
  const verdict = await compare(program).catch(() => undefined);
  return verdict?.kind === 'disagree';
}

/** The program with as few lines as still fail: halves are left out, then quarters, down to one. */
export async function shrink(
  program: Program,
  fails: (program: Program) => Promise<boolean> = disagrees,
): Promise<Program> {
  let smallest = program;
  for (let size = Math.ceil(program.lines.length / 2); size >= 1; size = Math.floor(size / 2)) {
    let start = 0;
    while (start < smallest.lines.length) {
      const lines = smallest.lines.filter((_, index) => index < start || index >= start + size);
      const smaller = { ...smallest, lines };
      if (await fails(smaller)) smallest = smaller;
      else start += size;
    }
  }
  return smallest;
}
