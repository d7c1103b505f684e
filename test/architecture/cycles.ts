// Finds import cycles among the files of src/, for the architecture test. Imports of types are
// erased and lazy imports run later, so neither can make a cycle.

import type { Source } from './sources.js';

/** Every cycle once, as the list of files along it, ending where it began. */
export function findCycles(sources: readonly Source[]): string[][] {
  const edges = new Map(
    sources.map((source) => [
      source.path,
      source.imports.filter((edge) => edge.kind === 'value').map((edge) => edge.path),
    ]),
  );
  const done = new Set<string>();
  const trail: string[] = [];
  const cycles: string[][] = [];
  const walk = (path: string): void => {
    const seenAt = trail.indexOf(path);
    if (seenAt >= 0) {
      cycles.push([...trail.slice(seenAt), path]);
      return;
    }
    if (done.has(path)) return;
    trail.push(path);
    for (const next of edges.get(path) ?? []) walk(next);
    trail.pop();
    done.add(path);
  };
  for (const path of edges.keys()) walk(path);
  return cycles;
}
