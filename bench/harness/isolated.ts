// Measures each item in a process of its own: large networks then neither share memory nor leave
// compiled code behind, and one that dies takes no other along.

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

function child(item: string, threads: number): Promise<Report | undefined> {
  const { budget, samples } = options.measure;
  const flags = ['--item', item, '--threads', String(threads), '--json'];
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

/** For an item whose process ended without a report. */
function failed(item: string, threads: number): Report {
  const row = ownRow(item, '', threads, Number.NaN);
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

export async function isolatedRows(suite: Suite): Promise<Report> {
  const reports: Report[] = [];
  for (const { name } of wantedItems(suite)) {
    for (const threads of wantedThreads(suite)) {
      reports.push((await child(name, threads)) ?? failed(name, threads));
    }
  }
  const [first, ...rest] = reports;
  return first === undefined ? { ...failed('', 1), rows: [] } : merged(first, rest);
}
