// Many kernels as one WebAssembly module: `run(table)` calls them in order, with buffers at fixed
// addresses or at addresses found in a table of pointers. What the compiled engine runs.
import type { Loops } from '../ir/loops.js';
import { ModuleWriter, type WasmModule, type WasmOptions } from './wasm.js';
import { barrierWords } from './wasm-barrier.js';
import { FunctionWriter } from './wasm-function.js';
import { op } from './wasm-opcodes.js';

/** Where a buffer of a call lies. */
export type Address =
  | { readonly kind: 'fixed'; readonly address: number }
  | { readonly kind: 'table'; readonly slot: number };

/** One call of a kernel: an address for each buffer the program lists. */
export interface SequenceCall {
  /** Position among the sequence's programs. */
  readonly program: number;
  readonly buffers: readonly Address[];
  /** Whether it changes variables where they lie. */
  readonly updates?: boolean;
}

/** i32.load */
const LOAD = 0x28;

/** Says in shared memory that a step that fails from here on leaves some variables changed. */
function noteUpdate(out: FunctionWriter, barrier: number): void {
  out.i32(barrier).i32(1).access(op.atomicStore, 2, barrierWords.updating);
}

/**
 * A module whose `run` takes the address of the pointer table and does all calls. Where there are
 * threads it also takes the number of the thread and of all; they meet after every kernel.
 */
export function emitSequence(
  programs: readonly Loops[],
  calls: readonly SequenceCall[],
  options: WasmOptions,
): WasmModule {
  const module = new ModuleWriter(programs, options);
  const entries = programs.map((program) => module.addProgram(program));
  const barrier = module.barrierFunction();
  const params = new Array<'i32'>(barrier === undefined ? 1 : 3).fill('i32');
  const out = new FunctionWriter({ params, results: [] });
  const firstUpdate = calls.findIndex((call) => call.updates === true);
  calls.forEach((call, index) => {
    if (index === firstUpdate && options.barrier !== undefined) {
      noteUpdate(out, options.barrier);
    }
    for (const buffer of call.buffers) {
      if (buffer.kind === 'fixed') out.i32(buffer.address);
      else out.get(0).access(LOAD, 2, buffer.slot * 4);
    }
    if (barrier !== undefined) out.get(1).get(2);
    out.emit(op.call).code.unsigned(entries[call.program] ?? 0);
    if (barrier !== undefined) out.get(2).emit(op.call).code.unsigned(barrier);
  });
  return module.finish(module.add(out.finish()));
}
