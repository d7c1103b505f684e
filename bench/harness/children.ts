// Measures in processes of their own: one for each number of threads, which libraries read once;
// and for networks one for each item, so that none shares memory or dies with another.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Suite } from '../suites/suite.js';
import { options, wantedItems, wantedThreads } from './command-line.js';
import { machineHere, merged, type Report } from './report-data.js';
import { ownRow } from './row.js';

const SCRIPT = fileURLToPath(new URL('../run.ts', import.meta.url));

function isReport(value: unknown): value is Report {
  return typeof value === 'object' && value !== null && 'rows' in value && 'suite' in value;
}

/** The last line of the output is the report. */
function reportIn(output: string): Report | undefined {
  const line = output.trim().split('\n').at(-1) ?? '';
  if (!line.startsWith('{')) return undefined;
  const found: unknown = JSON.parse(line);
  return isReport(found) ? found : undefined;
}

interface Part {
  /** Undefined for all items that the command line asks for. */
  readonly item: string | undefined;
  readonly threads: number;
}

function child({ item, threads }: Part): Promise<Report | undefined> {
  const { budget, samples } = options.measure;
  const flags = ['--child', '--json', '--threads', String(threads)];
  flags.push(...(item === undefined ? ['--only', options.only] : ['--item', item]));
  flags.push('--budget', String(budget), '--samples', String(samples));
  if (options.quick) flags.push('--quick');
  if (!options.peers) flags.push('--no-peers');
  const args = [...process.execArgv, SCRIPT, options.suite, ...flags];
  return new Promise((resolve, reject) => {
    const running = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    running.stdout.setEncoding('utf8');
    running.stdout.on('data', (text: string) => {
      output += text;
    });
    running.on('error', reject);
    running.on('close', () => resolve(reportIn(output)));
  });
}

/** For a process that ended without a report. */
function failed({ item, threads }: Part): Report {
  const row = ownRow(item ?? options.suite, '', threads, Number.NaN);
  return {
    suite: options.suite,
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    machine: machineHere(),
    quick: options.quick,
    peaks: {},
    libraries: [],
    rows: [{ ...row, ours: { cannot: 'its process ended without a result' } }],
  };
}

function partsOf(suite: Suite): Part[] {
  const items = wantedItems(suite).map(({ name }) => name);
  const separate = suite.isolated ? items : items.slice(0, 1).map(() => undefined);
  return separate.flatMap((item) => wantedThreads(suite).map((threads) => ({ item, threads })));
}

export async function rowsOfChildren(suite: Suite): Promise<Report> {
  const reports: Report[] = [];
  for (const part of partsOf(suite)) reports.push((await child(part)) ?? failed(part));
  const [first, ...rest] = reports;
  if (first === undefined) return { ...failed({ item: '', threads: 1 }), rows: [] };
  return merged(first, rest);
}
