// What a device must offer so that whole steps run as one program; the compiled engine needs it.
import type { Loops } from '../kernels/ir/loops.js';
import type { Block, Device } from './device.js';
import { type ControlOf, flagOf, listsOf } from './loops-and-branches.js';

/** So many bytes for each turn of a loop, or for each odd turn. */
export interface PlaceTerm {
  /** Which loop's turns. */
  readonly counter: number;
  readonly bytes: number;
  readonly modulo?: 2 | undefined;
}

/** First byte that a buffer may touch in any turn of loops, and how many follow. */
export interface Reach {
  readonly from: number;
  readonly bytes: number;
}

interface PlaceInBlock {
  readonly byteOffset: number;
  /** How the place moves while loops turn. */
  readonly terms: readonly PlaceTerm[];
  /** Bytes of the block. */
  readonly reach: Reach;
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

/** Steps inside of steps: see {@link ControlOf}. */
export type ControlStep = ControlOf<readonly SequenceStep[], BufferPlace>;

export type SequenceStep = KernelStep | ControlStep;

/** The kernels of steps, inside of loops and branches too, in the order in which they stand. */
export function kernelsOf(steps: readonly SequenceStep[]): KernelStep[] {
  return steps.flatMap((step) =>
    step.kind === 'kernel' ? [step] : listsOf(step).flatMap(kernelsOf),
  );
}

/** All places that steps name: those of buffers, and those of flags. */
export function placesOf(steps: readonly SequenceStep[]): BufferPlace[] {
  return steps.flatMap((step) => {
    if (step.kind === 'kernel') return [...step.places];
    const flag = flagOf(step);
    return [...(flag === undefined ? [] : [flag]), ...listsOf(step).flatMap(placesOf)];
  });
}

/** How many blocks the bound places of steps ask for: one more than the highest slot. */
export function slotsOf(steps: readonly SequenceStep[]): number {
  return placesOf(steps).reduce(
    (most, place) => (place.kind === 'bound' ? Math.max(most, place.slot + 1) : most),
    0,
  );
}

/** Many kernels made ready to run as one. */
export interface Sequence {
  /** Runs all kernels with these blocks in the bound places; there may be more than it uses. */
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
