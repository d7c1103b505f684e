// PyTorch as a peer: the interpreter that the environment variable KERATIN_BENCH_PYTHON names.

import type { NamedArray, NetworkProblem, Peer } from './peer.js';
import { PythonProcess } from './python-process.js';

function networkRequest(python: PythonProcess, problem: NetworkProblem): object {
  const { model, sample, weights } = problem;
  return {
    model: model.name,
    loss: model.loss,
    optimizer: model.optimizer,
    rate: model.learningRate,
    x: python.array(sample.x),
    y: python.array(sample.y),
    weights: weights.map((weight: NamedArray) => ({ ...python.array(weight), path: weight.path })),
  };
}

/** PyTorch on the processor; undefined where no interpreter is named. */
export async function pythonTorch(threads: number): Promise<Peer | undefined> {
  const interpreter = process.env.KERATIN_BENCH_PYTHON;
  if (interpreter === undefined || interpreter === '') return undefined;
  const python = new PythonProcess('pytorch', interpreter, './python-torch.py', threads);
  const { version } = await python.ask({ kind: 'version' });
  return {
    name: 'pytorch',
    version: String(version),
    remarks: ['native code, eager, images with channels last; bound to as many processors'],
    threads,
    async matmul({ sizes: [m, k, n], a, b }) {
      const arrays = {
        a: python.array({ values: a, shape: [m, k] }),
        b: python.array({ values: b, shape: [k, n] }),
      };
      return python.work({ kind: 'matmul', ...arrays });
    },
    async training(problem) {
      return python.training({ ...networkRequest(python, problem), kind: 'training' });
    },
    async inference(problem) {
      return python.work({ ...networkRequest(python, problem), kind: 'inference' });
    },
  };
}
