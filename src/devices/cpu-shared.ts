// One kernel shared by threads, for large kernels that run op by op. It is a sequence of one call
// whose addresses and sizes all come from the table, so that one program serves every run.

import { scratchBytes } from '../kernels/emit/sharing.js';
import { emitSequence, type SequenceCall } from '../kernels/emit/wasm-sequence.js';
import type { BufferRef } from '../kernels/ir/expr.js';
import type { Loops } from '../kernels/ir/loops.js';
import { countParams } from '../kernels/ir/parameters.js';
import type { CpuPool } from './cpu-pool.js';
import type { SequenceHost } from './cpu-sequence.js';
import type { HeapBlock } from './heap.js';

/** A table of addresses, then of sizes. */
function callWithTable(program: Loops, params: number): SequenceCall {
  const addresses = program.buffers.length;
  return {
    kind: 'call',
    program: 0,
    buffers: program.buffers.map((_, slot) => ({
      kind: 'table',
      slot,
      reach: { from: 0, bytes: 0 },
    })),
    params: Array.from({ length: params }, (_, index) => ({ slot: addresses + index })),
  };
}

/** A kernel that the threads of a pool run together. */
export class SharedKernel {
  readonly #host: SequenceHost;
  readonly #pool: CpuPool;
  readonly #program: Loops;
  readonly #table: HeapBlock;
  readonly #start: (...args: number[]) => void;
  readonly #number: number | undefined;

  constructor(host: SequenceHost, pool: CpuPool, program: Loops) {
    this.#host = host;
    this.#pool = pool;
    this.#program = program;
    const params = countParams(program);
    this.#table = host.heap.alloc((program.buffers.length + params) * 4);
    const emitted = emitSequence([program], [callWithTable(program, params)], host.options);
    const module = host.compile(emitted);
    this.#start = host.instantiate(module, emitted.imports);
    this.#number = pool.add(module);
  }

  /** Runs with these addresses of inputs and outputs, and these sizes. */
  run(addresses: readonly number[], params: readonly number[]): void {
    const { heap, threads } = this.#host;
    const scratch = this.#scratchBuffers().map((buffer) =>
      heap.alloc(scratchBytes(buffer, params, threads)),
    );
    try {
      const words = [...addresses, ...scratch.map(({ address }) => address), ...params];
      new Int32Array(heap.bytes.buffer, this.#table.address, words.length).set(words);
      if (this.#number === undefined) this.#start(this.#table.address, 0, 1);
      else this.#pool.run(this.#number, this.#table.address, threads, this.#start);
    } finally {
      for (const block of scratch) heap.free(block);
    }
  }

  #scratchBuffers(): readonly BufferRef[] {
    return this.#program.buffers.filter(({ space }) => space === 'scratch');
  }
}
