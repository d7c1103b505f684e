// Lists of one: a model with one input or output takes and gives it by itself.
import { at } from '../../core/sequence.js';
import { isList, type Tree } from '../../core/tree.js';

/** A list of one is that one; what else there is stays as it is. */
export function alone<T>(tree: Tree<T>): Tree<T> {
  if (!isList(tree) || tree.length !== 1) return tree;
  const list: readonly Tree<T>[] = tree;
  return at(list, 0);
}
