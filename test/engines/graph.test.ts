// The compiled engine: same numbers as eager, one program per signature, values that users hold
// never change, the same bits for any number of threads, clear refusals.
import { beforeEach, describe, expect, it } from 'vitest';
import {
  concat,
  convTranspose2d,
  currentEngine,
  memory,
  ones,
  random,
  SeedGenerator,
  StateError,
  scatterAdd,
  scope,
  setEngine,
  setThreads,
  softmax,
  type Tensor,
  tensor,
  Variable,
  valueAndGradient,
  where,
} from '../../src/index.js';

beforeEach(() => {
  setEngine('graph');
  setThreads(1);
});

type Step = (x: Tensor) => Record<string, Tensor>;

const compiled = <F extends (...args: never[]) => unknown>(step: F): F =>
  currentEngine().compile(step);

async function bothWays(step: Step, x: Tensor): Promise<void> {
  const eager = step(x);
  const graph = compiled(step)(x);
  expect(Object.keys(graph)).toEqual(Object.keys(eager));
  for (const [name, value] of Object.entries(eager)) {
    const found = await graph[name]?.data();
    const wanted = await value.data();
    expect(found?.length).toBe(wanted.length);
    wanted.forEach((number, index) => {
      const bound = 1e-5 + 1e-5 * Math.abs(number);
      expect(Math.abs((found?.[index] ?? Number.NaN) - number)).toBeLessThanOrEqual(bound);
    });
  }
}

const pattern = (shape: number[], scale = 1): Tensor => {
  const size = shape.reduce((product, extent) => product * extent, 1);
  const values = Float32Array.from({ length: size }, (_, index) => scale * Math.sin(index * 1.7));
  return tensor(values, { shape });
};

describe('a compiled step', () => {
  it('fuses maps, views and reductions without changing numbers', async () => {
    await bothWays(
      (x) => {
        const scaled = x.mul(2).add(1).tanh();
        return {
          chain: scaled.exp().sub(x),
          turned: scaled.transpose([1, 0]).mul(3).reshape([12]),
          rows: scaled.sum({ axis: 1 }).sqrt().add(1),
          columns: scaled.mean({ axis: 0 }),
          soft: softmax(scaled.add(x), { axis: -1 }),
          joined: concat([x, scaled], 0),
          picked: where(x.greater(0), scaled, x),
        };
      },
      pattern([3, 4]),
    );
  });

  it('fuses the finish of products, also when the reduced axis is done in blocks', async () => {
    const weight = pattern([1500, 20], 0.05);
    const bias = pattern([20]);
    await bothWays(
      (x) => {
        const y = x.matmul(weight).add(bias);
        return { relu: y.relu(), both: y.mul(y), last: y.sigmoid().sum({ axis: 0 }) };
      },
      pattern([18, 1500], 0.05),
    );
  });

  it('is traced once for each signature', () => {
    let traces = 0;
    const step = compiled((x: Tensor) => {
      traces++;
      return x.add(1);
    });
    scope(() => {
      for (const size of [3, 4, 3, 4, 3]) step(ones([size]));
    });
    expect(traces).toBe(2);
  });

  it('refuses to read a value, and says what to use instead', async () => {
    await expect(async () => {
      await compiled((x: Tensor) => x.sum().data())(ones([2]));
    }).rejects.toThrow(StateError);
  });

  it('keeps constants from outside alive', async () => {
    const step = scope(() => {
      const outside = tensor([5, 6]);
      const made = compiled((x: Tensor) => x.add(outside));
      made(tensor([1, 1]));
      return made;
    });
    expect(await step(tensor([1, 2])).array()).toEqual([6, 8]);
  });
});

