// node --import tsx bench/kernels.ts MODEL [--train] [--batch N] [--threads N] [--native] [--top N]
// Takes the compiled step of a model apart: its slowest kernels, its memory, its compile time.

import { parseArgs } from 'node:util';
import { cpuDevice, dissect, type KernelTime } from './harness/kernel-times.js';
import { modelNamed } from './models/index.js';
import { stepOf } from './models/step.js';
import { nativeDevice } from './peers/keratin-engines.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    train: { type: 'boolean', default: false },
    batch: { type: 'string', default: '1' },
    threads: { type: 'string', default: '1' },
    native: { type: 'boolean', default: false },
    top: { type: 'string', default: '25' },
  },
});

/** Kernels with the same title are one line. */
interface Line extends KernelTime {
  readonly count: number;
}

function grouped(kernels: readonly KernelTime[]): Line[] {
  const lines = new Map<string, Line>();
  for (const kernel of kernels) {
    const line = lines.get(kernel.title);
    lines.set(kernel.title, {
      title: kernel.title,
      turns: kernel.turns,
      count: (line?.count ?? 0) + kernel.turns,
      milliseconds: (line?.milliseconds ?? 0) + kernel.milliseconds,
      megaflops:
        kernel.megaflops === undefined ? undefined : (line?.megaflops ?? 0) + kernel.megaflops,
      megabytes: (line?.megabytes ?? 0) + kernel.megabytes,
    });
  }
  return [...lines.values()].sort((a, b) => b.milliseconds - a.milliseconds);
}

function rate(line: Line): string {
  const bandwidth = `${(line.megabytes / line.milliseconds).toFixed(1)} GB/s`;
  if (line.megaflops === undefined) return bandwidth;
  return `${(line.megaflops / line.milliseconds).toFixed(1)} GFLOP/s ${bandwidth}`;
}

const model = modelNamed(positionals[0] ?? '');
const batch = Number(values.batch);
const mode = values.train ? 'train' : 'infer';
const threads = Number(values.threads);
const device = values.native ? await nativeDevice(threads) : cpuDevice(threads);
const anatomy = dissect(device, () => stepOf(model, batch, mode));
const { kernels, arenaBytes, sumBytes, compile } = anatomy;
const inStep = kernels.filter(({ turns }) => turns > 0);
const once = kernels.length - inStep.length;
const total = inStep.reduce((sum, kernel) => sum + kernel.milliseconds, 0);
const mebi = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;

console.log(`${model.title} b${batch}, ${mode}, ${device.name}, ${threads} thread(s)`);
console.log(`${inStep.length} kernels, ${total.toFixed(1)} ms in all; ${once} more run once`);
console.log(
  `compile: trace ${compile.trace.toFixed(0)} ms, passes ${compile.passes.toFixed(0)} ms, ` +
    `code and plan ${compile.code.toFixed(0)} ms (each kernel a module of its own here)`,
);
console.log(`arena ${mebi(arenaBytes)} for ${mebi(sumBytes)} of intermediates`);
for (const line of grouped(inStep).slice(0, Number(values.top))) {
  const share = ((100 * line.milliseconds) / total).toFixed(1);
  console.log(
    `${line.milliseconds.toFixed(2).padStart(9)} ms ${share.padStart(5)} %  ` +
      `${String(line.count).padStart(3)}x  ${rate(line)}  ${line.title}`,
  );
}
process.exit(0);
