// A device that checks programs and never runs them: tests of engines and of the compiler need
// neither memory nor time for numbers.
import type { Block, Device, DeviceMemory, Executable } from '../core/device.js';
import { StateError } from '../core/errors.js';
import type { Loops } from '../kernels/ir/loops.js';
import { verifyLoops } from '../kernels/ir/verify.js';
import { plainTarget } from '../kernels/schedule/target.js';

export class NullDevice implements Device {
  readonly name = 'null';
  /** Every program loaded, in order. */
  readonly programs: Loops[] = [];
  /** How often a program was run (and nothing happened). */
  runs = 0;
  #blocks = 0;
  #bytes = 0;
  #peakBytes = 0;

  constructor(readonly target = plainTarget) {}

  alloc(bytes: number): Block {
    const block = { bytes: Math.max(64, bytes) };
    this.#blocks += 1;
    this.#bytes += block.bytes;
    this.#peakBytes = Math.max(this.#peakBytes, this.#bytes);
    return block;
  }

  free(block: Block): void {
    this.#blocks -= 1;
    this.#bytes -= block.bytes;
  }

  write(): void {}

  read(): Promise<Uint8Array> {
    return Promise.reject(
      new StateError({
        where: 'device null',
        what: 'nothing was computed, so there is nothing to read',
        fix: "use another device, e.g. setDevice('cpu')",
      }),
    );
  }

  load(program: Loops): Executable {
    verifyLoops(program);
    this.programs.push(program);
    return { name: program.name };
  }

  run(): void {
    this.runs += 1;
  }

  sync(): Promise<void> {
    return Promise.resolve();
  }

  memory(): DeviceMemory {
    return { blocks: this.#blocks, bytes: this.#bytes, peakBytes: this.#peakBytes };
  }
}
