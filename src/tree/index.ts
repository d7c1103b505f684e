// keras.tree: lists and records of anything, nested to any depth, on core/tree.ts. Everything that is
// neither a list nor a plain record is a leaf; records go in the order of their sorted keys.
import { ArgumentError } from '../core/errors.js';
import { at } from '../core/sequence.js';
import { flattenTree, isList, isRecord, mapTree, type Tree } from '../core/tree.js';

/** The way to a leaf: keys and places. */
export type TreePath = readonly (string | number)[];

function isLeaf(value: unknown): value is unknown {
  return !isNested(value);
}

/**
 * Whether a value is a list or a record, which may be empty.
 *
 * @example
 * ```ts
 * import { tree } from 'keratin';
 * console.log(tree.isNested([]), tree.isNested(3)); // true false
 * ```
 */
export function isNested(value: unknown): boolean {
  return isList(value) || isRecord(value);
}

/**
 * The leaves from first to last.
 *
 * @example
 * ```ts
 * import { tree } from 'keratin';
 * console.log(tree.flatten({ b: [1, 2], a: [3, { c: 4 }] })); // [ 3, 4, 1, 2 ]
 * ```
 */
export function flatten(structure: unknown): unknown[] {
  return flattenTree(structure, isLeaf);
}

/**
 * The leaves from first to last, each with the way to it.
 *
 * @example
 * ```ts
 * import { tree } from 'keratin';
 * console.log(tree.flattenWithPath({ b: [5] })); // [ [ [ 'b', 0 ], 5 ] ]
 * ```
 */
export function flattenWithPath(structure: unknown): [path: TreePath, leaf: unknown][] {
  const found: [TreePath, unknown][] = [];
  mapTree(structure as Tree<unknown>, isLeaf, (leaf, path) => found.push([path, leaf]));
  return found;
}

function pathsOf(structure: unknown): string[] {
  return flattenWithPath(structure).map(([path]) => JSON.stringify(path));
}

/** Where two structures part; undefined where they agree. */
function difference(a: unknown, b: unknown, path: TreePath = []): string | undefined {
  const place = path.length === 0 ? 'the top' : path.join('/');
  if (isList(a) && isList(b)) {
    if (a.length !== b.length) return `${a.length} and ${b.length} entries at ${place}`;
    return a.map((item, index) => difference(item, b[index], [...path, index])).find(Boolean);
  }
  if (isRecord(a) && isRecord(b)) {
    const [keys, others] = [Object.keys(a).sort(), Object.keys(b).sort()];
    if (keys.join() !== others.join()) return `keys ${keys} and ${others} at ${place}`;
    return keys.map((key) => difference(a[key], b[key], [...path, key])).find(Boolean);
  }
  return isNested(a) || isNested(b) ? `a leaf and something nested at ${place}` : undefined;
}

/**
 * Throws unless both are nested alike.
 *
 * @throws ArgumentError that names the first place where they differ.
 * @example
 * ```ts
 * import { tree } from 'keratin';
 * tree.assertSameStructure([1, { x: 2 }], [3, { x: 4 }]);
 * ```
 */
export function assertSameStructure(a: unknown, b: unknown): void {
  const found = difference(a, b);
  if (found === undefined) return;
  throw new ArgumentError({
    where: 'tree',
    what: 'the structures differ',
    expected: 'lists of one length and records of the same keys',
    received: found,
    fix: 'give both the same structure',
  });
}

/** Throws unless the ways to all leaves are the same; a list counts like a record of places. */
export function assertSamePaths(a: unknown, b: unknown): void {
  const [left, right] = [pathsOf(a), pathsOf(b)];
  const missing = left.filter((path) => !right.includes(path));
  const more = right.filter((path) => !left.includes(path));
  if (missing.length === 0 && more.length === 0) return;
  throw new ArgumentError({
    where: 'tree',
    what: 'the ways to the leaves differ',
    expected: left.join(' '),
    received: right.join(' '),
    fix: `add ${missing.join(' ') || 'nothing'} and drop ${more.join(' ') || 'nothing'}`,
  });
}

/**
 * A structure like `structure` with these leaves.
 *
 * @throws ArgumentError where there are more or fewer leaves.
 * @example
 * ```ts
 * import { tree } from 'keratin';
 * console.log(tree.packSequenceAs({ b: [0], a: 0 }, [1, 2])); // { a: 1, b: [ 2 ] }
 * ```
 */
