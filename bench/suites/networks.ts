// What the suites of whole networks share: one network's weights and data for everybody, and the
// choice of a batch.

import * as k from '../../src/index.js';
import { MODELS, type ModelName } from '../models/index.js';
import type { BenchModel } from '../models/model.js';
import { buildModel } from '../models/step.js';
import { placeOf } from '../peers/keratin-engines.js';
import { weightsOf } from '../peers/keratin-networks.js';
import type { InferenceProblem } from '../peers/peer.js';
import type { Contenders } from './suite.js';

/** A network and how many samples it is given at once. */
export interface Case {
  readonly model: BenchModel;
  readonly batch: number;
}

export function caseOf(name: ModelName, batch: number): Case {
  return { model: MODELS[name], batch };
}

/** Weights and data that every library starts from. */
export async function problemOf({ model, batch }: Case): Promise<InferenceProblem> {
  const { engine } = placeOf('eager', 1);
  const network = k.withEngine(engine, () => k.scope(() => buildModel(model)));
  const weights = await weightsOf(network, engine);
  return { model, batch, sample: model.sample(batch), weights, network };
}

/** Both engines on both devices. Ours is what users get without choosing anything. */
export const bothDevices: Contenders = (threads) => [
  { name: 'keratin', engine: 'graph', device: 'cpu', threads },
  { name: 'keratin eager', engine: 'eager', device: 'cpu', threads },
  { name: 'keratin native', engine: 'graph', device: 'native', threads },
  { name: 'keratin native eager', engine: 'eager', device: 'native', threads },
];
