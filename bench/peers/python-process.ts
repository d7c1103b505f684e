// Libraries of Python as peers, in a process of their own. A request and its answer, one JSON object
// a line each, take about 0.05 ms; arrays travel through files.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { HostArray } from '../models/model.js';
import type { TrainingStep, Work } from './peer.js';

/** Threads of the libraries wait busily for this many milliseconds for more work. */
const SETTLES = 250;

type Answer = Readonly<Record<string, unknown>>;

function isAnswer(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null;
}

/** A Python process that answers requests in order. */
export class PythonProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;
  readonly #lines: Interface;
  readonly #folder = mkdtempSync(join(tmpdir(), 'keratin-bench-'));
  #files = 0;

  #works = 0;

  /** `script` stands beside this file; `name` is the library's in the tables. */
  constructor(
    readonly name: string,
    interpreter: string,
    script: string,
    threads: number,
  ) {
    const path = fileURLToPath(new URL(script, import.meta.url));
    this.#child = spawn(interpreter, [path, this.#folder, String(threads)]);
    this.#child.stderr.resume();
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

  newFile(ending = ''): string {
    this.#files += 1;
    return `file${this.#files}${ending}`;
  }

  pathOf(file: string): string {
    return join(this.#folder, file);
  }

  /** Leaves an array where the process finds it. */
  array({ values, shape }: HostArray): object {
    const file = this.newFile();
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    writeFileSync(this.pathOf(file), bytes);
    return { file, shape, dtype: values instanceof Int32Array ? 'int32' : 'float32' };
  }

  read(file: string, length: number): Float32Array {
    const bytes = Uint8Array.from(readFileSync(this.pathOf(file)));
    return new Float32Array(bytes.buffer, 0, length);
  }

  /** Opens what the request describes, as work whose output can be looked at. */
  async work(request: object): Promise<Work> {
    const work = this.#works++;
    await this.ask({ ...request, work });
    return {
      name: this.name,
      settles: SETTLES,
      run: async () => void (await this.ask({ kind: 'run', work, times: 1 })),
      result: async () => {
        const file = this.newFile();
        const { length } = await this.ask({ kind: 'result', work, file });
        return this.read(file, Number(length));
      },
      dispose: () => void this.ask({ kind: 'close', work }),
    };
  }

  /** Opens what the request describes, as training steps that answer with their losses. */
  async training(request: object): Promise<TrainingStep> {
    const work = this.#works++;
    await this.ask({ ...request, work });
    const step = async (): Promise<number> =>
      Number((await this.ask({ kind: 'run', work, times: 1 })).value);
    return {
      name: this.name,
      isExact: true,
      settles: SETTLES,
      run: async () => void (await step()),
      step,
      dispose: () => void this.ask({ kind: 'close', work }),
    };
  }
}
