// Comparing engines: what a comparison tells, and the place where the runtime puts the function
// that does it. Models ask here, since they know no engines.
import { StateError } from './errors.js';
import type { Tensor } from './tensor.js';

/** The first op whose compiled result differs from the one computed op by op. */
export interface EngineDifference {
  /** Name of the op. */
  readonly op: string;
  /** The layers it belongs to, outermost first, joined by `/`; empty outside of layers. */
  readonly layer: string;
  /** The line outside of the library that led to it, e.g. `train.ts:12:5`; empty if none is known. */
  readonly line: string;
  /** Whether its own kernel is wrong, or only what passes made of it and its neighbours. */
  readonly cause: 'kernel' | 'fusion';
  /** The element with the largest difference, and both values of it. */
  readonly element: number;
  readonly eager: number;
  readonly compiled: number;
}

/** What comparing two engines came to. */
export interface EngineComparison {
  /** How many ops the step has. */
  readonly ops: number;
  /** The first op that differs; undefined where all results agree. */
  readonly first: EngineDifference | undefined;
}

/** Compares a step on these tensors, with differences relative to the largest element allowed. */
export type CompareStep = (
  step: (...args: readonly Tensor[]) => unknown,
  args: readonly Tensor[],
  tolerance: number,
) => Promise<EngineComparison>;

let present: CompareStep | undefined;

/** Says how steps are compared; the runtime calls it. */
export function setComparison(compare: CompareStep): void {
  present = compare;
}

/** Runs a step both ways; see `compareEngines`. */
export function compareStep(...args: Parameters<CompareStep>): Promise<EngineComparison> {
  if (present !== undefined) return present(...args);
  throw new StateError({
    where: 'compareEngines',
    what: 'no engines are set up to compare',
    fix: "import from 'keratin'",
  });
}
