// Turns rows into the table that people read.

import type { Peak } from '../peak.js';
import type { Outcome, Row } from './row.js';
import { OURS } from './row.js';

function number(value: number): string {
  if (!Number.isFinite(value)) return '-';
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function cell(outcome: Outcome | undefined): string {
  if (outcome === undefined || 'cannot' in outcome) return '-';
  const ratio = outcome.ratio === undefined ? '' : ` (${number(outcome.ratio)}x)`;
  return `${number(outcome.value)}${ratio}`;
}

function shareOfPeak(outcome: Outcome): string {
  if ('cannot' in outcome || outcome.ofPeak === undefined) return '-';
  return `${Math.round(100 * outcome.ofPeak)} %`;
}

/** What could not run and why, and what each library does differently. */
function footnotes(rows: readonly Row[]): string[] {
  const notes = rows.flatMap((row) => {
    const all: (readonly [string, Outcome])[] = [[OURS, row.ours], ...Object.entries(row.peers)];
    const outcomes = all.flatMap(([name, outcome]) => {
      if ('cannot' in outcome) return [`${row.work}: ${name}: ${outcome.cannot}`];
      return outcome.remark === undefined ? [] : [`${row.work}: ${name}: ${outcome.remark}`];
    });
    return row.remark === undefined ? outcomes : [`${row.work}: ${row.remark}`, ...outcomes];
  });
  return [...new Set(notes)];
}

export function table(rows: readonly Row[], peers: readonly string[]): string {
  const head = ['work', 'unit', OURS, '% of peak', ...peers.map((peer) => `${peer} (vs ours)`)];
  const body = rows.map((row) => [
    row.work,
    row.unit,
    cell(row.ours),
    shareOfPeak(row.ours),
    ...peers.map((peer) => cell(row.peers[peer])),
  ]);
  const widths = head.map((_, column) =>
    Math.max(...[head, ...body].map((line) => (line[column] ?? '').length)),
  );
  const print = (line: readonly string[]): string =>
    line
      .map((text, i) => (i < 2 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  const notes = footnotes(rows).map((note) => `  ${note}`);
  return [print(head), rule, ...body.map(print), ...(notes.length > 0 ? ['', ...notes] : [])].join(
    '\n',
  );
}

export function describePeak(peak: Peak): string {
  const { gflops, instruction, copyGBs } = peak;
  return (
    `peak of one core: ${number(gflops)} GFLOP/s (f32x4 ${instruction}, registers only), ` +
    `copy ${number(copyGBs)} GB/s (read + written, 256 MB)`
  );
}
