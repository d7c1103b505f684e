// Two LSTM layers (Hochreiter & Schmidhuber 1997) of 256 units over 64 steps, and a classifier on
// the last state.

import * as k from '../../src/index.js';

const SIZE = { steps: 64, features: 64, units: 256, classes: 10 } as const;

/** `[batch, 64, 64]` to probabilities of ten classes. */
export function lstm(): k.AnyModel {
  const { layers } = k;
  const { steps, features, units, classes } = SIZE;
  return new k.Sequential([
    layers.input({ shape: [steps, features] }),
    layers.lstm({ units, returnSequences: true }),
    layers.lstm({ units }),
    layers.dense({ units: classes, activation: 'softmax' }),
  ]);
}

/** Multiplications and additions of one forward pass; four gates see input and state. */
export function lstmFlops(batch: number): number {
  const { steps, features, units, classes } = SIZE;
  const perStep = 4 * units * (features + units + units + units);
  return 2 * batch * (steps * perStep + units * classes);
}
