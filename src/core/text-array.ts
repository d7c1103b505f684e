// Strings as they enter: nested arrays on the host. A tensor holds numbers, so layers of strings
// work before the engine and hand it what they make.
import { ArgumentError, ShapeError } from './errors.js';
import { product } from './sequence.js';
import { formatShape, type Shape } from './shape.js';
import { isList } from './tree.js';

/** A string, or nested arrays of strings with rows of equal length. */
export type TextArray = string | readonly TextArray[];

/** Strings in row-major order, and their shape. */
export interface Texts {
  readonly values: readonly string[];
  readonly shape: Shape;
}

/** Whether `value` is a string or an array that begins with one, at any depth. */
export function isTextArray(value: unknown): value is TextArray {
  let inner = value;
  while (isList(inner) && inner.length > 0) inner = inner[0];
  return typeof inner === 'string' || isList(inner);
}

/** The strings of nested arrays; throws where rows differ in length or hold something else. */
export function textsOf(where: string, text: TextArray): Texts {
  const shape: number[] = [];
  let inner: TextArray | undefined = text;
  while (isList(inner)) {
    shape.push(inner.length);
    inner = inner[0];
  }
  const values: string[] = [];
  const visit = (part: unknown, axis: number): void => {
    if (typeof part === 'string' && axis === shape.length) values.push(part);
    else if (isList(part) && part.length === shape[axis]) {
      for (const item of part) visit(item, axis + 1);
    } else if (isList(part) || typeof part === 'string') {
      throw new ShapeError({
        where,
        what: 'the rows of strings differ in length',
        expected: `${formatShape(shape.slice(axis))} at depth ${axis}, as in the first row`,
        received: isList(part) ? `${part.length} entries` : 'a single string',
        fix: "fill short rows up, for example with ''",
      });
    } else {
      throw new ArgumentError({
        where,
        what: 'there is something among the strings that is not one',
        received: part === null ? 'null' : typeof part,
        fix: 'turn it into a string first',
      });
    }
  };
  visit(text, 0);
  return { values, shape };
}

/** Strings as nested arrays of the given shape. */
export function nestedTexts(values: readonly string[], shape: Shape): TextArray {
  let next = 0;
  const build = (axis: number): TextArray => {
    const size = shape[axis];
    if (size === undefined) return values[next++] ?? '';
    return Array.from({ length: size }, () => build(axis + 1));
  };
  return build(0);
}

/** The strings as rows along the last axis: `[...]` of `[length]`. */
export function rowsOf<T>(values: readonly T[], shape: Shape): T[][] {
  const length = shape.at(-1) ?? 1;
  const count = product(shape.slice(0, -1));
  return Array.from({ length: count }, (_, row) => values.slice(row * length, (row + 1) * length));
}
