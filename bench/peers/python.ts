// Libraries of Python as peers, in a process of their own: the interpreter that the environment
// variable KERATIN_BENCH_PYTHON names, if it has them. A request and its answer take about 0.05 ms.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { HostArray } from '../models/model.js';
import type { NamedArray, NetworkProblem, Peer, Work } from './peer.js';

/** Threads of OpenMP wait busily for this many milliseconds for more work. */
const SETTLES = 250;

const SCRIPT = fileURLToPath(new URL('./python-torch.py', import.meta.url));

type Answer = Readonly<Record<string, unknown>>;

function isAnswer(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null;
}

/** A Python process that answers requests in order. */
class PythonProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;
  readonly #lines: Interface;
  readonly #folder = mkdtempSync(join(tmpdir(), 'keratin-bench-'));
  #files = 0;

  constructor(interpreter: string, threads: number) {
    this.#child = spawn(interpreter, [SCRIPT, this.#folder, String(threads)]);
    this.#lines = createInterface(this.#child.stdout);
    this.#answers = this.#lines[Symbol.asyncIterator]();
    process.once('exit', () => {
      this.#child.kill();
      rmSync(this.#folder, { recursive: true, force: true });
    });
  }

  async ask(request: object): Promise<Answer> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const line = await this.#answers.next();
    if (line.done === true) throw new Error('the Python process ended');
    const answer: unknown = JSON.parse(line.value);
    if (!isAnswer(answer)) throw new Error('the Python process gave no answer');
    if (answer.error !== undefined) throw new Error(String(answer.error));
    return answer;
  }

  newFile(): string {
    this.#files += 1;
    return `array${this.#files}`;
  }

  /** Leaves an array where the process finds it. */
  array({ values, shape }: HostArray): object {
    const file = this.newFile();
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    writeFileSync(join(this.#folder, file), bytes);
    return { file, shape, dtype: values instanceof Int32Array ? 'int32' : 'float32' };
  }

  read(file: string, length: number): Float32Array {
    const bytes = Uint8Array.from(readFileSync(join(this.#folder, file)));
    return new Float32Array(bytes.buffer, 0, length);
  }
}

let works = 0;

async function workOf(python: PythonProcess, request: object): Promise<Work> {
  const work = works++;
  await python.ask({ ...request, work });
  return {
    name: 'pytorch',
    settles: SETTLES,
    run: async () => void (await python.ask({ kind: 'run', work, times: 1 })),
    async result() {
      const file = python.newFile();
      const { length } = await python.ask({ kind: 'result', work, file });
      return python.read(file, Number(length));
    },
    dispose: () => void python.ask({ kind: 'close', work }),
  };
}

function networkRequest(python: PythonProcess, problem: NetworkProblem): object {
  const { model, sample, weights } = problem;
  return {
    model: model.name,
    loss: model.loss,
    optimizer: model.optimizer,
    rate: model.learningRate,
    x: python.array(sample.x),
    y: python.array(sample.y),
    weights: weights.map((weight: NamedArray) => ({ ...python.array(weight), path: weight.path })),
  };
}

/** PyTorch on the processor; undefined where no interpreter is named. */
export async function pythonTorch(threads: number): Promise<Peer | undefined> {
  const interpreter = process.env.KERATIN_BENCH_PYTHON;
  if (interpreter === undefined || interpreter === '') return undefined;
  const python = new PythonProcess(interpreter, threads);
  const { version } = await python.ask({ kind: 'version' });
  return {
    name: 'pytorch',
    version: String(version),
    remarks: ['native code, eager, images with channels last; bound to as many processors'],
    threads,
    async matmul({ sizes: [m, k, n], a, b }) {
      const arrays = {
        a: python.array({ values: a, shape: [m, k] }),
        b: python.array({ values: b, shape: [k, n] }),
      };
      return workOf(python, { kind: 'matmul', ...arrays });
    },
    async training(problem) {
      const work = works++;
      await python.ask({ ...networkRequest(python, problem), kind: 'training', work });
      const step = async (): Promise<number> =>
        Number((await python.ask({ kind: 'run', work, times: 1 })).value);
      return {
        name: 'pytorch',
        isExact: true,
        settles: SETTLES,
        run: async () => void (await step()),
        step,
        dispose: () => void python.ask({ kind: 'close', work }),
      };
    },
    async inference(problem) {
      return workOf(python, { ...networkRequest(python, problem), kind: 'inference' });
    },
  };
}
