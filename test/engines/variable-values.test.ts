// What is done to the value of a variable by those who got it: the variable keeps it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { currentEngine, memory, scope, type Tensor, tensor, Variable } from '../../src/index.js';
import * as tf from '../../src/tfjs/index.js';

type Step = (x: Tensor) => Tensor;
const engines: Readonly<Record<string, (step: Step) => Step>> = {
  eager: (step) => step,
  compiled: (step) => currentEngine().compile(step),
};

describe.each(Object.entries(engines))('the value of a variable, %s', (_, made) => {
  const w = new Variable(tensor([1, 2]));
  const step = made((x) => {
    const before = w.value;
    const next = before.add(x);
    w.assign(next);
    for (const done of [before, next]) done.dispose();
    return w.value.sum();
  });
  const x = tensor([1, 1]);

  beforeAll(() => step(x).dispose());
  afterAll(() => x.dispose());

  it('stays when a reader disposes of it', async () => {
    const before = await w.value.array();
    w.value.dispose();
    {
      using seen = w.value;
      expect(seen.isDisposed).toBe(false);
    }
    scope(() => w.value.dispose());
    expect(await w.value.array()).toEqual(before);
    step(x).dispose();
    expect(await w.value.array()).not.toEqual(before);
  });

  it('is freed when the variable gets another, at once where its reader is done with it', () => {
    w.value.dispose();
    const { blocks } = memory();
    for (let turn = 0; turn < 3; turn++) {
      w.value.dispose();
      step(x).dispose();
      w.value.dispose();
      expect(memory().blocks).toBe(blocks);
    }
  });

  it('stays for a reader that is not done with it', async () => {
    const seen = w.value;
    const values = await seen.array();
    made((change) => {
      w.assign(w.value.add(change));
      return change.sum();
    })(x).dispose();
    expect(await seen.array()).toEqual(values);
    seen.dispose();
    expect(seen.isDisposed).toBe(true);
    expect(await w.value.data()).toHaveLength(2);
  });
});

describe.each(['eager', 'compiled'])('what was read outside of a scope, %s', (engine) => {
  /** Adds x to w twice, each time in a scope; made once, so that it compiles once. */
  const additions = (w: Variable, x: Tensor): (() => void) => {
    const step: Step = (change) => {
      w.assign(w.value.add(change));
      return change;
    };
    const run = engines[engine]?.(step) ?? step;
    return () => {
      scope(() => run(x));
      scope(() => run(x));
    };
  };

  it('outlives the steps that change the variable', async () => {
    const w = new Variable(tensor([1, 2]));
    const seen = w.value;
    const returned = scope(() => w.value);
    additions(w, tensor([1, 1]))();
    expect(await seen.array()).toEqual([1, 2]);
    expect(await returned.array()).toEqual([1, 2]);
    expect(await w.value.array()).toEqual([3, 4]);
    seen.dispose();
    expect(seen.isDisposed).toBe(true);
  });

  it('stays what it is where a variable began with it', async () => {
    const start = tensor([1, 2]);
    const w = new Variable(start);
    additions(w, tensor([1, 1]))();
    expect(await start.array()).toEqual([1, 2]);
    expect(await w.value.array()).toEqual([3, 4]);
  });

  it('is freed with the scope in which it was read', () => {
    const w = new Variable(tensor([1, 2]));
    const add = additions(w, tensor([1, 1]));
    scope(() => w.value);
    add();
    const { blocks } = memory();
    scope(() => {
      const seen = w.value;
      add();
      expect(seen.isDisposed).toBe(false);
    });
    expect(memory().blocks).toBe(blocks);
  });
});

describe('a tensor that variables begin with', () => {
  it('may be disposed of by its maker', async () => {
    const start = tensor([3]);
    const first = new Variable(start);
    const second = new Variable(start);
    start.dispose();
    const step = currentEngine().compile((x: Tensor) => {
      first.assign(first.value.add(x));
      return first.value;
    });
    const x = tensor([1]);
    scope(() => step(x));
    expect([await first.value.item(), await second.value.item()]).toEqual([4, 3]);
  });

  it('goes when the last of them gets another value', () => {
    const start = tensor([3]);
    const other = tensor([4]);
    const { blocks } = memory();
    const variables = [new Variable(start), new Variable(start)];
    start.dispose();
    expect(start.isDisposed).toBe(true);
    for (const variable of variables) {
      expect(memory().blocks).toBe(blocks);
      variable.assign(other);
    }
    expect(memory().blocks).toBe(blocks - 1);
  });

  it('goes when a variable of TensorFlow.js is disposed of', () => {
    const { blocks } = memory();
    const w = tf.tidy(() => tf.variable(tf.tensor1d([1, 2])));
    expect(memory().blocks).toBe(blocks + 1);
    w.dispose();
    w.dispose();
    expect(memory().blocks).toBe(blocks);
    expect(() => w.value.add(1)).toThrow('freed');
  });
});
