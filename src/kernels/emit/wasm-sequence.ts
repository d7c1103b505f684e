// Many kernels as one WebAssembly module: `run(table)` calls them in order, with buffers at fixed
// addresses or at addresses found in a table of pointers, in loops and branches where the program
// has some. What the compiled engine runs.
import type { PlaceTerm, Reach } from '../../core/sequence-device.js';
import type { Loops } from '../ir/loops.js';
import { type CallOf, type ItemOf, type MetItemOf, withMeetings } from './meetings.js';
import { ModuleWriter, type WasmModule, type WasmOptions } from './wasm.js';
import { barrierWords } from './wasm-barrier.js';
import { FunctionWriter } from './wasm-function.js';
import { NO_RESULT, op } from './wasm-opcodes.js';

/** Where a buffer of a call lies, and how it moves while loops turn. */
export type Address =
  | {
      readonly kind: 'fixed';
      readonly slot?: undefined;
      readonly address: number;
      readonly terms?: readonly PlaceTerm[];
      readonly reach: Reach;
    }
  | {
      readonly kind: 'table';
      readonly slot: number;
      readonly byteOffset?: number;
      readonly terms?: readonly PlaceTerm[];
      readonly reach: Reach;
    };

/** One call of a kernel. */
export interface SequenceCall extends CallOf<Address> {
  /** What the program's parameters are: known numbers, or words of the table. */
  readonly params: readonly (number | { readonly slot: number })[];
}

export type SequenceItem = ItemOf<SequenceCall, Address>;
type MetItem = MetItemOf<SequenceCall, Address>;

/** Writes the calls. Every thread runs all of it, so all count the turns by themselves. */
class SequenceWriter {
  readonly out: FunctionWriter;
  readonly #counters = new Map<number, number>();

  constructor(
    private readonly entries: readonly number[],
    private readonly barrier: number | undefined,
    private readonly barrierAddress: number | undefined,
  ) {
    const params = new Array<'i32'>(barrier === undefined ? 1 : 3).fill('i32');
    this.out = new FunctionWriter({ params, results: [] });
  }

  items(items: readonly MetItem[]): void {
    for (const item of items) {
      if (item.kind === 'call') this.#call(item);
      else if (item.kind === 'meet') this.#meet();
      else if (item.kind === 'updates') this.#noteUpdate();
      else if (item.kind === 'loop') this.#loop(item);
      else this.#branch(item);
    }
  }

  #call(call: SequenceCall): void {
    const { out } = this;
    for (const buffer of call.buffers) this.#address(buffer);
    for (const param of call.params) {
      if (typeof param === 'number') out.i32(param);
      else out.get(0).access(op.i32Load, 2, param.slot * 4);
    }
    if (this.barrier !== undefined) out.get(1).get(2);
    out.emit(op.call).code.unsigned(this.entries[call.program] ?? 0);
  }

  /** Says in shared memory that a step that fails from here on leaves some variables changed. */
  #noteUpdate(): void {
    if (this.barrierAddress === undefined) return;
    this.out.i32(this.barrierAddress).i32(1).access(op.atomicStore, 2, barrierWords.updating);
  }

  #meet(): void {
    if (this.barrier === undefined) return;
    this.out.get(2).emit(op.call).code.unsigned(this.barrier);
  }

  #address(address: Address): void {
    const { out } = this;
    if (address.kind === 'fixed') out.i32(address.address);
    else {
      out.get(0).access(op.i32Load, 2, address.slot * 4);
      const { byteOffset = 0 } = address;
      if (byteOffset !== 0) out.i32(byteOffset).emit(op.i32Add);
    }
    for (const { counter, bytes, modulo } of address.terms ?? []) {
      if (bytes === 0) continue;
      out.get(this.#counter(counter));
      if (modulo === 2) out.i32(1).emit(op.i32And);
      out.i32(bytes).emit(op.i32Mul).emit(op.i32Add);
    }
  }

  #counter(counter: number): number {
    const known = this.#counters.get(counter);
    if (known !== undefined) return known;
    const local = this.out.newLocal('i32');
    this.#counters.set(counter, local);
    return local;
  }

  /** Leaves on the stack what all threads then decide by; they meet when all have read it. */
  #flag(flag: Address): void {
    const { out } = this;
    this.#address(flag);
    out.access(op.i32Load, 2, 0);
    this.#meet();
  }

  #loop({ counter, turns, body, after }: Extract<MetItem, { kind: 'loop' }>): void {
    const { out } = this;
    const local = this.#counter(counter);
    out.i32(0).set(local);
    out.emit(op.block).code.byte(NO_RESULT);
    out.emit(op.loop).code.byte(NO_RESULT);
    const most = turns.kind === 'counted' ? turns.length : turns.most;
    if (most !== undefined) {
      out.get(local).i32(most).emit(op.i32LtS).emit(op.i32Eqz).emit(op.brIf).code.unsigned(1);
    }
    if (turns.kind === 'while') {
      this.items(turns.test);
      this.#flag(turns.flag);
      out.emit(op.i32Eqz).emit(op.brIf).code.unsigned(1);
    }
    this.items(body);
    out.get(local).i32(1).emit(op.i32Add).set(local);
    out.emit(op.br).code.unsigned(0);
    out.emit(op.end).emit(op.end);
    this.items(after);
  }

  #branch({ flag, whenTrue, whenFalse }: Extract<MetItem, { kind: 'branch' }>): void {
    const { out } = this;
    this.#flag(flag);
    out.emit(op.if).code.byte(NO_RESULT);
    this.items(whenTrue);
    out.emit(op.else);
    this.items(whenFalse);
    out.emit(op.end);
  }
}

/**
 * A module whose `run` takes the address of the pointer table and does all items. Where there are
 * threads it also takes the number of the thread and of all; they meet between kernels that touch
 * the same memory.
 */
export function emitSequence(
  programs: readonly Loops[],
  items: readonly SequenceItem[],
  options: WasmOptions,
): WasmModule {
  const module = new ModuleWriter(programs, options);
  const entries = programs.map((program) => module.addProgram(program));
  const writer = new SequenceWriter(entries, module.barrierFunction(), options.team?.barrier);
  writer.items(withMeetings(programs, items));
  return module.finish(module.add(writer.out.finish()));
}
