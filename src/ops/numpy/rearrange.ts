// rearrange: axes named in a pattern, taken apart, reordered and put together (as einops).

import { requireText } from '../../core/arguments.js';
import { ArgumentError } from '../../core/errors.js';
import { at, product } from '../../core/sequence.js';
import { formatShape, type Shape } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import { asTensor, type TensorLike } from '../convert.js';
import { reshape } from '../shaping.js';
import { transpose } from '../views.js';

/** Groups of axis names: (h c) is one axis made of two. */
type Groups = readonly (readonly string[])[];

function fault(pattern: string, what: string, expected: string, received: string): ArgumentError {
  return new ArgumentError({
    where: `rearrange('${pattern}')`,
    what,
    expected,
    received,
    fix: "write the pattern like 'batch (rows patch) -> batch rows patch'",
  });
}

function groupsOf(side: string, pattern: string): Groups {
  const tokens = side.match(/\([^()]*\)|\S+/g) ?? [];
  return tokens.map((token) => {
    const names = token.startsWith('(') ? token.slice(1, -1).trim().split(/\s+/) : [token];
    const wrong = names.find((name) => !/^[A-Za-z_]\w*$/.test(name) && name !== '1');
    if (wrong !== undefined) {
      throw fault(pattern, 'this is no name of an axis', 'letters, digits and _', wrong);
    }
    return names.filter((name) => name !== '');
  });
}

/** The size of every named axis: given, or what is left of the tensor's axis. */
function sizesOf(
  groups: Groups,
  shape: Shape,
  given: Readonly<Record<string, number>>,
  pattern: string,
): Map<string, number> {
  if (groups.length !== shape.length) {
    throw fault(
      pattern,
      'the pattern has another number of axes',
      `${shape.length} axes`,
      `${groups.length}`,
    );
  }
  const sizes = new Map<string, number>(Object.entries(given));
  groups.forEach((names, axis) => {
    const extent = at(shape, axis);
    const unknown = names.filter((name) => name !== '1' && !sizes.has(name));
    const known = product(names.filter((name) => name !== '1').map((name) => sizes.get(name) ?? 1));
    const rest = extent / known;
    const isClear =
      unknown.length === 1 ? Number.isInteger(rest) : unknown.length === 0 && rest === 1;
    if (!isClear) {
      const expected = `(${names.join(' ')}) to make ${extent}, with at most one size left open`;
      throw fault(pattern, 'the sizes do not fit', expected, formatShape(shape));
    }
    for (const name of unknown) sizes.set(name, rest);
  });
  return sizes;
}

/**
 * x with its axes named, taken apart, reordered and put together by a pattern.
 *
 * @param sizes - Sizes of axes that the tensor does not tell.
 *
 * @example
 * ```ts
 * import { ones, rearrange } from 'keratin';
 * console.log(rearrange(ones([2, 6, 4]), 'b (h c) w -> b c w h', { c: 3 }).shape); // [ 2, 3, 4, 2 ]
 * ```
 */
export function rearrange(
  x: TensorLike,
  pattern: string,
  sizes: Readonly<Record<string, number>> = {},
): Tensor {
  const input = asTensor(x);
  requireText('rearrange', 'the pattern', pattern);
  const [left, right, ...more] = pattern.split('->');
  if (left === undefined || right === undefined || more.length > 0) {
    throw fault(pattern, 'the pattern has two sides', 'one ->', pattern);
  }
  const [from, to] = [groupsOf(left, pattern), groupsOf(right, pattern)];
  const known = sizesOf(from, input.shape, sizes, pattern);
  const source = from.flat().filter((name) => name !== '1');
  const target = to.flat().filter((name) => name !== '1');
  if ([...source].sort().join() !== [...target].sort().join()) {
    throw fault(pattern, 'both sides name the same axes', source.join(' '), target.join(' '));
  }
  const sizeOf = (name: string): number => known.get(name) ?? 1;
  const apart = reshape(input, source.map(sizeOf));
  const ordered = transpose(
    apart,
    target.map((name) => source.indexOf(name)),
  );
  return reshape(
    ordered,
    to.map((names) => product(names.map(sizeOf))),
  );
}
