// Measures the wanted items of a suite in this process: opens the libraries, then item by item.

import { allowRelaxedSimd, measurePeak, multiplyAddCeiling } from '../peak.js';
import type { Peer } from '../peers/peer.js';
import type { Item, Open, Suite } from '../suites/suite.js';
import { options, wantedItems, wantedThreads } from './command-line.js';
import { machineHere, type Report } from './report-data.js';
import { ownRow, type Row, reasonOf } from './row.js';

const RIVALS: readonly Open[] = [
  async () => (await import('../peers/tfjs-wasm.js')).tfjsWasm(),
  async (threads) => (await import('../peers/ort-web.js')).ortWeb(threads),
  async () => (await import('../peers/jax-js.js')).jaxJs(),
  async (threads) => (await import('../peers/python-torch.js')).pythonTorch(threads),
  async (threads) => (await import('../peers/python-keras.js')).pythonKeras(threads),
];

/** A library that cannot start here is reported and left out; the others still run. */
async function start(open: () => Promise<Peer | undefined>): Promise<Peer[]> {
  try {
    const peer = await open();
    return peer === undefined ? [] : [peer];
  } catch (error) {
    console.error(`A library did not start: ${reasonOf(error)}`);
    return [];
  }
}

async function ours(suite: Suite, threads: number): Promise<Peer[]> {
  const { keratin } = await import('../peers/keratin.js');
  const peers: Peer[] = [];
  for (const contender of suite.contenders(threads)) {
    peers.push(...(await start(() => keratin(contender))));
  }
  return peers;
}

/** One item's rows; a failure is a row that says so. */
async function rowsOf(
  { name }: Item,
  threads: number,
  measure: () => readonly Row[] | Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  try {
    return await measure();
  } catch (error) {
    const failed = ownRow(name, '', threads, Number.NaN);
    return [{ ...failed, ours: { cannot: reasonOf(error) } }];
  }
}

export async function rowsHere(suite: Suite): Promise<Report> {
  // Before anything is compiled, so that every library that can use it finds it.
  allowRelaxedSimd();
  const [threads = 1] = wantedThreads(suite);
  const alone = new Map<Item, readonly Row[]>();
  for (const item of wantedItems(suite)) {
    alone.set(item, await rowsOf(item, threads, () => item.alone?.(threads) ?? []));
  }
  const peak = measurePeak(threads);
  const own = await ours(suite, threads);
  // One after the other: what they find in the global scope decides how they run.
  const rivals: Peer[] = [];
  const opened = options.peers ? [...RIVALS, ...(suite.rivals ?? [])] : [];
  for (const open of opened) {
    rivals.push(...(await start(() => open(threads))));
  }
  const peers = [...own, ...rivals];
  const multiplyAdd = multiplyAddCeiling(threads);
  const session = { peers, threads, multiplyAdd, options: options.measure };
  const rows: Row[] = [];
  for (const item of wantedItems(suite)) {
    const measured = await rowsOf(item, threads, () => item.measure(session));
    rows.push(...measured, ...(alone.get(item) ?? []));
    console.error(`  ${item.name}, ${threads} thread(s): done`);
  }
  return {
    suite: options.suite,
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    machine: machineHere(),
    quick: options.quick,
    peaks: { [threads]: peak },
    libraries: peers.map(({ name, version, remarks }) => ({ name, version, remarks })),
    rows,
  };
}
