// Steps that run op by op change all of their variables or none: what an exception leaves half done
// is undone. Compiled steps need no such help, since they change variables after everything else.
import { currentEngine, type Engine, refusePromise, withEngine } from './engine.js';
import type { Tensor } from './tensor.js';
import type { Variable } from './variable.js';

/**
 * The same step, after which variables are as they were if it throws. Old values live to the end
 * of the step, in its scope, whatever scopes there are inside.
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
      scope: (body, onlyOutermost) => outliving(engine, before, body, onlyOutermost),
    };
    const { beginScope } = engine;
    if (beginScope !== undefined) {
      noting.beginScope = () => {
        const end = beginScope();
        return (result) => end([result, before]);
      };
    }
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

/** Runs `body` in a scope that frees no value of `before`, even if it throws. */
function outliving<T>(
  engine: Engine,
  before: ReadonlyMap<Variable, Tensor>,
  body: () => T,
  onlyOutermost?: boolean,
): T {
  const [end] = engine.scope((): [end: () => T, ...alive: unknown[]] => {
    try {
      const result = body();
      refusePromise(result);
      return [() => result, result, before];
    } catch (error) {
      const fail = (): T => {
        throw error;
      };
      return [fail, before];
    }
  }, onlyOutermost);
  return end();
}
