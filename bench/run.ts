// npm run bench -- SUITE [--only TEXT] [--threads 1,2] [--quick] [--no-peers] [--json] [--write]
// Suites: gemm, ops, train, infer. README.md here says what the options do.

import { rowsOfChildren } from './harness/children.js';
import { options, requireSuite } from './harness/command-line.js';
import { writeDocument, writeReport } from './harness/document.js';
import { describeRun, table } from './harness/report.js';
import { rowsHere } from './harness/session.js';

async function main(): Promise<void> {
  if (options.suite === 'docs') return writeDocument();
  const suite = await requireSuite(options.suite);
  const report = options.child ? await rowsHere(suite) : await rowsOfChildren(suite);
  if (report.rows.length === 0) {
    console.error(`No row of ${options.suite} matches "${options.only}".`);
    process.exit(2);
  }
  if (!options.child) {
    const print = options.json ? console.error : console.log;
    print(describeRun(report));
    print(`\n${table(report)}`);
  }
  if (options.json) console.log(JSON.stringify(report));
  if (options.write) {
    await writeReport(report);
    await writeDocument();
  }
}

await main();
// Peers keep handles open that would hold the process.
process.exit(0);
