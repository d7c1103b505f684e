// Keeps reports, and writes docs/benchmarks.md from those that are kept.

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { cell, describePeak, footnotes, gflopsOf, rivalsOf, shareOfPeak } from './report.js';
import type { Report } from './report-data.js';
import { OURS, type Row } from './row.js';

const RESULTS = fileURLToPath(new URL('../results/', import.meta.url));
const DOCUMENT = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url));

const TITLES: Readonly<Record<string, string>> = {
  gemm: 'Matrix products and convolutions',
  ops: 'Single ops, and how exact they are',
  train: 'Training steps',
  infer: 'Inference',
};

const METHOD = `# Benchmarks

Written by \`npm run bench -- SUITE --write\` from the results in \`bench/results\`; do not edit.

How it is measured:

- All libraries of a row run in one process (Python's in one of its own), with the same number of
  threads where they have threads, interleaved A/B/A/B after a warm-up. A figure is a median.
  An untimed run of the same library goes before each sample that takes less than 250 ms.
- Everybody gets the same numbers and the same weights. Before anything is timed, outputs are
  compared with float64 or with our eager engine; of training steps the losses of four steps.
- \`(1.5x)\` after a rival's figure: it took 1.5 times as long as ours did, round by round.
- "% of peak" compares with multiply-adds from registers alone, on as many threads, timed in the
  same rounds; for rows over memory with the copying of a large buffer.
- A training step counts three times the multiplications and additions of a forward pass.
- Operations are those of plain sums. Compiled, our 3 x 3 convolutions need fewer, so that rows with
  them can pass the peak.
- Relaxed SIMD is switched on before anyone compiles a kernel.
- \`-\`: the library cannot do this; the reason is in the notes.
`;

export async function writeReport(report: Report): Promise<void> {
  await mkdir(RESULTS, { recursive: true });
  const text = `${JSON.stringify(report, null, 1)}\n`;
  await writeFile(`${RESULTS}${report.suite}.json`, text);
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function rowsOfTable(rows: readonly Row[]): string[] {
  const rivals = rivalsOf(rows);
  const head = ['work', 'threads', 'unit', OURS, 'GFLOP/s', '% of peak', ...rivals];
  return [
    line(head),
    line(head.map((_, column) => (column < 3 ? '---' : '---:'))),
    ...rows.map((row) =>
      line([
        row.work,
        String(row.threads),
        row.unit,
        cell(row.ours),
        gflopsOf(row.ours),
        shareOfPeak(row.ours),
        ...rivals.map((rival) => cell(row.peers[rival])),
      ]),
    ),
  ];
}

function sectionOf(report: Report): string {
  const { machine, node, date, libraries, peaks, rows } = report;
  const { cpu, cores, memoryGiB, system } = machine;
  const notes = footnotes(rows).map((note) => `- ${note}`);
  const quick = report.quick
    ? ['', 'A quick run: these figures show the form, not the speed.']
    : [];
  return [
    `## ${TITLES[report.suite] ?? report.suite}`,
    '',
    `${date}, Node ${node}, ${cpu}, ${cores} cores, ${memoryGiB} GiB, ${system}.`,
    ...Object.entries(peaks).map(([threads, peak]) => `${describePeak(threads, peak)}.`),
    ...quick,
    '',
    ...rowsOfTable(rows),
    '',
    ...libraries.map(
      ({ name, version, remarks }) => `- **${name}** ${version}: ${remarks.join('; ')}`,
    ),
    ...(notes.length > 0 ? ['', 'Notes:', '', ...notes] : []),
  ].join('\n');
}

/** Writes the document from all results that are kept. */
export async function writeDocument(): Promise<void> {
  const names = Object.keys(TITLES).map((suite) => `${suite}.json`);
  const present = new Set(await readdir(RESULTS));
  const sections: string[] = [];
  for (const name of names.filter((file) => present.has(file))) {
    const report: Report = JSON.parse(await readFile(`${RESULTS}${name}`, 'utf8'));
    sections.push(sectionOf(report));
  }
  await writeFile(DOCUMENT, `${[METHOD, ...sections].join('\n')}\n`);
}
