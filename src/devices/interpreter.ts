// The reference device: runs programs with the interpreter. Slow, checks every access.
// Every other device is compared with it.

import type { Block, Device, DeviceMemory, Executable } from '../core/device.js';
import type { TypedArray } from '../core/dtype.js';
import { KeratinError } from '../core/errors.js';
import { at } from '../core/sequence.js';
import { interpret } from '../kernels/emit/interpreter.js';
import type { Loops } from '../kernels/ir/loops.js';
import { verifyLoops } from '../kernels/ir/verify.js';
import { plainTarget } from '../kernels/schedule/target.js';

class ArrayBlock implements Block {
  readonly data: Uint8Array;

  constructor(readonly bytes: number) {
    this.data = new Uint8Array(bytes);
  }
}

class InterpretedProgram implements Executable {
  readonly name: string;
  constructor(readonly program: Loops) {
    this.name = program.name;
  }
}

/** Bytes come in whole eights, so that a block can be seen as any element type. */
function roundUp(bytes: number): number {
  return Math.max(64, Math.ceil(bytes / 8) * 8);
}

export class InterpreterDevice implements Device {
  readonly name: string = 'interpreter';
  #blocks = 0;
  #bytes = 0;
  #peakBytes = 0;

  /** @param target what recipes should write for; other targets' programs run here as well */
  constructor(readonly target = plainTarget) {}

  alloc(bytes: number): Block {
    const block = new ArrayBlock(roundUp(bytes));
    this.#blocks += 1;
    this.#bytes += block.bytes;
    this.#peakBytes = Math.max(this.#peakBytes, this.#bytes);
    return block;
  }

  free(block: Block): void {
    this.#blocks -= 1;
    this.#bytes -= block.bytes;
  }

  write(block: Block, bytes: Uint8Array): void {
    this.#data(block).set(bytes);
  }

  read(block: Block, byteLength: number): Promise<Uint8Array> {
    return Promise.resolve(this.#data(block).slice(0, byteLength));
  }

  peek(block: Block, byteLength: number): Uint8Array {
    return this.#data(block).subarray(0, byteLength);
  }

  load(program: Loops): Executable {
    verifyLoops(program);
    return new InterpretedProgram(program);
  }

  run(executable: Executable, buffers: readonly Block[], params: readonly number[]): void {
    if (!(executable instanceof InterpretedProgram)) throw this.#foreign('program');
    const { program } = executable;
    const inputs: TypedArray[] = [];
    const outputs: TypedArray[] = [];
    const bound = program.buffers.filter((buffer) => buffer.length === undefined);
    for (const [index, buffer] of bound.entries()) {
      const side = buffer.space === 'input' ? inputs : outputs;
      side[buffer.slot] = this.#data(at(buffers, index));
    }
    interpret(program, { inputs, outputs }, params);
  }

  sync(): Promise<void> {
    return Promise.resolve();
  }

  memory(): DeviceMemory {
    return { blocks: this.#blocks, bytes: this.#bytes, peakBytes: this.#peakBytes };
  }

  #data(block: Block): Uint8Array {
    if (!(block instanceof ArrayBlock)) throw this.#foreign('block');
    return block.data;
  }

  #foreign(what: string): KeratinError {
    return new KeratinError({ where: `device ${this.name}`, what: `a ${what} of another device` });
  }
}
