// Recording: an engine that remembers the calls gradients must walk back through.
import type { Engine } from '../core/engine.js';
import type { Call } from '../core/op.js';
import type { Tensor } from '../core/tensor.js';
import type { Variable } from '../core/variable.js';

/** What a recording keeps. */
export interface Tape {
  /** Calls with at least one input that depends on a watched tensor, in order. */
  readonly calls: Call[];
  /** Ids of tensors whose gradient matters. */
  readonly active: Set<number>;
  /** Trainable variables that were read, when they are watched. */
  readonly variables: Map<Variable, Tensor>;
}

export function newTape(): Tape {
  return { calls: [], active: new Set(), variables: new Map() };
}

/** Remembers calls that depend on what the tape watches; runs them on `inner`. */
export function recording(inner: Engine, tape: Tape, watchVariables: boolean): Engine {
  return {
    ...inner,
    remembers: true,
    apply(op, inputs, attrs) {
      const outputs = inner.apply(op, inputs, attrs);
      if ('none' in op.grad) return outputs;
      if (inputs.some((input) => tape.active.has(input.id))) {
        tape.calls.push({ op, inputs, outputs, attrs } as Call);
        for (const output of outputs) tape.active.add(output.id);
      }
      return outputs;
    },
    readVariable(variable) {
      const value = inner.readVariable(variable);
      if (watchVariables && variable.trainable) {
        tape.variables.set(variable, value);
        tape.active.add(value.id);
      }
      return value;
    },
  };
}
