// What a layer demands of its inputs, checked before every call.
import type { DType } from '../core/dtype.js';
import { DTypeError, ShapeError } from '../core/errors.js';
import { formatShape } from '../core/shape.js';
import type { PartialShape, SymbolicDType } from './symbolic.js';

/** Demands on one input; what is left out is not checked. */
export interface InputSpec {
  /** The exact number of axes. */
  readonly rank?: number;
  readonly minRank?: number;
  readonly maxRank?: number;
  /** Sizes of certain axes (negative counts from the last). */
  readonly axes?: Readonly<Record<number, number>>;
  readonly dtype?: DType;
}

interface Seen {
  readonly shape: PartialShape;
  readonly dtype: SymbolicDType;
}

function fail(index: number, expected: string, seen: Seen): ShapeError {
  return new ShapeError({
    what: `input ${index} does not fit the layer`,
    expected,
    received: `shape ${formatShape(seen.shape)}`,
    fix: 'reshape the input, or build a new layer for inputs of this shape',
  });
}

function checkOne(index: number, spec: InputSpec, seen: Seen): void {
  const rank = seen.shape.length;
  if (spec.rank !== undefined && rank !== spec.rank) {
    throw fail(index, `${spec.rank} axes (the batch is the first)`, seen);
  }
  if (spec.minRank !== undefined && rank < spec.minRank) {
    throw fail(index, `at least ${spec.minRank} axes (the batch is the first)`, seen);
  }
  if (spec.maxRank !== undefined && rank > spec.maxRank) {
    throw fail(index, `at most ${spec.maxRank} axes (the batch is the first)`, seen);
  }
  for (const [key, size] of Object.entries(spec.axes ?? {})) {
    const received = seen.shape.at(Number(key));
    if (received !== null && received !== size) {
      throw fail(index, `size ${size} in axis ${key}`, seen);
    }
  }
  if (spec.dtype !== undefined && seen.dtype !== spec.dtype) {
    throw new DTypeError({
      what: `input ${index} has the wrong dtype`,
      expected: spec.dtype,
      received: seen.dtype,
      fix: `cast the input to ${spec.dtype}`,
    });
  }
}

/** Throws unless the inputs meet the demands; one spec for one input, or a list for several. */
export function checkInputs(
  spec: InputSpec | readonly InputSpec[] | undefined,
  inputs: readonly Seen[],
): void {
  if (spec === undefined) return;
  const specs: readonly InputSpec[] = Array.isArray(spec) ? spec : [spec];
  if (specs.length !== inputs.length) {
    throw new ShapeError({
      what: 'the number of inputs is wrong',
      expected: `${specs.length} ${specs.length === 1 ? 'tensor' : 'tensors'}`,
      received: `${inputs.length}`,
      fix: 'pass one tensor, or a list with one tensor for each input',
    });
  }
  for (const [index, one] of specs.entries()) {
    const seen = inputs[index];
    if (seen !== undefined) checkOne(index, one, seen);
  }
}
