// Many kernels as one WebAssembly module: `run(table)` calls them in order, with buffers at fixed
// addresses or at addresses found in a table of pointers, in loops and branches where the program
// has some. What the compiled engine runs.
import type { BranchOf, ControlOf, LoopOf } from '../../core/loops-and-branches.js';
import type { PlaceTerm } from '../../core/sequence-device.js';
import type { Loops } from '../ir/loops.js';
import { Meetings, type Touched } from './meetings.js';
import { ModuleWriter, type WasmModule, type WasmOptions } from './wasm.js';
import { barrierWords } from './wasm-barrier.js';
import { FunctionWriter } from './wasm-function.js';
import { NO_RESULT, op } from './wasm-opcodes.js';

/** First address (or byte of a bound block) that may be touched in any turn, and how many follow. */
interface Reach {
  readonly from: number;
  readonly bytes: number;
}

/** Where a buffer of a call lies, and how it moves while loops turn. */
export type Address =
  | {
      readonly kind: 'fixed';
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

/** One call of a kernel: an address for each buffer the program lists. */
export interface SequenceCall {
  readonly kind: 'call';
  /** Position among the sequence's programs. */
  readonly program: number;
  readonly buffers: readonly Address[];
  /** What the program's parameters are: known numbers, or words of the table. */
  readonly params: readonly (number | { readonly slot: number })[];
  /** Whether it changes variables where they lie. */
  readonly updates?: boolean;
}

/** Items inside of items. */
type SequenceLoop = LoopOf<readonly SequenceItem[], Address>;
type SequenceBranch = BranchOf<readonly SequenceItem[], Address>;

export type SequenceItem = SequenceCall | ControlOf<readonly SequenceItem[], Address>;

/** Writes the calls. Every thread runs all of it, so all count the turns by themselves. */
class SequenceWriter {
  readonly out: FunctionWriter;
  readonly #counters = new Map<number, number>();
  readonly #meetings = new Meetings();
  #updating = false;

  constructor(
    private readonly programs: readonly Loops[],
    private readonly entries: readonly number[],
    private readonly barrier: number | undefined,
    private readonly barrierAddress: number | undefined,
  ) {
    const params = new Array<'i32'>(barrier === undefined ? 1 : 3).fill('i32');
    this.out = new FunctionWriter({ params, results: [] });
  }

  items(items: readonly SequenceItem[]): void {
    for (const item of items) {
      if (item.kind === 'call') this.#call(item);
      else if (item.kind === 'loop') this.#loop(item);
      else this.#branch(item);
    }
  }

  /** Ends the sequence: whoever called it finds all work done. */
  end(): void {
    this.#meetIfDue();
  }

  #call(call: SequenceCall): void {
    const { out } = this;
    const touched = this.#touched(call);
    const firstUpdate = call.updates === true && !this.#updating;
    // Updates begin when all that may fail is done: see the pass that puts them last.
    if (firstUpdate || this.#meetings.mustMeetBefore(touched)) this.#meetIfDue();
    if (firstUpdate) this.#noteUpdate();
    for (const buffer of call.buffers) this.#address(buffer);
    for (const param of call.params) {
      if (typeof param === 'number') out.i32(param);
      else out.get(0).access(op.i32Load, 2, param.slot * 4);
    }
    if (this.barrier !== undefined) out.get(1).get(2);
    out.emit(op.call).code.unsigned(this.entries[call.program] ?? 0);
    this.#meetings.note(touched);
  }

  #touched({ program, buffers }: SequenceCall): Touched[] {
    const { buffers: refs = [] } = this.programs[program] ?? {};
    return buffers.map((address, index) => {
      const { from, bytes } = address.reach;
      const slot = address.kind === 'table' ? address.slot : undefined;
      return { slot, from, to: from + bytes, writes: refs[index]?.space !== 'input' };
    });
  }

  /** Says in shared memory that a step that fails from here on leaves some variables changed. */
  #noteUpdate(): void {
    this.#updating = true;
    if (this.barrierAddress === undefined) return;
    this.out.i32(this.barrierAddress).i32(1).access(op.atomicStore, 2, barrierWords.updating);
  }

  #meetIfDue(): void {
    if (this.#meetings.isDue) this.#meet();
  }

  #meet(): void {
    this.#meetings.met();
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

  /**
   * Leaves on the stack what all threads then decide by. They meet when it has been written, and
   * again when all have read it, so that none writes it anew before.
   */
  #flag(flag: Address): void {
    const { out } = this;
    this.#meetIfDue();
    this.#address(flag);
    out.access(op.i32Load, 2, 0);
    this.#meet();
  }

  #loop({ counter, turns, body, after }: SequenceLoop): void {
    const { out } = this;
    const local = this.#counter(counter);
    this.#meetIfDue();
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
    // The next turn touches what this one has made.
    this.#meetIfDue();
    out.get(local).i32(1).emit(op.i32Add).set(local);
    out.emit(op.br).code.unsigned(0);
    out.emit(op.end).emit(op.end);
    this.items(after);
  }

  #branch({ flag, whenTrue, whenFalse }: SequenceBranch): void {
    const { out } = this;
    this.#flag(flag);
    out.emit(op.if).code.byte(NO_RESULT);
    this.items(whenTrue);
    this.#meetIfDue();
    out.emit(op.else);
    this.items(whenFalse);
    this.#meetIfDue();
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
  const writer = new SequenceWriter(
    programs,
    entries,
    module.barrierFunction(),
    options.team?.barrier,
  );
  writer.items(items);
  writer.end();
  return module.finish(module.add(writer.out.finish()));
}
