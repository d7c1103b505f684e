// Transformations made of those of several layers: names are prefixed by the layer's.
import type { Transformation } from './image-layer.js';

/** All numbers in one record, under `part.name`. */
export function joined(
  parts: Iterable<readonly [part: string, numbers: Transformation | undefined]>,
): Transformation {
  const entries = [...parts].flatMap(([part, numbers]) =>
    Object.entries(numbers ?? {}).map(([name, value]) => [`${part}.${name}`, value] as const),
  );
  return Object.fromEntries(entries);
}

/** The numbers of one part. */
export function entriesOf(all: Transformation | undefined, part: string): Transformation {
  const prefix = `${part}.`;
  const entries = Object.entries(all ?? {}).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(entries.map(([name, value]) => [name.slice(prefix.length), value]));
}
