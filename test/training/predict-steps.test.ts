// What predictStep and call may return to predict: tensors. Anything else is refused with the remedy.
import { describe, expect, it } from 'vitest';
import { KeratinError } from '../../src/core/errors.js';
import { Model, ones, type StepData, type Tensor, Variable } from '../../src/index.js';

/** Steps as programs without types write them. */
// biome-ignore lint/suspicious/noExplicitAny: mistakes that the compiler would refuse
type Loose = any;

class Steps extends Model {
  constructor(readonly step: (x: Tensor) => Loose) {
    super({ name: 'mine' });
  }

  override call(x: Tensor): Tensor {
    return x;
  }

  override predictStep({ x }: StepData<Tensor>): Loose {
    return this.step(x);
  }
}

class Calls extends Model {
  constructor(readonly body: (x: Tensor) => Loose) {
    super({ name: 'mine' });
  }

  override call(x: Tensor): Loose {
    return this.body(x);
  }
}

const JUNK: readonly [name: string, step: (x: Tensor) => unknown, ...parts: string[]][] = [
  ['nothing', () => undefined, 'undefined', 'return and the tensors'],
  ['null', () => null, 'null'],
  ['a number', () => 3, 'number 3'],
  ['a promise', async (x) => x, 'a promise', 'must not await'],
  ['an array', () => [[1, 2]], 'number 1 inside'],
  ['an empty list', () => [], 'an empty list'],
  ['a record with a number', (x) => ({ y: x, count: 3 }), 'number 3 inside'],
  ['a record with a promise', (x) => ({ y: Promise.resolve(x) }), 'a promise inside', 'await'],
  ['a variable', () => new Variable(ones([2])), 'a Variable'],
];

async function messageOf(run: Promise<unknown>): Promise<string> {
  const error: unknown = await run.then(
    () => 'nothing was thrown',
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof KeratinError)) throw error;
  return error.message;
}

const x = ones([4, 2]);

describe.each(JUNK)('a step of prediction that returns %s', (_name, step, ...parts) => {
  it.each([
    ['predict', (model: Model) => model.predict(x, { verbose: 0 })],
    ['predictOnBatch', (model: Model) => model.predictOnBatch(x)],
  ])('is refused by %s', async (_where, run) => {
    for (const model of [new Steps(step), new Calls(step)]) {
      const message = await messageOf(run(model));
      for (const part of ['mine', ...parts]) expect(message).toContain(part);
    }
  });
});

it('lists and records of tensors are well', async () => {
  const model = new Steps((given) => ({ twice: given.mul(2), both: [given, given.add(1)] }));
  const made: Loose = await model.predict(x, { verbose: 0, batchSize: 3 });
  expect([made.twice.shape, made.both[1].shape]).toEqual([
    [4, 2],
    [4, 2],
  ]);
});

it('every batch gives as many tensors', async () => {
  const model = new Steps((given) => (given.shape[0] === 3 ? [given, given] : [given]));
  const message = await messageOf(model.predict(x, { verbose: 0, batchSize: 3 }));
  expect(message).toContain('batch 1 gave another number of outputs');
});
