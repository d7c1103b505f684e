// Whole training steps: forward, backward and optimizer, one batch of 128 again and again.

import { runContest } from '../harness/row.js';
import { noise } from '../harness/verify.js';
import type { TrainingData, TrainingName, TrainingStep } from '../peers/peer.js';
import type { Session } from './suite.js';

const BATCH = 128;
const CLASSES = 10;

const TITLES: Readonly<Record<TrainingName, string>> = {
  mlp: 'MLP 784-512-512-10, Adam step',
  cnn: 'CNN conv32-pool-conv64-pool-dense128, Adam step',
};

function batch(): TrainingData {
  const labels = new Float32Array(BATCH * CLASSES);
  for (let i = 0; i < BATCH; i += 1) labels[i * CLASSES + (i % CLASSES)] = 1;
  return { batch: BATCH, images: noise(BATCH * 784, 1), labels };
}

/** A step that does not learn would be fast and worthless: a few steps must lower the loss. */
async function mustLearn(step: TrainingStep): Promise<void> {
  await step.run();
  const before = await step.loss();
  for (let i = 0; i < 5; i += 1) await step.run();
  const after = await step.loss();
  if (!(after < before)) throw new Error(`the loss went from ${before} to ${after}`);
}

async function trainingRow(session: Session, name: TrainingName): Promise<void> {
  const work = `${TITLES[name]} b${BATCH}`;
  if (!session.wanted(work)) return;
  const data = batch();
  session.done(
    await runContest<TrainingStep>({
      work,
      unit: 'ms',
      entries: session.peers.map((peer) => ({
        name: peer.name,
        prepare: async () => peer.training?.(name, data),
      })),
      verify: mustLearn,
      value: (ms) => ms,
      options: session.options,
    }),
  );
}

export async function train(session: Session): Promise<void> {
  await trainingRow(session, 'mlp');
  await trainingRow(session, 'cnn');
}
