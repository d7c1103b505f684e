// Finds the layers that a layer holds in its properties, in the order they were assigned.
import { isList, isRecord } from '../core/tree.js';

/** A layer, or layers nested in lists, maps, sets and records. */
export type Holding<T> = readonly [property: string, layers: readonly T[]];

function collect<T>(value: unknown, isChild: (value: unknown) => value is T, into: T[]): void {
  if (isChild(value)) {
    into.push(value);
    return;
  }
  if (value instanceof Map || value instanceof Set) {
    for (const item of value.values()) collect(item, isChild, into);
    return;
  }
  const items = isList(value) ? value : isRecord(value) ? Object.values(value) : [];
  // Long lists of plain values (vocabularies, sizes) hold no layers: one look is enough.
  if (typeof items[0] !== 'object') return;
  for (const item of items) collect(item, isChild, into);
}

/** Properties of `owner` that hold children, with the children in order. */
export function childrenOf<T>(
  owner: object,
  isChild: (value: unknown) => value is T,
  ignored: ReadonlySet<string>,
): Holding<T>[] {
  const result: Holding<T>[] = [];
  for (const [property, value] of Object.entries(owner)) {
    if (ignored.has(property) || typeof value !== 'object' || value === null) continue;
    const found: T[] = [];
    collect(value, isChild, found);
    if (found.length > 0) result.push([property, found]);
  }
  return result;
}
