// The steady part of a program: runs before the rest when a variable that it reads has changed since
// it last ran, and not otherwise. Its results stay in the program's arena (steady-first.ts).
import type { Block } from '../../core/device.js';
import type { Sequence } from '../../core/sequence-device.js';
import type { Variable } from '../../core/variable.js';
import { type KernelGraph, rootOf } from './kernel-graph.js';

/** The variables that the steady calls of a graph read. */
function variablesOf({ calls, steady = 0 }: KernelGraph): Set<Variable> {
  const roots = calls.slice(0, steady).flatMap(({ inputs }) => inputs.map(rootOf));
  return new Set(
    roots.flatMap(({ origin }) => (origin.kind === 'variable' ? [origin.variable] : [])),
  );
}

export class Preparation {
  readonly #variables: readonly Variable[];
  /** How often each variable had changed when this last ran. */
  #seen: readonly number[] | undefined;

  constructor(
    kernels: KernelGraph,
    private readonly sequence: Sequence,
  ) {
    this.#variables = [...variablesOf(kernels)];
  }

  /** Runs if what it left before is stale. */
  run(blocks: readonly Block[]): void {
    const now = this.#variables.map(({ changes }) => changes);
    if (this.#seen?.every((count, index) => count === now[index]) === true) return;
    // Should it fail on the way, it runs again.
    this.#seen = undefined;
    this.sequence.run(blocks);
    this.#seen = now;
  }

  dispose(): void {
    this.sequence.dispose();
  }
}
