// The cpu device: programs as WebAssembly over one heap. (Native programs will use its bytes too.)
import type { Block, Executable } from '../core/device.js';
import type { Sequence, SequenceDevice, SequenceStep } from '../core/sequence-device.js';
import { emitWasm, type WasmOptions } from '../kernels/emit/wasm.js';
import { type IntrinsicName, intrinsics } from '../kernels/intrinsics.js';
import { evaluateInteger } from '../kernels/ir/evaluate-integer.js';
import { type Expr, storageBytes } from '../kernels/ir/expr.js';
import type { Loops } from '../kernels/ir/loops.js';
import type { Target } from '../kernels/schedule/target.js';
import { maySleep } from './cpu-helpers.js';
import { CpuPool } from './cpu-pool.js';
import { loadCpuSequence, type SequenceHost } from './cpu-sequence.js';
import { SharedKernel } from './cpu-shared.js';
import { MAXIMUM_PAGES } from './heap.js';
import { HeapDevice } from './heap-device.js';
import { compileOptimised, enableRelaxedSimd } from './v8-flags.js';

type Run = (...args: number[]) => void;

/** Bytes of inputs and outputs from which threads share a kernel that runs alone. */
const SHARED_BYTES = 1 << 18;
/** Runs of that size before a kernel is compiled once more, to be shared. */
const RUNS_BEFORE_SHARING = 2;

/** A compiled program and the scratch memory it wants for each run. */
class CpuExecutable implements Executable {
  readonly scratch: readonly { readonly length: Expr; readonly bytes: number }[];
  largeRuns = 0;
  shared: SharedKernel | undefined;

  constructor(
    readonly program: Loops,
    readonly run: Run,
    /** Whether helpers can run it: they have no mathematics library. */
    readonly mayShare: boolean,
  ) {
    this.scratch = program.buffers.flatMap((buffer) =>
      buffer.space === 'scratch' && buffer.length !== undefined
        ? [{ length: buffer.length, bytes: storageBytes(buffer.storage) }]
        : [],
    );
  }

  get name(): string {
    return this.program.name;
  }
}

/** Settings of the cpu device. */
export interface CpuOptions {
  /** Whether multiply-add may be fused, which rounds once instead of twice; true. */
  readonly relaxed?: boolean;
  /** Threads that share compiled steps and large kernels; 1. Helpers start when first needed. */
  readonly threads?: number;
}

function cpuTarget(relaxed: boolean, threads: number): Target {
  return {
    name: 'wasm',
    kind: 'cpu',
    lanes: 4,
    fusedMultiplyAdd: relaxed,
    tiles: [
      { rows: 6, vectors: 2, rate: 0.96 },
      { rows: 4, vectors: 2, rate: 0.92 },
    ],
    threads,
    cacheBytes: 1 << 19,
    workgroupSize: 1,
  };
}

/** Runs programs on the processor. */
export class CpuDevice extends HeapDevice implements SequenceDevice {
  readonly name = 'cpu';
  readonly runsLoops: boolean = true;
  target: Target;
  #pool: CpuPool | undefined;
  readonly relaxed: boolean;

  constructor(options: CpuOptions) {
    super();
    this.relaxed = (options.relaxed ?? true) && enableRelaxedSimd();
    this.target = cpuTarget(this.relaxed, options.threads ?? 1);
  }

  get #wasmOptions(): WasmOptions {
    const { relaxed } = this;
    return { relaxed, sharedMemory: this.heap.shared, maximumPages: MAXIMUM_PAGES };
  }

  #instantiate(module: WebAssembly.Module, imports: readonly string[]): Run {
    const math: Record<string, (a: number, b: number, c: number) => number> = {};
    for (const name of imports) math[name] = intrinsics[name as IntrinsicName].js;
    const env = { memory: this.heap.memory, watch: () => this.#pool?.watch() };
    // The emitter exports exactly this function.
    return new WebAssembly.Instance(module, { env, math }).exports['run'] as Run;
  }

  /** Programs compiled from now on are shared by this many threads; gives how many there are. */
  setThreads(threads: number): number {
    if (threads > 1 && this.heap.shared && maySleep()) {
      this.#pool ??= new CpuPool(this.heap);
      this.#pool.grow(threads);
    }
    const available = Math.max(1, Math.min(threads, this.#pool?.threads ?? 1));
    if (available !== this.target.threads) this.target = { ...this.target, threads: available };
    return available;
  }

  loadSequence(steps: readonly SequenceStep[]): Sequence {
    this.setThreads(this.target.threads);
    return loadCpuSequence(this.#sequenceHost, steps);
  }

  get #sequenceHost(): SequenceHost {
    const { threads } = this.target;
    const team = threads > 1 ? this.#pool?.team : undefined;
    return {
      heap: this.heap,
      options: { ...this.#wasmOptions, ...(team === undefined ? {} : { team }) },
      threads,
      pool: this.#pool,
      addressOf: (block) => this.own(block).address,
      compile: ({ bytes }) => compileOptimised(bytes),
      instantiate: (module, imports) => this.#instantiate(module, imports),
    };
  }

  load(program: Loops): Executable {
    const { bytes, imports } = emitWasm(program, this.#wasmOptions);
    const run = this.#instantiate(compileOptimised(bytes), imports);
    return new CpuExecutable(program, run, imports.length === 0);
  }

  /** The kernel for threads, once large runs have shown that it pays. */
  #sharedFor(executable: CpuExecutable, bytes: number): SharedKernel | undefined {
    if (bytes < SHARED_BYTES || this.target.threads === 1 || !executable.mayShare) return undefined;
    if (executable.largeRuns++ < RUNS_BEFORE_SHARING) return undefined;
    if (executable.shared === undefined) {
      this.setThreads(this.target.threads);
      const pool = this.#pool;
      // While helpers are starting, work goes on alone.
      if (pool?.isReady !== true || this.target.threads === 1) return undefined;
      executable.shared = new SharedKernel(this.#sequenceHost, pool, executable.program);
    }
    return executable.shared;
  }

  run(executable: Executable, buffers: readonly Block[], params: readonly number[]): void {
    if (!(executable instanceof CpuExecutable)) throw this.foreign('program');
    const args: number[] = [];
    let bytes = 0;
    for (const block of buffers) {
      const own = this.own(block);
      args.push(own.address);
      bytes += own.bytes;
    }
    const shared = this.#sharedFor(executable, bytes);
    if (shared !== undefined) {
      shared.run(args, params);
      return;
    }
    if (executable.scratch.length === 0) {
      for (const param of params) args.push(param);
      executable.run(...args);
      return;
    }
    const scratch = executable.scratch.map(({ length, bytes }) =>
      this.heap.alloc(evaluateInteger(length, params) * bytes),
    );
    for (const block of scratch) args.push(block.address);
    for (const param of params) args.push(param);
    try {
      executable.run(...args);
    } finally {
      for (const block of scratch) this.heap.free(block);
    }
  }
}

/** A device on this machine's processor. */
export function createCpuDevice(options: CpuOptions = {}): CpuDevice {
  return new CpuDevice(options);
}