export function packSequenceAs(structure: unknown, leaves: readonly unknown[]): unknown {
  const count = flatten(structure).length;
  if (count !== leaves.length) {
    throw new ArgumentError({
      where: 'tree.packSequenceAs',
      what: 'the leaves do not fill the structure',
      expected: `${count} leaves`,
      received: String(leaves.length),
      fix: 'give one value for each leaf',
    });
  }
  let next = 0;
  return mapTree(structure as Tree<unknown>, isLeaf, () => at(leaves, next++));
}

/**
 * `fn` of the leaves that stand at the same place in all structures, nested like the first.
 *
 * @example
 * ```ts
 * import { tree } from 'keratin';
 * const sums = tree.mapStructure((a, b) => Number(a) + Number(b), [1, { x: 2 }], [10, { x: 20 }]);
 * console.log(sums); // [ 11, { x: 22 } ]
 * ```
 */
export function mapStructure(
  fn: (...leaves: unknown[]) => unknown,
  first: unknown,
  ...others: readonly unknown[]
): unknown {
  for (const other of others) assertSameStructure(first, other);
  const lists = [first, ...others].map(flatten);
  const results = at(lists, 0).map((_, index) => fn(...lists.map((list) => at(list, index))));
  return packSequenceAs(first, results);
}

/** What of `structure` stands where `shallow` has its leaves. */
function partsUnder(shallow: unknown, structure: unknown): unknown[] {
  return flattenWithPath(shallow).map(([path]) =>
    path.reduce<unknown>((part, key) => {
      const found: unknown = isNested(part) ? Reflect.get(Object(part), key) : undefined;
      if (found !== undefined) return found;
      throw new ArgumentError({
        where: 'tree.mapStructureUpTo',
        what: 'the structure is not as deep as the shallow one',
        expected: `something at ${path.join('/')}`,
        received: 'nothing there',
        fix: 'give structures that begin like the shallow one',
      });
    }, structure),
  );
}

/**
 * `fn` of what stands where `shallow` has its leaves, nested like `shallow`.
 *
 * @example
 * ```ts
 * import { tree } from 'keratin';
 * const firsts = tree.mapStructureUpTo([0, 0], (part) => String(part), [[1, 2], 3]);
 * console.log(firsts); // [ '1,2', '3' ]
 * ```
 */
export function mapStructureUpTo(
  shallow: unknown,
  fn: (...parts: unknown[]) => unknown,
  ...structures: readonly unknown[]
): unknown {
  const lists = structures.map((structure) => partsUnder(shallow, structure));
  const results = flatten(shallow).map((_, index) => fn(...lists.map((list) => at(list, index))));
  return packSequenceAs(shallow, results);
}

function isShape(value: unknown): boolean {
  return isList(value) && value.every((size) => size === null || typeof size === 'number');
}

/**
 * `fn` of each shape, a list of numbers and nulls, in a structure of shapes.
 *
 * @example
 * ```ts
 * import { tree } from 'keratin';
 * console.log(tree.mapShapeStructure((shape) => shape.length, { x: [2, 3], y: [null] })); // { x: 2, y: 1 }
 * ```
 */
export function mapShapeStructure(
  fn: (shape: readonly (number | null)[]) => unknown,
  structure: unknown,
): unknown {
  if (isShape(structure)) return fn(structure as readonly (number | null)[]);
  if (isList(structure)) return structure.map((item) => mapShapeStructure(fn, item));
  if (!isRecord(structure)) return structure;
  const entries = Object.entries(structure).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, mapShapeStructure(fn, item)]));
}

/**
 * The structure with every part replaced by what `fn` gives for it; undefined keeps a part and goes
 * into it. Parts come before what is in them, or behind it where `topDown` is false.
 *
 * @example
 * ```ts
 * import { tree } from 'keratin';
 * const doubled = tree.traverse((x) => (typeof x === 'number' ? x * 2 : undefined), [1, [2]]);
 * console.log(doubled); // [ 2, [ 4 ] ]
 * ```
 */
export function traverse(
  fn: (part: unknown) => unknown,
  structure: unknown,
  topDown = true,
): unknown {
  if (topDown) {
    const replaced = fn(structure);
    if (replaced !== undefined) return replaced;
  }
  const inside = isList(structure)
    ? structure.map((item) => traverse(fn, item, topDown))
    : isRecord(structure)
      ? Object.fromEntries(
          Object.keys(structure)
            .sort()
            .map((key) => [key, traverse(fn, structure[key], topDown)]),
        )
      : structure;
  return topDown ? inside : (fn(inside) ?? inside);
}
