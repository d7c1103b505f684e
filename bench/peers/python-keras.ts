// Keras on TensorFlow as a peer: the interpreter that the environment variable KERATIN_BENCH_KERAS
// names. It loads the networks from `.keras` files that Keratin writes.

import * as k from '../../src/index.js';
import { compileModel } from '../models/step.js';
import { placeOf } from './keratin-engines.js';
import { networkOf } from './keratin-networks.js';
import type { NetworkProblem, Peer } from './peer.js';
import { PythonProcess } from './python-process.js';

/** Leaves the network, with its optimizer where it is to train, where the process finds it. */
async function savedModel(
  python: PythonProcess,
  problem: NetworkProblem,
  trains: boolean,
): Promise<string> {
  const file = python.newFile('.keras');
  const previous = k.currentEngine();
  k.setEngine(placeOf('eager', 1).engine);
  try {
    const network = networkOf(problem);
    if (trains) compileModel(problem.model, network);
    await network.save(python.pathOf(file));
  } finally {
    k.setEngine(previous);
  }
  return file;
}

/** Keras on the processor, compiled by XLA; undefined where no interpreter is named. */
export async function pythonKeras(threads: number): Promise<Peer | undefined> {
  const interpreter = process.env.KERATIN_BENCH_KERAS;
  if (interpreter === undefined || interpreter === '') return undefined;
  const python = new PythonProcess('keras-tf', interpreter, './python-keras.py', threads);
  const { version } = await python.ask({ kind: 'version' });
  const remark =
    'native code, train_step and predict_step compiled by XLA; bound to as many processors';
  return {
    name: 'keras-tf',
    version: String(version),
    remarks: [remark],
    threads,
    async training(problem) {
      const { x, y } = problem.sample;
      const model = await savedModel(python, problem, true);
      const arrays = { x: python.array(x), y: python.array(y) };
      return python.training({ kind: 'training', model, ...arrays });
    },
    async inference(problem) {
      const model = await savedModel(python, problem, false);
      return python.work({ kind: 'inference', model, x: python.array(problem.sample.x) });
    },
  };
}