describe('variables in a compiled step', () => {
  it('change in place, but never under the hands of who holds their value', async () => {
    const weight = new Variable(tensor([1, 2, 3]));
    const step = compiled(() => {
      weight.assign(weight.value.mul(2));
      return {};
    });
    step();
    const held = weight.value;
    step();
    expect(await held.array()).toEqual([2, 4, 6]);
    expect(await weight.value.array()).toEqual([4, 8, 12]);
    weight.assign(tensor([1, 1, 1]));
    step();
    expect(await weight.value.array()).toEqual([2, 2, 2]);
  });

  it('see what earlier lines of the step assigned', async () => {
    const total = new Variable(tensor(0));
    const count = new Variable(tensor(0));
    const step = compiled((x: Tensor) => {
      total.assign(total.value.add(x.sum()));
      count.assign(count.value.add(x.size));
      return total.value.div(count.value);
    });
    expect(await step(ones([20])).item()).toBe(1);
    expect(await step(ones([20])).item()).toBe(1);
    expect(await total.value.item()).toBe(40);
  });

  it('may swap values', async () => {
    const a = new Variable(tensor([1]));
    const b = new Variable(tensor([2]));
    const swap = compiled(() => {
      const old = a.value;
      a.assign(b.value);
      b.assign(old);
      return {};
    });
    swap();
    expect([await a.value.item(), await b.value.item()]).toEqual([2, 1]);
  });

  it('may be made inside the step', async () => {
    let inner: Variable | undefined;
    const step = compiled((x: Tensor) => {
      inner ??= new Variable(ones([2]).mul(3));
      return x.mul(inner.value);
    });
    expect(await step(tensor([1, 2])).array()).toEqual([3, 6]);
    expect(await step(tensor([2, 2])).array()).toEqual([6, 6]);
  });

  it('hold the state of random numbers', async () => {
    const draw = (seed: SeedGenerator) => (): Tensor => random.uniform([4], { seed });
    const eager = draw(new SeedGenerator(7));
    const graph = compiled(draw(new SeedGenerator(7)));
    for (let turn = 0; turn < 3; turn++) {
      expect(await graph().array()).toEqual(await eager().array());
    }
  });
});

describe('threads', () => {
  const training = (): ((x: Tensor) => Tensor) => {
    const weight = new Variable(pattern([70, 33], 0.1));
    const bias = new Variable(pattern([33], 0.1));
    return compiled((x: Tensor) => {
      const { value, gradients } = valueAndGradient(() => {
        const y = x.matmul(weight.value).add(bias.value).tanh();
        return softmax(y).square().sum();
      }, [weight, bias]);
      [weight, bias].forEach((variable, index) => {
        const gradient = gradients[index];
        if (gradient !== undefined) variable.assign(variable.value.sub(gradient.mul(0.5)));
      });
      return value;
    });
  };

  it('give the same bits, whatever their number', async () => {
    const runs: number[][] = [];
    for (const threads of [1, 2, 4]) {
      setThreads(threads);
      const step = training();
      const losses: number[] = [];
      for (let turn = 0; turn < 5; turn++) losses.push(await step(pattern([41, 70])).item());
      runs.push(losses);
    }
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]).toEqual(runs[0]);
  });

  it('refuse a number that is none', () => {
    expect(() => setThreads(0)).toThrow('whole number of at least 1');
  });
});

describe('memory', () => {
  it('stays flat over many steps', () => {
    const weight = new Variable(pattern([8, 8], 0.1));
    const step = compiled((x: Tensor) => {
      weight.assign(weight.value.sub(x.matmul(weight.value).mul(0.01)));
      return weight.value.sum();
    });
    const x = pattern([8, 8]);
    const run = (): void => scope(() => void step(x));
    run();
    const before = memory().blocks;
    for (let turn = 0; turn < 2000; turn++) run();
    expect(memory().blocks).toBe(before);
  });

  it('is bounded when shapes never repeat', () => {
    const step = compiled((x: Tensor) => x.mul(2).sum());
    const run = (size: number): void => scope(() => void step(ones([size])));
    for (let size = 1; size <= 20; size++) run(size);
    const before = memory().blocks;
    for (let size = 21; size <= 60; size++) run(size);
    expect(memory().blocks - before).toBeLessThan(50);
  });
});

describe('kernels that write one value in parts', () => {
  it('are not taken for one another by fusion', async () => {
    const kernel = pattern([3, 3, 2, 2], 0.3);
    const bias = pattern([2]);
    await bothWays(
      (x) => ({
        transposed: convTranspose2d(x, kernel, { strides: 2, padding: 'same' }).add(bias),
        scattered: scatterAdd(x.reshape([32]), [[1], [5], [1]], [1, 2, 3]).mul(2),
      }),
      pattern([1, 4, 4, 2]),
    );
  });
});
