// Turns a report into the table that people read in a terminal.

import type { Peak } from '../peak.js';
import type { Report } from './report-data.js';
import type { Outcome, Row } from './row.js';
import { OURS } from './row.js';

export function number(value: number): string {
  if (!Number.isFinite(value)) return '-';
  const size = Math.abs(value);
  return size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(2);
}

export function cell(outcome: Outcome | undefined): string {
  if (outcome === undefined || 'cannot' in outcome) return '-';
  const ratio = outcome.ratio === undefined ? '' : ` (${number(outcome.ratio)}x)`;
  return `${number(outcome.value)}${ratio}`;
}

export function shareOfPeak(outcome: Outcome): string {
  if ('cannot' in outcome || outcome.ofPeak === undefined) return '-';
  return `${Math.round(100 * outcome.ofPeak)} %`;
}

export function gflopsOf(outcome: Outcome): string {
  if ('cannot' in outcome || outcome.gflops === undefined) return '-';
  return number(outcome.gflops);
}

/** Everybody in any row besides ours, in the order they first appear. */
export function rivalsOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row.peers)))];
}

/** What could not run and why, and what each library does differently. */
export function footnotes(rows: readonly Row[]): string[] {
  const notes = rows.flatMap((row) => {
    const all: (readonly [string, Outcome])[] = [[OURS, row.ours], ...Object.entries(row.peers)];
    const outcomes = all.flatMap(([name, outcome]) => {
      if ('cannot' in outcome) return [`${row.work}: ${name}: ${outcome.cannot}`];
      return outcome.remark === undefined ? [] : [`${row.work}: ${name}: ${outcome.remark}`];
    });
    const where = `${row.work}, ${row.threads} thread(s)`;
    return row.remark === undefined ? outcomes : [`${where}: ${row.remark}`, ...outcomes];
  });
  return [...new Set(notes)];
}

export function table({ rows }: Report): string {
  const rivals = rivalsOf(rows);
  const own = ['work', 'threads', 'unit', OURS, 'GFLOP/s', '% of peak'];
  const head = [...own, ...rivals.map((rival) => `${rival} (vs ours)`)];
  const body = rows.map((row) => [
    row.work,
    String(row.threads),
    row.unit,
    cell(row.ours),
    gflopsOf(row.ours),
    shareOfPeak(row.ours),
    ...rivals.map((rival) => cell(row.peers[rival])),
  ]);
  const widths = head.map((_, column) =>
    Math.max(...[head, ...body].map((line) => (line[column] ?? '').length)),
  );
  const print = (line: readonly string[]): string =>
    line
      .map((text, i) => (i < 3 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  const notes = footnotes(rows).map((note) => `  ${note}`);
  return [print(head), rule, ...body.map(print), ...(notes.length > 0 ? ['', ...notes] : [])].join(
    '\n',
  );
}

export function describePeak(threads: string, peak: Peak): string {
  const { gflops, instruction, copyGBs } = peak;
  return (
    `Peak of ${threads} thread(s): ${number(gflops)} GFLOP/s (f32x4 ${instruction}, registers ` +
    `only); one copies ${number(copyGBs)} GB/s (read + written, 256 MB)`
  );
}

export function describeRun({ suite, date, node, machine, peaks, libraries }: Report): string {
  const { cpu, cores, memoryGiB, system } = machine;
  return [
    `${suite}, ${date}: Node ${node}, ${cpu}, ${cores} cores, ${memoryGiB} GiB, ${system}`,
    ...Object.entries(peaks).map(([threads, peak]) => describePeak(threads, peak)),
    ...libraries.map(({ name, version, remarks }) => [`${name} ${version}`, ...remarks].join('; ')),
  ].join('\n');
}
