// Device: where bytes live and programs run. Engines hold one and never look inside.

import type { Loops } from '../kernels/ir/loops.js';
import type { Target } from '../kernels/schedule/target.js';
import type { CopyRows } from './copy-rows.js';

/** A piece of a device's memory. Devices make their own kinds. */
export interface Block {
  /** Usable bytes, at least those asked for. */
  readonly bytes: number;
}

/** A program made ready by a device. */
export interface Executable {
  readonly name: string;
}

/** What a device holds now. */
export interface DeviceMemory {
  readonly blocks: number;
  readonly bytes: number;
  readonly peakBytes: number;
}

export interface Device {
  readonly name: string;
  /** What recipes may count on. */
  readonly target: Target;
  /** A block with room for at least `bytes` (never less than 64); its content is arbitrary. */
  alloc(bytes: number): Block;
  free(block: Block): void;
  write(block: Block, bytes: Uint8Array): void;
  read(block: Block, byteLength: number): Promise<Uint8Array>;
  /** The bytes now, without waiting, where the device's memory can be seen; for checks. */
  peek?(block: Block, byteLength: number): Uint8Array;
  /** Brings rows together in memory that was peeked at, where it can do that faster. */
  readonly copyRows?: CopyRows;
  /** Compiles a program whose sizes are `param`s or numbers. */
  load(program: Loops): Executable;
  /** Runs with the program's inputs, then its outputs. */
  run(executable: Executable, buffers: readonly Block[], params: readonly number[]): void;
  /**
   * How many threads are to share programs from now on; gives how many there are. Absent where the
   * device has no threads of ours.
   */
  setThreads?(threads: number): number;
  /** Waits until everything that was run is done. */
  sync(): Promise<void>;
  memory(): DeviceMemory;
}
