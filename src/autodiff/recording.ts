// Recording: an engine that remembers the calls gradients must walk back through.
import { type Engine, refusePromise } from '../core/engine.js';
import { type Call, defineOp } from '../core/op.js';
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

/** A variable takes on a value: the way back leads from what is read later to that value. */
const assigned = defineOp({
  name: 'assigned',
  infer: (inputs) => inputs,
  // Only tapes hold it.
  lower: () => [],
  grad: ({ dy }) => [dy],
});

/** The engine under a recording, and what it records. */
export interface Recording {
  readonly inner: Engine;
  readonly tape: Tape;
}

const recordings = new WeakMap<Engine, Recording>();

/** What an engine records; undefined for one that records nothing. */
export function recordingOf(engine: Engine): Recording | undefined {
  return recordings.get(engine);
}

/** Remembers calls that depend on what the tape watches; runs them on `inner`. */
export function recording(inner: Engine, tape: Tape, watchVariables: boolean): Engine {
  const engine: Engine = {
    ...inner,
    remembers: true,
    // The way back needs what scopes inside would free; it goes with the scope of the gradient.
    scope(body) {
      const result = body();
      refusePromise(result);
      return result;
    },
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
      // The first value that was read is the variable's; later ones were made of it, or of others.
      if (watchVariables && variable.trainable && !tape.variables.has(variable)) {
        tape.variables.set(variable, value);
        tape.active.add(value.id);
      }
      return value;
    },
    assignVariable(variable, value) {
      const before = variable.held;
      inner.assignVariable(variable, value);
      const { held } = variable;
      // While a step is traced the variable keeps what it holds, and reads give `value` itself.
      if (!tape.active.has(value.id) || held === before) return;
      tape.calls.push({ op: assigned, inputs: [value], outputs: [held], attrs: undefined });
      tape.active.add(held.id);
    },
  };
  recordings.set(engine, { inner, tape });
  return engine;
}
