// Sizes that a layer must know to make its weights.
import { ShapeError } from '../core/errors.js';
import { formatShape } from '../core/shape.js';
import type { PartialShape } from './symbolic.js';

/** The size of an axis (negative counts from the last); throws where it is unknown or absent. */
export function knownSize(shape: PartialShape, axis: number): number {
  const size = shape.at(axis);
  if (typeof size === 'number') return size;
  if (size === undefined) {
    throw new ShapeError({
      what: `the input has no axis ${axis}`,
      expected: `an axis from ${-shape.length} to ${shape.length - 1}`,
      received: `axis ${axis} for shape ${formatShape(shape)}`,
      fix: 'name an axis of the input, which counts the batch as 0',
    });
  }
  throw new ShapeError({
    what: `the size of axis ${axis} of the input must be known to make the weights`,
    expected: 'a number',
    received: formatShape(shape),
    fix: 'give layers.input(...) a fixed size in that axis',
  });
}
