// What a device must offer so that whole steps run as one program; the compiled engine needs it.
import type { Loops } from '../kernels/ir/loops.js';
import type { Block, Device } from './device.js';

/** Where a buffer of a kernel lies: in a block that stays, or in one bound for each run. */
export type BufferPlace =
  | { readonly kind: 'block'; readonly block: Block; readonly byteOffset: number }
  | { readonly kind: 'bound'; readonly slot: number };

/** One kernel of a sequence: a program and a place for each of its inputs and outputs. */
export interface SequenceStep {
  readonly program: Loops;
  readonly places: readonly BufferPlace[];
  /** Whether it changes variables where they lie; such steps come last. */
  readonly updates?: boolean;
}

/** Many kernels made ready to run as one. */
export interface Sequence {
  /** Runs all kernels with these blocks in the bound places. */
  run(bound: readonly Block[]): void;
  /** Gives scratch memory back; the sequence cannot run afterwards. */
  dispose(): void;
}

/** A device that can run many kernels as one program. */
export interface SequenceDevice extends Device {
  loadSequence(steps: readonly SequenceStep[]): Sequence;
  copy(from: Block, fromByte: number, to: Block, bytes: number): void;
}

export function canRunSequences(device: Device): device is SequenceDevice {
  return 'loadSequence' in device && 'copy' in device;
}
