// Profiling: an engine that adds up how often each op runs, and for how long.
import type { Engine } from '../../core/engine.js';

/** Uses of one op. */
export interface OpProfile {
  calls: number;
  milliseconds: number;
}

/** Measures every call; on devices that run later the time is that of handing work over. */
export function profiling(inner: Engine, profile: Map<string, OpProfile>): Engine {
  return {
    ...inner,
    apply(op, inputs, attrs) {
      const start = performance.now();
      const outputs = inner.apply(op, inputs, attrs);
      const milliseconds = performance.now() - start;
      const entry = profile.get(op.name);
      if (entry === undefined) profile.set(op.name, { calls: 1, milliseconds });
      else {
        entry.calls++;
        entry.milliseconds += milliseconds;
      }
      return outputs;
    },
  };
}
