// Whole networks forward: the step of `predict`, and `predict` itself on arrays.

import * as k from '../../src/index.js';
import { measure, pairedMedian } from '../harness/measure.js';
import { ownRow, type Row, runContest } from '../harness/row.js';
import { mustMatch } from '../harness/verify.js';
import { placeOf } from '../peers/keratin-engines.js';
import { inferenceWork, networkOf } from '../peers/keratin-networks.js';
import type { InferenceProblem, Work } from '../peers/peer.js';
import { bothDevices, type Case, caseOf, problemOf } from './networks.js';
import type { Item, Session, Suite } from './suite.js';

/** Float32 sums through fifty layers, in another order. */
const TOLERANCE = 2e-4;

function titleOf({ model, batch }: Case): string {
  return `${model.title} b${batch}, inference`;
}

/** Our eager engine says what the right numbers are; its ops are tested against Keras. */
async function expectedOutput(problem: InferenceProblem): Promise<Float64Array> {
  const work = inferenceWork(problem, placeOf('eager', 1).engine);
  return Float64Array.from(await work.result());
}

async function stepRow(session: Session, entry: Case, problem: InferenceProblem): Promise<Row> {
  const expected = await expectedOutput(problem);
  return runContest<Work>({
    work: titleOf(entry),
    unit: 'ms',
    threads: session.threads,
    entries: session.peers.map((peer) => ({
      name: peer.name,
      prepare: async () => peer.inference?.(problem),
    })),
    async verify(candidate) {
      mustMatch(candidate.name, await candidate.result(), expected, TOLERANCE);
    },
    value: (ms) => ms,
    flops: entry.model.flops(entry.batch),
    ceiling: session.multiplyAdd,
    options: session.options,
  });
}

/** `predict` on an array, beside the bare step on a batch that is there already. */
async function predictRow(session: Session, entry: Case, problem: InferenceProblem): Promise<Row> {
  const { engine } = placeOf('graph', session.threads);
  const bare = inferenceWork(problem, engine);
  const network = k.withEngine(engine, () => networkOf(problem));
  const { values, shape } = problem.sample.x;
  const x = k.withEngine(engine, () => k.keep(k.tensor(values, { shape })));
  const previous = k.currentEngine();
  k.setEngine(engine);
  const options = { batchSize: entry.batch, verbose: 0 } as const;
  const predict = async (): Promise<void> => {
    const output = await network.predict(x, options);
    if (output instanceof k.Tensor) output.dispose();
  };
  const [alone, predicted] = await measure(
    [bare, { name: 'predict', run: predict }],
    session.options,
  );
  k.setEngine(previous);
  if (alone === undefined || predicted === undefined) throw new Error('two timings are expected');
  const overhead = pairedMedian(predicted, alone, (slow, fast) => slow - fast);
  const remark = `predict ${predicted.median.toFixed(1)} ms, bare ${alone.median.toFixed(1)} ms`;
  const work = `predict beyond the bare step: ${titleOf(entry)}`;
  return ownRow(work, 'ms', session.threads, overhead, remark);
}

function item(entry: Case): Item {
  return {
    name: titleOf(entry),
    async measure(session) {
      const problem = await problemOf(entry);
      const step = await stepRow(session, entry, problem);
      return [step, await predictRow(session, entry, problem)];
    },
  };
}

export const infer: Suite = {
  items: [item(caseOf('resnet50', 1)), item(caseOf('bert', 1))],
  threads: [1, 2],
  isolated: true,
  contenders: bothDevices,
  // What its users get who set nothing.
  rivals: [async () => (await import('../peers/ort-web.js')).ortWebAsItComes()],
};
