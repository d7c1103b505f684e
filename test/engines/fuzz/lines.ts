// Every kind of line without loops and branches, and how often each is drawn.
import type { Line } from './choosing.js';
import * as elementwise from './elementwise-lines.js';
import * as shapes from './shape-lines.js';
import * as state from './state-lines.js';
import * as sums from './sum-lines.js';

const shares: readonly (readonly [number, Line])[] = [
  [18, elementwise.oneFloat],
  [17, elementwise.twoFloats],
  [5, elementwise.cast],
  [3, elementwise.comparison],
  [3, elementwise.choice],
  [2, elementwise.oneWhole],
  [2, elementwise.twoWholes],
  [1, elementwise.logic],
  [9, shapes.view],
  [4, shapes.slice],
  [4, shapes.join],
  [3, shapes.spread],
  [1, shapes.triangle],
  [4, shapes.pickRows],
  [2, shapes.sendRows],
  [1, shapes.hot],
  [12, sums.reduction],
  [3, sums.otherReduction],
  [2, sums.running],
  [2, sums.order],
  [6, sums.product],
  [2, sums.windows],
  [2, state.assignment],
  [2, state.draw],
];

const total = shares.reduce((sum, [share]) => sum + share, 0);

export const plainLine: Line = (random, made, given) => {
  let left = random() * total;
  for (const [share, line] of shares) {
    left -= share;
    if (left < 0) return line(random, made, given);
  }
  return undefined;
};
