// Trees: nested lists and records with leaves of one kind, such as the inputs of a model.

/** A value, or lists and records of values, nested to any depth. */
export type Tree<T> = T | readonly Tree<T>[] | { readonly [key: string]: Tree<T> };

/** Tells leaves from lists and records. */
export type IsLeaf<T> = (value: unknown) => value is T;

export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** An object literal, not an instance of a class. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The leaves from first to last; records in the order of their sorted keys, as Keras. */
export function flattenTree<T>(tree: unknown, isLeaf: IsLeaf<T>): T[] {
  if (isLeaf(tree)) return [tree];
  if (isList(tree)) return tree.flatMap((item) => flattenTree(item, isLeaf));
  if (!isRecord(tree)) return [];
  return Object.keys(tree)
    .sort()
    .flatMap((key) => flattenTree(tree[key], isLeaf));
}

/** The same tree with every leaf replaced, visited in the order of `flattenTree`. */
export function mapTree<T, U>(
  tree: Tree<T>,
  isLeaf: IsLeaf<T>,
  replace: (leaf: T, path: readonly (string | number)[]) => U,
  path: readonly (string | number)[] = [],
): Tree<U> {
  if (isLeaf(tree)) return replace(tree, path);
  if (isList(tree)) {
    const list: readonly Tree<T>[] = tree;
    return list.map((item, index) => mapTree(item, isLeaf, replace, [...path, index]));
  }
  const result: Record<string, Tree<U>> = {};
  // Numbers and other constants among the leaves have no keys and are skipped by `flattenTree`;
  // whoever mixes them in gets them back as they are.
  if (!isRecord(tree)) return tree;
  for (const key of Object.keys(tree).sort()) {
    const item = tree[key];
    if (item !== undefined) result[key] = mapTree(item, isLeaf, replace, [...path, key]);
  }
  return result;
}
