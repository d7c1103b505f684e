// What steps may report, and what is left of one that fails.
import { describe, expect, it } from 'vitest';
import { ArgumentError, ops, Sequential, ShapeError, scope, tensor } from '../../src/index.js';
import { line, unit, valuesOf } from './small-models.js';

const { x, y } = line(8);
const quiet = { verbose: 0 } as const;

/** A model whose step of training reports what it is told to. */
class Reporting extends Sequential {
  report: unknown;

  override trainStep(data: Parameters<Sequential['trainStep']>[0]) {
    super.trainStep(data);
    return this.report as ReturnType<Sequential['trainStep']>;
  }
}

function reporting(report: unknown, runEagerly: boolean): Reporting {
  const model = new Reporting(unit().layers);
  model.report = report;
  model.compile({ optimizer: 'sgd', loss: 'mse', runEagerly });
  return model;
}

describe.each([false, true])('a step, op by op: %s', (runEagerly) => {
  it('may report plain numbers', async () => {
    const model = reporting({ loss: 1.5, steps: 3 }, runEagerly);
    const { history } = await model.fit(x, y, quiet);
    expect(history).toEqual({ loss: [1.5], steps: [3] });
    expect(await model.trainOnBatch(x, y)).toEqual({ loss: 1.5, steps: 3 });
  });

  it.each([
    ['a number', 1.5, 'received number 1.5'],
    ['nothing', undefined, 'received undefined'],
    ['null', null, 'received null'],
    ['a list', [1], 'received a list of 1'],
    ['a tensor', tensor(1), 'received a tensor'],
    ['a promise', Promise.resolve({}), 'must not await'],
    ['a text', { loss: 'low' }, '"loss" is nothing that a step can report'],
    ['a hole', { loss: null }, 'expected a tensor or a number'],
  ])('cannot report %s', async (_, report, says) => {
    const model = reporting(report, runEagerly);
    const before = await valuesOf(model);
    const fitted = model.fit(x, y, quiet);
    await expect(fitted).rejects.toThrow(ArgumentError);
    await expect(model.trainOnBatch(x, y)).rejects.toThrow(says);
    expect(await valuesOf(model)).toEqual(before);
  });

  it('that fails on one batch says why, and changes nothing', async () => {
    const model = unit({ optimizer: 'adam', metrics: ['mae'], runEagerly });
    await model.trainOnBatch(x, y);
    const before = await valuesOf(model);
    const wrong = ops.ones([3, 1]);
    await expect(model.trainOnBatch(x, wrong)).rejects.toThrow(ShapeError);
    const says = 'targets and predictions have shapes that do not fit each other';
    await expect(model.testOnBatch(x, wrong)).rejects.toThrow(says);
    expect(await valuesOf(model)).toEqual(before);
    const logs = await model.testOnBatch(x, y);
    expect(Object.keys(logs)).toEqual(['loss', 'mae']);
  });

  it('undoes what it changed inside of scopes of its own', async () => {
    class Failing extends Sequential {
      override trainStep(data: Parameters<Sequential['trainStep']>[0]) {
        scope(() => {
          for (const weight of this.weights) weight.assign(weight.value.add(1));
          scope(() => super.trainStep(data));
        });
        if (data.x !== undefined) throw new Error('after the update');
        return {};
      }
    }
    const model = new Failing(unit().layers);
    model.compile({ optimizer: 'adam', loss: 'mse', runEagerly });
    const before = await valuesOf(model);
    await expect(model.fit(x, y, quiet)).rejects.toThrow('after the update');
    await expect(model.trainOnBatch(x, y)).rejects.toThrow('after the update');
    expect(await valuesOf(model)).toEqual(before);
    expect((await model.predict(x, quiet)).shape).toEqual([8, 1]);
  });
});
