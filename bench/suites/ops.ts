// Small things: the price of one eager op, rows of 768 against the speed of copying, and how exact
// the scalar functions are.

import type { Entry } from '../harness/row.js';
import { OURS, type Outcome, type Row, runContest } from '../harness/row.js';
import { erf, ulps } from '../harness/special.js';
import { mustMatch, noise } from '../harness/verify.js';
import { copyCeiling } from '../peak.js';
import type { UnaryName, Work } from '../peers/peer.js';
import { LAYER_NORM_EPSILON, type Peer, type Rows, type RowwiseName } from '../peers/peer.js';
import type { Item, Session, Suite } from './suite.js';

/** Passes over the whole array that the work cannot do without: arrays read plus arrays written. */
const PASSES: Readonly<Record<RowwiseName, number>> = { softmax: 2, layerNorm: 2, geluChain: 3 };

function entriesOf(
  session: Session,
  prepare: (peer: Peer) => Promise<Work | undefined> | undefined,
): Entry<Work>[] {
  return session.peers.map((peer) => ({ name: peer.name, prepare: async () => prepare(peer) }));
}

const ADD = 'eager add of 32 numbers';

async function addRow(session: Session): Promise<Row> {
  const [a, b] = [noise(32, 1), noise(32, 2)];
  const expected = Float64Array.from(a, (value, i) => value + (b[i] ?? 0));
  return runContest<Work>({
    work: ADD,
    unit: 'us',
    threads: session.threads,
    entries: entriesOf(session, (peer) => peer.add?.(a, b)),
    verify: async (candidate) => mustMatch(candidate.name, await candidate.result(), expected),
    value: (ms) => ms * 1000,
    options: session.options,
  });
}

/** One row of the answer in float64. */
function referenceRow(name: RowwiseName, problem: Rows, row: number): number[] {
  const { columns, other, gamma, beta } = problem;
  const from = row * columns;
  const x = Array.from(problem.x.subarray(from, from + columns));
  if (name === 'softmax') {
    const top = Math.max(...x);
    const powers = x.map((value) => Math.exp(value - top));
    const sum = powers.reduce((total, value) => total + value, 0);
    return powers.map((value) => value / sum);
  }
  if (name === 'layerNorm') {
    const mean = x.reduce((total, value) => total + value, 0) / columns;
    const variance = x.reduce((total, value) => total + (value - mean) ** 2, 0) / columns;
    const scale = 1 / Math.sqrt(variance + LAYER_NORM_EPSILON);
    return x.map((value, i) => (value - mean) * scale * (gamma[i] ?? 0) + (beta[i] ?? 0));
  }
  return x.map((value, i) => {
    const v = value * 1.5 + 0.25;
    return 0.5 * v * (1 + erf(v * Math.SQRT1_2)) + (other[from + i] ?? 0);
  });
}

const ROWS = 8192;
const COLUMNS = 768;

async function rowwiseRow(session: Session, work: string, name: RowwiseName): Promise<Row> {
  const [rows, columns] = [ROWS, COLUMNS];
  const length = rows * columns;
  const problem: Rows = {
    rows,
    columns,
    x: noise(length, 1).map((value) => value * 8),
    other: noise(length, 2),
    gamma: noise(columns, 3),
    beta: noise(columns, 4),
  };
  const checked = [0, 1, 4095, rows - 1];
  const expected = Float64Array.from(checked.flatMap((row) => referenceRow(name, problem, row)));
  const bytes = PASSES[name] * length * 4;
  return runContest<Work>({
    work,
    unit: 'GB/s',
    threads: session.threads,
    entries: entriesOf(session, (peer) => peer.rowwise?.(name, problem)),
    async verify(candidate) {
      const values = await candidate.result();
      const found = checked.flatMap((row) =>
        Array.from({ length: columns }, (_, i) => values[row * columns + i] ?? Number.NaN),
      );
      mustMatch(candidate.name, found, expected, 1e-5);
    },
    value: (ms) => bytes / ms / 1e6,
    ceiling: copyCeiling(),
    remark: `needs ${PASSES[name]} passes over 25 MB; the ceiling is the speed of copying`,
    options: session.options,
  });
}

interface Function {
  readonly truth: (x: number) => number;
  readonly from: number;
  readonly to: number;
}

const FUNCTIONS: Readonly<Record<UnaryName, Function>> = {
  exp: { truth: Math.exp, from: -87, to: 88 },
  log: { truth: Math.log, from: 1e-6, to: 100 },
  tanh: { truth: Math.tanh, from: -10, to: 10 },
  erf: { truth: erf, from: -4, to: 4 },
};

async function worstUlps(peer: Peer, name: UnaryName, x: Float32Array): Promise<Outcome> {
  try {
    const values = await peer.unary?.(name, x);
    if (values === undefined) return { cannot: 'not offered' };
    const { truth } = FUNCTIONS[name];
    let worst = 0;
    for (const [i, point] of x.entries()) {
      worst = Math.max(worst, ulps(values[i] ?? Number.NaN, truth(point)));
    }
    return { value: worst, milliseconds: 0, spread: 0, samples: x.length };
  } catch (error) {
    return { cannot: error instanceof Error ? error.message : String(error) };
  }
}

async function accuracyRow(session: Session, work: string, name: UnaryName): Promise<Row> {
  const { from, to } = FUNCTIONS[name];
  const x = noise(200_000, 7).map((value) => from + (value + 0.5) * (to - from));
  const outcomes: Record<string, Outcome> = {};
  for (const peer of session.peers) outcomes[peer.name] = await worstUlps(peer, name, x);
  const { [OURS]: ours = { cannot: 'not present' }, ...peers } = outcomes;
  return { work, unit: 'ULP', threads: session.threads, ours, peers, peak: null };
}

const ROWWISE = ['softmax', 'layerNorm', 'geluChain'] as const;
const UNARY = ['exp', 'log', 'tanh', 'erf'] as const;

function item(name: string, measure: (session: Session) => Promise<Row>): Item {
  return { name, measure: async (session) => [await measure(session)] };
}

export const ops: Suite = {
  items: [
    item(ADD, addRow),
    ...ROWWISE.map((name) => {
      const work = `${name} ${ROWS}x${COLUMNS}`;
      return item(work, (session) => rowwiseRow(session, work, name));
    }),
    ...UNARY.map((name) => {
      const { from, to } = FUNCTIONS[name];
      const work = `${name} on [${from}, ${to}], largest error`;
      return item(work, (session) => accuracyRow(session, work, name));
    }),
  ],
  threads: [1],
  isolated: false,
  contenders: (threads) => [
    { name: 'keratin', engine: 'eager', device: 'cpu', threads },
    { name: 'keratin graph', engine: 'graph', device: 'cpu', threads },
    { name: 'keratin native', engine: 'graph', device: 'native', threads },
  ],
};
