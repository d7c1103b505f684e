// Steps that run op by op change all of their variables or none: what an exception leaves half done
// is undone. Compiled steps need no such help, since they change variables after everything else.
import { currentEngine, type Engine, withEngine } from './engine.js';
import type { Tensor } from './tensor.js';
import type { Variable } from './variable.js';

/**
 * The same step, after which variables are as they were if it throws. Old values live to the end
 * of the step anyway, in its scope, so remembering them costs no memory.
 */
export function allOrNothing<F extends (...args: never[]) => unknown>(step: F): F {
  const call = (...args: never[]): unknown => {
    const engine = currentEngine();
    const before = new Map<Variable, Tensor>();
    const noting: Engine = {
      ...engine,
      assignVariable(variable, value) {
        if (!before.has(variable)) before.set(variable, variable.held);
        engine.assignVariable(variable, value);
      },
    };
    return engine.scope(() => {
      try {
        return withEngine(noting, () => step(...args));
      } catch (error) {
        for (const [variable, value] of before) engine.assignVariable(variable, value);
        throw error;
      }
    }, true);
  };
  // It takes and gives what the step does.
  return call as F;
}
