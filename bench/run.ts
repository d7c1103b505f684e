// npm run bench -- <suite> [--json] [--only TEXT] [--budget SECONDS] [--no-peers]
// Suites: gemm, ops, train. With --json the last line of stdout is one JSON object.

import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { describePeak, table } from './harness/report.js';
import type { Row } from './harness/row.js';
import { allowRelaxedSimd, measurePeak, multiplyAddCeiling } from './peak.js';
import type { Peer } from './peers/peer.js';
import type { Suite } from './suites/suite.js';

const SUITES: Readonly<Record<string, () => Promise<Suite>>> = {
  gemm: async () => (await import('./suites/gemm.js')).gemm,
  ops: async () => (await import('./suites/ops.js')).ops,
  train: async () => (await import('./suites/train.js')).train,
};

const PEERS: readonly (() => Promise<Peer>)[] = [
  async () => (await import('./peers/tfjs-wasm.js')).tfjsWasm(),
  async () => (await import('./peers/ort-web.js')).ortWeb(),
  async () => (await import('./peers/jax-js.js')).jaxJs(),
];

/** A peer that cannot start here is reported and left out; the others still run. */
async function start(open: () => Promise<Peer>): Promise<Peer[]> {
  try {
    return [await open()];
  } catch (error) {
    console.error(`A library did not start: ${error instanceof Error ? error.message : error}`);
    return [];
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    budget: { type: 'string', default: '8' },
    samples: { type: 'string', default: '40' },
    'no-peers': { type: 'boolean', default: false },
  },
});
const name = positionals[0] ?? '';
const open = SUITES[name];
if (open === undefined) {
  console.error(`Which suite? One of: ${Object.keys(SUITES).join(', ')}.`);
  process.exit(2);
}

// Before anything is compiled, so that every library that can use it finds it.
allowRelaxedSimd();
const peak = measurePeak();
const compiled =
  name === 'train' || name === 'ops'
    ? await start(async () => (await import('./peers/keratin-training.js')).keratinGraph())
    : [];
// Last, so that its engine is the one that runs.
const ours = await start(async () => (await import('./peers/keratin.js')).keratin());
// One after the other: what they find in the global scope decides how they run.
const rivals: Peer[] = [...compiled];
for (const peer of values['no-peers'] ? [] : PEERS) rivals.push(...(await start(peer)));
const peers = [...ours, ...rivals];
const cpu = cpus()[0]?.model.trim() ?? 'unknown';

const print = values.json ? console.error : console.log;
print(`${name}: Node ${process.version}, ${cpu}, one thread`);
print(describePeak(peak));
for (const peer of peers) {
  print([`${peer.name} ${peer.version}`, ...peer.remarks].join('; '));
}

const rows: Row[] = [];
const suite = await open();
await suite({
  peers,
  multiplyAdd: multiplyAddCeiling(),
  options: { budget: Number(values.budget), samples: Number(values.samples) },
  wanted: (work) => work.includes(values.only),
  done: (row) => {
    rows.push(row);
    console.error(`  ${row.work} done`);
  },
});

const rivalNames = rivals.map((peer) => peer.name);
print(`\n${table(rows, rivalNames)}`);
if (values.json) {
  const versions = Object.fromEntries(peers.map((peer) => [peer.name, peer.version]));
  const report = { suite: name, node: process.version, cpu, threads: 1, peak, versions, rows };
  console.log(JSON.stringify(report));
}
// Peers keep handles open that would hold the process.
process.exit(0);
