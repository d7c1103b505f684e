// A weights file as a tree of the objects that it holds weights of, to look at and to change.
// file-editor.ts is the public class on top; hdf5/ reads and writes the bytes.
import { ArgumentError, FormatError, unknownName } from '../../core/errors.js';
import { joinedPath } from '../../core/names.js';
import type { AttributeValue } from '../hdf5/attributes.js';

/** The group of Keras's files that holds the weights of the object around it. */
const WEIGHTS_GROUP = 'vars';

type Attributes = ReadonlyMap<string, AttributeValue>;

/** An object of a file, such as a layer: its own weights, and the objects inside of it. */
export class SavedObjects<Weight> {
  readonly weights = new Map<string, Weight>();
  readonly inner = new Map<string, SavedObjects<Weight>>();
  /** What the file says of the object, its name among it. */
  attributes: Attributes = new Map();

  /** Whether there is a weight in here, however deep. */
  get holdsWeights(): boolean {
    return this.weights.size > 0 || [...this.inner.values()].some((object) => object.holdsWeights);
  }
}

/** The names of a path. */
function partsOf(path: string): readonly string[] {
  return path === '' ? [] : path.split('/');
}

/** The object at `parts`, made with all around it where missing. */
function made<Weight>(root: SavedObjects<Weight>, parts: readonly string[]): SavedObjects<Weight> {
  let object = root;
  for (const part of parts) {
    const inner = object.inner.get(part) ?? new SavedObjects<Weight>();
    object.inner.set(part, inner);
    object = inner;
  }
  return object;
}

/** The path of the object whose weights a group holds. */
function ownerOf(group: string): readonly string[] {
  const parts = partsOf(group);
  return parts.at(-1) === WEIGHTS_GROUP ? parts.slice(0, -1) : parts;
}

/** The tree of the arrays of a file, or of what stands for them, by full path. */
export function savedObjects<Weight>(
  arrays: ReadonlyMap<string, Weight>,
  attributes: ReadonlyMap<string, Attributes> = new Map(),
): SavedObjects<Weight> {
  const root = new SavedObjects<Weight>();
  for (const [path, array] of arrays) {
    const cut = path.lastIndexOf('/');
    const group = path.slice(0, Math.max(cut, 0));
    const name = path.slice(cut + 1);
    const object = made(root, ownerOf(group));
    if (object.weights.has(name)) {
      throw new FormatError({
        where: `weights file "${path.slice(0, 200)}"`,
        what: 'an object has two weights of one name',
        fix: 'the file is damaged: save it again',
      });
    }
    object.weights.set(name, array);
  }
  // Objects without weights of their own have names too.
  eachObject(root, (path, object) => {
    object.attributes = attributes.get(joinedPath(path, WEIGHTS_GROUP)) ?? object.attributes;
  });
  return root;
}

/** What {@link eachObject} tells of an object. */
export type Visit<Weight> = (path: string, object: SavedObjects<Weight>) => void;

/** Tells of every object, the outermost first; the path of that is ``. */
export function eachObject<Weight>(
  object: SavedObjects<Weight>,
  visit: Visit<Weight>,
  path = '',
): void {
  visit(path, object);
  for (const [name, inner] of object.inner) eachObject(inner, visit, joinedPath(path, name));
}

/** The arrays by full path again, and what the file says of their groups. */
export function arraysOf<Weight>(root: SavedObjects<Weight>): {
  readonly arrays: ReadonlyMap<string, Weight>;
  readonly attributes: ReadonlyMap<string, Attributes>;
} {
  const arrays = new Map<string, Weight>();
  const attributes = new Map<string, Attributes>();
  eachObject(root, (path, object) => {
    if (!object.holdsWeights) return;
    const group = joinedPath(path, WEIGHTS_GROUP);
    attributes.set(group, object.attributes);
    for (const [name, array] of object.weights) arrays.set(`${group}/${name}`, array);
  });
  return { arrays, attributes };
}

/** An object with what it lies in, to rename or remove it there. */
export interface Found<Weight> {
  readonly parent: SavedObjects<Weight>;
  readonly name: string;
  readonly path: string;
  readonly object: SavedObjects<Weight>;
}

function everyObject<Weight>(root: SavedObjects<Weight>): readonly Found<Weight>[] {
  const found: Found<Weight>[] = [];
  eachObject(root, (outer, parent) => {
    for (const [name, object] of parent.inner) {
      found.push({ parent, name, path: joinedPath(outer, name), object });
    }
  });
  return found;
}

/** The one object with this path or, where only one has it, this name. */
export function findObject<Weight>(
  where: string,
  root: SavedObjects<Weight>,
  wanted: string,
): Found<Weight> {
  const all = everyObject(root);
  const isPath = wanted.includes('/');
  const matches = all.filter(({ name, path }) => (isPath ? path : name) === wanted);
  const [first] = matches;
  if (first === undefined) {
    const paths = all.map(({ path }) => path);
    const names = isPath ? paths : [...paths, ...new Set(all.map(({ name }) => name))];
    throw unknownName('object of the file', wanted, names, where);
  }
  if (matches.length === 1) return first;
  throw new ArgumentError({
    where,
    what: `${matches.length} objects of the file are called "${wanted}"`,
    expected: `one of the paths ${matches.map(({ path }) => path).join(', ')}`,
    received: `"${wanted}"`,
    fix: `give the path, such as "${first.path}"`,
  });
}

/** Throws for what cannot be the name of an object or weight in a file. */
export function checkName(where: string, kind: string, name: unknown): asserts name is string {
  const isName = typeof name === 'string' && name !== '' && !name.includes('/');
  if (isName && name !== '.' && name !== '..') return;
  throw new ArgumentError({
    where,
    what: `this cannot be the name of ${kind}`,
    expected: 'a text that is not empty and has no "/"',
    received: JSON.stringify(name)?.slice(0, 100) ?? String(name),
    fix: 'give the last name alone, such as "dense_2"',
  });
}
