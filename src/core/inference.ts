// Shapes without values: layers ask here what a function of tensors would return.
// src/index.ts plugs in the spec engine, so that layers need not import engines.
import { currentEngine, type Engine, withEngine } from './engine.js';
import { StateError } from './errors.js';
import type { Spec } from './shape.js';
import type { Tensor } from './tensor.js';

/** A function of tensors, given as a list and returning a list. */
export type TensorFunction = (tensors: readonly Tensor[]) => readonly Tensor[];

/** Runs `body` on tensors that have a spec but no values, and returns the specs of its results. */
export type ShapeInference = (body: TensorFunction, specs: readonly Spec[]) => readonly Spec[];

let inference: ShapeInference | undefined;
let suspended: Engine | undefined;

/** Sets how shapes are inferred; called once, where the library is put together. */
export function setShapeInference(run: ShapeInference): void {
  inference = run;
}

/** The specs that `body` would return for tensors of these specs. Nothing is computed. */
export function inferSpecs(body: TensorFunction, specs: readonly Spec[]): readonly Spec[] {
  if (inference === undefined) {
    throw new StateError({
      what: 'no shape inference is set',
      fix: "import from 'keratin', or call setShapeInference(run) first",
    });
  }
  const before = suspended;
  suspended ??= currentEngine();
  try {
    return inference(body, specs);
  } finally {
    suspended = before;
  }
}

/** Whether shapes are being inferred now: tensors have no values and variables must not change. */
export function isInferring(): boolean {
  return suspended !== undefined;
}

/**
 * Runs `body` on the engine that was current before inference began. Weights made while shapes are
 * inferred need real values.
 */
export function outsideInference<T>(body: () => T): T {
  if (suspended === undefined) return body();
  const engine = suspended;
  suspended = undefined;
  try {
    return withEngine(engine, body);
  } finally {
    suspended = engine;
  }
}
