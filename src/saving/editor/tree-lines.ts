// The objects and weights of a file as lines of a tree, for people. file-editor.ts prints them.
import { formatShape } from '../../core/shape.js';
import type { FileArray } from '../hdf5/read.js';
import type { SavedObjects } from './saved-objects.js';

/** One branch: what it says, and what hangs below it. */
interface Branch {
  readonly label: string;
  readonly object?: SavedObjects<FileArray>;
}

function branchesOf(object: SavedObjects<FileArray>): readonly Branch[] {
  const weights = [...object.weights].map(([name, { shape, dtype }]) => ({
    label: `${name}: shape=${formatShape(shape)}, dtype=${dtype}`,
  }));
  const inner = [...object.inner].map(([key, each]) => {
    const name = each.attributes.get('name');
    const isNamed = typeof name === 'string' && name !== key;
    return { label: isNamed ? `${key} ('${name}')` : key, object: each };
  });
  return [...weights, ...inner];
}

/** A line for each weight and object, indented by what it lies in. */
export function treeLines(object: SavedObjects<FileArray>, indent = '  '): readonly string[] {
  const branches = branchesOf(object);
  return branches.flatMap(({ label, object: inner }, index) => {
    const isLast = index === branches.length - 1;
    const line = `${indent}${isLast ? '└─' : '├─'} ${label}`;
    const below = `${indent}${isLast ? '   ' : '│  '}`;
    return inner === undefined ? [line] : [line, ...treeLines(inner, below)];
  });
}
