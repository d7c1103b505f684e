// The state of loops and branches: a tensor, or lists and records of tensors, as a flat list of
// tensors and back. For control flow, which hands flat lists to engines.
import { ShapeError } from '../core/errors.js';
import { at, sameNumbers } from '../core/sequence.js';
import { formatShape, type Spec } from '../core/shape.js';
import { isTensor, type Tensor } from '../core/tensor.js';
import { flattenTree, mapTree, type Tree } from '../core/tree.js';

/** A tensor, or lists and records of tensors, nested to any depth. */
export type State = Tree<Tensor>;

/** The tensors of a state, records in the order of their sorted keys. */
export function tensorsOf(state: unknown): Tensor[] {
  return flattenTree(state, isTensor);
}

/** The same state with other tensors, in the order of `tensorsOf`. */
export function withTensors<S extends State>(state: S, tensors: readonly Tensor[]): S {
  let next = 0;
  // Replacing a leaf by a leaf gives a tree of the same type.
  return mapTree<Tensor, Tensor>(state, isTensor, () => at(tensors, next++)) as S;
}

/** The same state with every tensor replaced. */
export function mapTensors<S extends State>(state: S, replace: (tensor: Tensor) => Tensor): S {
  return withTensors(state, tensorsOf(state).map(replace));
}

function describe(specs: readonly Spec[]): string {
  if (specs.length === 0) return 'no tensors';
  return specs.map(({ shape, dtype }) => `${formatShape(shape)} of ${dtype}`).join(', ');
}

/** Throws unless two lists of tensors have the same shapes and dtypes. */
export function requireSameSpecs(
  where: string,
  what: string,
  expected: readonly Spec[],
  received: readonly Spec[],
): void {
  const same =
    expected.length === received.length &&
    expected.every((spec, index) => {
      const other = at(received, index);
      return spec.dtype === other.dtype && sameNumbers(spec.shape, other.shape);
    });
  if (same) return;
  throw new ShapeError({
    where,
    what,
    expected: describe(expected),
    received: describe(received),
    fix: 'return tensors of the same shapes and dtypes; cast or reshape them if need be',
  });
}
