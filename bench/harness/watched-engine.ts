// An engine that notes the time spent inside of compiled functions, so that what a loop like `fit`
// adds to its steps is seen without comparing two programs, whose places in memory differ.

import type { Engine } from '../../src/index.js';

export interface WatchedEngine {
  readonly engine: Engine;
  /** Milliseconds inside of compiled functions, and their calls, since it was last asked. */
  take(): { readonly milliseconds: number; readonly calls: number };
}

export function watched(inner: Engine): WatchedEngine {
  let [milliseconds, calls] = [0, 0];
  const timed =
    <A extends never[], R>(run: (...args: A) => R) =>
    (...args: A): R => {
      const start = performance.now();
      try {
        return run(...args);
      } finally {
        milliseconds += performance.now() - start;
        calls += 1;
      }
    };
  return {
    engine: {
      ...inner,
      compile: ((step: (...args: never[]) => unknown) =>
        timed(inner.compile(step))) as Engine['compile'],
    },
    take() {
      const taken = { milliseconds, calls };
      [milliseconds, calls] = [0, 0];
      return taken;
    },
  };
}
