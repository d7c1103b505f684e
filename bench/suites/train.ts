// Whole training steps: forward, backward and optimizer, one batch again and again; what compiling
// them takes; their memory; and what `fit` adds to a step.

import * as k from '../../src/index.js';
import { type CompileTimes, compileStep, cpuDevice } from '../harness/kernel-times.js';
import { measure, median } from '../harness/measure.js';
import { ownRow, type Row, runContest } from '../harness/row.js';
import { watched } from '../harness/watched-engine.js';
import { trainingFlops } from '../models/model.js';
import { compileModel, stepOf, tensorOf } from '../models/step.js';
import { placeOf } from '../peers/keratin-engines.js';
import { networkOf } from '../peers/keratin-networks.js';
import type { NetworkProblem, TrainingStep } from '../peers/peer.js';
import { bothDevices, type Case, caseOf, problemOf } from './networks.js';
import type { Item, Session, Suite } from './suite.js';

const OPTIMIZERS = { sgd: 'SGD', adam: 'Adam', adamw: 'AdamW' } as const;
/** Steps whose losses must be those of the first library that was checked: ours. */
const CHECKED_STEPS = 4;
/** Rounding differs from the first step on, and training magnifies it. */
const FIRST_LOSS = 1e-4;
const LATER_LOSSES = 2e-2;

function titleOf({ model, batch }: Case): string {
  return `${model.title} b${batch}, ${OPTIMIZERS[model.optimizer]} step`;
}

/** Everybody's losses must be ours; those with another optimizer must at least learn. */
function checkLosses(): (step: TrainingStep) => Promise<void> {
  let expected: readonly number[] | undefined;
  return async (step) => {
    const losses: number[] = [];
    for (let i = 0; i < CHECKED_STEPS; i += 1) losses.push(await step.step());
    const text = losses.map((loss) => loss.toFixed(5)).join(', ');
    const [first = Number.NaN] = losses;
    if (!((losses.at(-1) ?? Number.NaN) < first)) throw new Error(`does not learn: ${text}`);
    expected ??= losses;
    const checked = step.isExact ? expected : expected.slice(0, 1);
    for (const [i, want] of checked.entries()) {
      const error = Math.abs((losses[i] ?? Number.NaN) - want) / Math.abs(want);
      if (error <= (i === 0 ? FIRST_LOSS : LATER_LOSSES)) continue;
      const wanted = expected.map((loss) => loss.toFixed(5)).join(', ');
      throw new Error(`losses ${text} are not ours: ${wanted}`);
    }
  };
}

async function stepRow(session: Session, entry: Case, problem: NetworkProblem): Promise<Row> {
  return runContest<TrainingStep>({
    work: titleOf(entry),
    unit: 'ms',
    threads: session.threads,
    entries: session.peers.map((peer) => ({
      name: peer.name,
      prepare: async () => peer.training?.(problem),
    })),
    verify: checkLosses(),
    value: (ms) => ms,
    flops: trainingFlops(entry.model, entry.batch),
    ceiling: session.multiplyAdd,
    options: session.options,
  });
}

/** Compilations after the first, whose median is taken. */
const COMPILED_AGAIN = 3;

/** Compile time and memory of the step, from compilations of its own. */
function compileRows(threads: number, entry: Case): Row[] {
  const compiled = () =>
    compileStep(cpuDevice(threads), () => stepOf(entry.model, entry.batch, 'train'));
  const { compile, program, kernels } = compiled();
  const timeOf = ({ trace, passes, code }: CompileTimes): number => trace + passes + code;
  const again = Array.from({ length: COMPILED_AGAIN }, () => timeOf(compiled().compile));
  const { trace, passes, code } = compile;
  const { arenaBytes, sumBytes } = program.plan;
  const stages = [trace, passes, code].map((ms) => ms.toFixed(0)).join(' + ');
  const mebi = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
  const title = titleOf(entry);
  return [
    ownRow(
      `compile: ${title}`,
      'ms',
      threads,
      timeOf(compile),
      `the first of a process; trace + passes + code: ${stages} ms for ${kernels.calls.length} kernels`,
    ),
    ownRow(`compile again: ${title}`, 'ms', threads, median(again)),
    ownRow(
      `arena: ${title}`,
      'of sum',
      threads,
      arenaBytes / sumBytes,
      `${mebi(arenaBytes)} MiB for ${mebi(sumBytes)} MiB of intermediates`,
    ),
  ];
}

/** Steps of one `fit` in a sample. */
const FIT_STEPS = 32;

/** What a step of `fit` on arrays costs beyond the compiled step that it calls. */
async function fitRow(session: Session, entry: Case, problem: NetworkProblem): Promise<Row> {
  const { batch, model } = entry;
  const { engine, take } = watched(placeOf('graph', session.threads).engine);
  const network = k.withEngine(engine, () => networkOf(problem));
  k.withEngine(engine, () => compileModel(model, network));
  const { x, y } = model.sample(batch * FIT_STEPS);
  const [images, labels] = k.withEngine(engine, () => [tensorOf(x), tensorOf(y)]);
  if (images === undefined || labels === undefined) throw new Error('x and y are expected');
  const options = { batchSize: batch, epochs: 1, verbose: 0 } as const;
  const [inside, beyond]: [number[], number[]] = [[], []];
  const fit = async (): Promise<void> => {
    take();
    const start = performance.now();
    await network.fit(images, labels, options);
    const whole = performance.now() - start;
    const { milliseconds, calls } = take();
    inside.push(milliseconds / calls);
    beyond.push((whole - milliseconds) / calls);
  };
  const previous = k.currentEngine();
  k.setEngine(engine);
  await measure([{ name: 'fit', run: fit }], session.options);
  k.setEngine(previous);
  const work = `fit beyond the bare step: ${titleOf(entry)}`;
  const remark = `the step itself: ${median(inside).toFixed(2)} ms`;
  return ownRow(work, 'ms', session.threads, median(beyond), remark);
}

function item(entry: Case, { withFit = false } = {}): Item {
  return {
    name: titleOf(entry),
    // While nothing of the compiler is warm: what a user waits for.
    alone: (threads) => compileRows(threads, entry),
    async measure(session) {
      const problem = await problemOf(entry);
      const step = await stepRow(session, entry, problem);
      return [step, ...(withFit ? [await fitRow(session, entry, problem)] : [])];
    },
  };
}

export const train: Suite = {
  items: [
    item(caseOf('mlp', 128), { withFit: true }),
    item(caseOf('cnn', 128), { withFit: true }),
    item(caseOf('gpt', 8)),
    item(caseOf('lstm', 32)),
    // Op by op, a batch of eight needs more memory than 4 GiB: four give the ratio.
    item(caseOf('resnet50', 4)),
    item(caseOf('resnet50', 8)),
  ],
  threads: [1, 2],
  isolated: true,
  contenders: bothDevices,
};
