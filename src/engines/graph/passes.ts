// Running passes: each has a name, says which ones it needs before it, and gives a new graph.
// Tests listen in and verify what every pass leaves.
import { KeratinError } from '../../core/errors.js';

/** A pass over graphs of one kind. */
export interface Pass<G> {
  readonly name: string;
  /** Names of the passes that must have run before. */
  readonly needs: readonly string[];
  readonly run: (graph: G) => G;
}

/** Told of every graph that a pass has made. */
export type PassListener = (pass: string, graph: unknown) => void;

let listener: PassListener | undefined;

/** Has every graph that passes make checked; for tests, which verify them. */
export function onEveryPass(listen: PassListener | undefined): void {
  listener = listen;
}

/** Runs one pass. */
export function runPass<G>(pass: Pass<G>, graph: G): G {
  const result = pass.run(graph);
  listener?.(pass.name, result);
  return result;
}

/** Runs passes in order. */
export function runPasses<G>(passes: readonly Pass<G>[], graph: G): G {
  return passes.reduce((before, pass) => runPass(pass, before), graph);
}

/** Checks that every pass comes after those it needs. */
export function requireOrder<G>(passes: readonly Pass<G>[]): void {
  const done = new Set<string>();
  for (const { name, needs } of passes) {
    const missing = needs.find((need) => !done.has(need));
    if (missing !== undefined) {
      throw new KeratinError({
        where: 'passes',
        what: `the pass "${name}" runs before "${missing}", which it needs`,
      });
    }
    done.add(name);
  }
}
