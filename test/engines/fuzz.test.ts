// Random programs of up to 40 lines, run op by op and compiled: the numbers must agree. fuzz/ says
// what a program is. One that does not agree is printed with its seed and the few lines that it
// takes; KERATIN_FUZZ_SEED=17 KERATIN_FUZZ=1 runs it again, and KEPT keeps it once it is mended.
import { afterAll, expect, it } from 'vitest';
import { explain, setEngine, setThreads } from '../../src/index.js';
import { compare, shrink, type Verdict } from './fuzz/compare.js';
import {
  argumentOf,
  freshState,
  type Kind,
  type Program,
  programOf,
  stepOf,
} from './fuzz/program.js';

/** Programs that once disagreed, as they are printed. */
const KEPT: readonly Program[] = [
  // A value that a variable takes on was a dead end for gradients op by op.
  { kind: 'plain', seed: 57, shape: [2, 8], lines: [732], order: 1 },
  // A stage's terms were kept as vectors where they do not lie side by side.
  {
    kind: 'plain',
    seed: 30570,
    shape: [17, 8],
    lines: [2836047103, 2939049982, 2735063512, 3371222675, 4116490796],
    order: 1,
  },
  // Choices between numbers were taken for guards of reads, and doubled the code one by one.
  {
    kind: 'plain',
    seed: 30140,
    shape: [3, 4, 5],
    lines: [1855910538, 2952208826, 2816941550, 1629731261, 816711564, 1525835664],
    order: 1,
  },
];

/** How many programs; 150 take some seconds, continuous integration runs 10,000. */
const PROGRAMS = Number(process.env['KERATIN_FUZZ'] ?? 150);
const FIRST = Number(process.env['KERATIN_FUZZ_SEED'] ?? 1);
/** One of so many has loops and branches, which take longer to compile. */
const FLOW_EVERY = 9;
/** The share of programs about which roundings decide; more would mean that little is compared. */
const MOST_UNSTEADY = 0.03;

const kindOf = (seed: number): Kind => (seed % FLOW_EVERY === 0 ? 'flow' : 'plain');

async function describeFailure(program: Program, text: string): Promise<string> {
  const small = await shrink(program);
  const { kind, seed, shape, lines, order } = small;
  return [
    `KERATIN_FUZZ_SEED=${program.seed} KERATIN_FUZZ=1: the engines disagree.`,
    `{ kind: '${kind}', seed: ${seed}, shape: [${shape}], lines: [${lines}], order: ${order} },`,
    text,
    explain(stepOf(small, freshState()), argumentOf(small)),
  ].join('\n');
}

async function verdictOf(program: Program): Promise<Verdict['kind']> {
  const verdict = await compare(program).catch((cause: unknown) => {
    throw new Error(`KERATIN_FUZZ_SEED=${program.seed} KERATIN_FUZZ=1 (${program.kind})`, {
      cause,
    });
  });
  if (verdict.kind === 'disagree') {
    expect.fail(await describeFailure(program, verdict.text));
  }
  return verdict.kind;
}

async function runAll(kind: Kind): Promise<void> {
  const seeds = Array.from({ length: PROGRAMS }, (_, index) => FIRST + index);
  const programs = seeds
    .filter((seed) => kindOf(seed) === kind)
    .map((seed) => programOf(seed, kind));
  for (const kept of KEPT) if (kept.kind === kind) await verdictOf(kept);
  let unsteady = 0;
  for (const program of programs) if ((await verdictOf(program)) === 'unsteady') unsteady++;
  expect(unsteady).toBeLessThanOrEqual(Math.max(2, programs.length * MOST_UNSTEADY));
}

afterAll(() => void setThreads(1));

it(`agrees eager and compiled on random programs without loops, of ${PROGRAMS}`, async () => {
  setEngine('graph');
  setThreads(1);
  await runAll('plain');
}, 3_600_000);

it('agrees on random programs with loops and branches', async () => {
  setEngine('graph');
  setThreads(2);
  await runAll('flow');
}, 3_600_000);

it('shrinks a program to the lines that fail together', async () => {
  const program = programOf(57, 'plain');
  const needed = [program.lines[1], program.lines.at(-1)];
  const fails = async ({ lines }: Program): Promise<boolean> =>
    needed.every((line) => line !== undefined && lines.includes(line));
  expect(program.lines.length).toBeGreaterThan(3);
  expect((await shrink(program, fails)).lines).toEqual(needed);
});
