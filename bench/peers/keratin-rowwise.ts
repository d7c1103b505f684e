// Keratin on rows: softmax, layer norm, a gelu chain; op by op, or compiled, as the engine says.

import * as k from '../../src/index.js';
import { LAYER_NORM_EPSILON, type Rows, type RowwiseName, type Work } from './peer.js';

type Compute = (...inputs: k.Tensor[]) => k.Tensor;

/** A function of tensors as work, through what the engine makes of it. */
export function workOf(engine: k.Engine, inputs: readonly k.Tensor[], compute: Compute): Work {
  const compiled = engine.compile(compute);
  const call = () => k.withEngine(engine, () => k.scope(() => compiled(...inputs)));
  return {
    name: 'keratin',
    run: () => call().dispose(),
    async result() {
      const output = call();
      const values = await engine.read(output);
      output.dispose();
      return values;
    },
    dispose: () => {
      for (const input of inputs) input.dispose();
    },
  };
}

/** What each row work is, as a user writes it. */
const COMPUTES: Readonly<Record<RowwiseName, Compute>> = {
  softmax: (x) => k.softmax(x),
  layerNorm: (x, gamma, beta) =>
    k.add(k.mul(k.layerNorm(x, { epsilon: LAYER_NORM_EPSILON }), gamma), beta),
  geluChain: (x, other) => k.add(k.gelu(k.add(k.mul(x, 1.5), 0.25), { approximate: false }), other),
};

export function rowwise(name: RowwiseName, problem: Rows, engine: k.Engine): Work {
  return k.withEngine(engine, () => {
    const shape = [problem.rows, problem.columns];
    const x = k.tensor(problem.x, { shape });
    const inputs: Readonly<Record<RowwiseName, () => k.Tensor[]>> = {
      softmax: () => [x],
      layerNorm: () => [x, k.tensor(problem.gamma), k.tensor(problem.beta)],
      geluChain: () => [x, k.tensor(problem.other, { shape })],
    };
    return workOf(engine, inputs[name](), COMPUTES[name]);
  });
}
