// What a device must offer so that whole steps run as one program; the compiled engine needs it.
import type { Loops } from '../kernels/ir/loops.js';
import type { Block, Device } from './device.js';

/** So many bytes for each turn of a loop, or for each odd turn. */
export interface PlaceTerm {
  /** Which loop's turns. */
  readonly counter: number;
  readonly bytes: number;
  readonly modulo?: 2 | undefined;
}

interface PlaceInBlock {
  readonly byteOffset: number;
  /** How the place moves while loops turn. */
  readonly terms: readonly PlaceTerm[];
  /** The bytes of the block that the buffer may touch in any turn. */
  readonly reach: { readonly from: number; readonly bytes: number };
}

/** Where a buffer of a kernel lies: in a block that stays, or in one bound for each run. */
export type BufferPlace =
  | (PlaceInBlock & { readonly kind: 'block'; readonly block: Block })
  | (PlaceInBlock & { readonly kind: 'bound'; readonly slot: number });

/** One kernel of a sequence: a program and a place for each of its inputs and outputs. */
export interface KernelStep {
  readonly kind: 'kernel';
  readonly program: Loops;
  readonly places: readonly BufferPlace[];
  /** Whether it changes variables where they lie; such steps come last. */
  readonly updates?: boolean;
}

/** Steps that are run again and again, so many times or while the test leaves an int32 that is not 0. */
export interface LoopStep {
  readonly kind: 'loop';
  /** By this number places tell which loop's turns they follow. */
  readonly counter: number;
  readonly turns:
    | { readonly kind: 'counted'; readonly length: number }
    | {
        readonly kind: 'while';
        readonly test: readonly SequenceStep[];
        readonly flag: BufferPlace;
        readonly most: number | undefined;
      };
  readonly body: readonly SequenceStep[];
  /** Run once after the last turn, when the counter holds the number of turns. */
  readonly after: readonly SequenceStep[];
}

/** Runs the first list where the flag, an int32, is not 0, else the second. */
export interface BranchStep {
  readonly kind: 'branch';
  readonly flag: BufferPlace;
  readonly whenTrue: readonly SequenceStep[];
  readonly whenFalse: readonly SequenceStep[];
}

export type SequenceStep = KernelStep | LoopStep | BranchStep;

/** The kernels of steps, inside of loops and branches too, in the order in which they stand. */
export function kernelsOf(steps: readonly SequenceStep[]): KernelStep[] {
  return steps.flatMap((step) => {
    if (step.kind === 'kernel') return [step];
    if (step.kind === 'branch') return [...kernelsOf(step.whenTrue), ...kernelsOf(step.whenFalse)];
    const test = step.turns.kind === 'while' ? kernelsOf(step.turns.test) : [];
    return [...test, ...kernelsOf(step.body), ...kernelsOf(step.after)];
  });
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
  /** Whether steps may be loops and branches; without, only kernels. */
  readonly runsLoops: boolean;
  loadSequence(steps: readonly SequenceStep[]): Sequence;
  copy(from: Block, fromByte: number, to: Block, bytes: number): void;
}

export function canRunSequences(device: Device): device is SequenceDevice {
  return 'loadSequence' in device && 'copy' in device;
}
