// Loops and branches in compiled steps: the same numbers and gradients as op by op, for any number
// of threads; programs whose size does not follow the number of turns; clear refusals.
import { beforeEach, describe, expect, it } from 'vitest';
import { withEngine } from '../../src/core/engine.js';
import { CpuDevice } from '../../src/devices/cpu.js';
import { createEagerEngine } from '../../src/engines/eager.js';
import { createGraphEngine } from '../../src/engines/graph/engine.js';
import {
  cond,
  currentEngine,
  explain,
  foriLoop,
  gradient,
  map,
  memory,
  random,
  SeedGenerator,
  scan,
  scope,
  setEngine,
  setThreads,
  switchCase,
  type Tensor,
  tensor,
  Variable,
  valueAndGradient,
  whileLoop,
} from '../../src/index.js';

beforeEach(() => {
  setEngine('graph');
  setThreads(1);
});

type Values = Record<string, Tensor>;

const compiled = <F extends (...args: never[]) => unknown>(step: F): F =>
  currentEngine().compile(step);

const pattern = (shape: number[], scale = 1): Tensor => {
  const size = shape.reduce((product, extent) => product * extent, 1);
  const values = Float32Array.from({ length: size }, (_, index) => scale * Math.sin(index * 1.7));
  return tensor(values, { shape });
};

async function agree(found: Values, wanted: Values, about: string): Promise<void> {
  expect(Object.keys(found)).toEqual(Object.keys(wanted));
  for (const [name, value] of Object.entries(wanted)) {
    const [a, b] = [await found[name]?.data(), await value.data()];
    expect(found[name]?.shape, `${about} ${name}`).toEqual(value.shape);
    b.forEach((number, index) => {
      const distance = Math.abs((a?.[index] ?? Number.NaN) - number);
      expect(distance, `${about} ${name}[${index}]`).toBeLessThanOrEqual(
        1e-5 + 2e-5 * Math.abs(number),
      );
    });
  }
}

/** Op by op and compiled, on 1, 2 and 4 threads; compiled numbers are the same bits. */
async function bothWays(step: (...args: Tensor[]) => Values, ...args: Tensor[]): Promise<void> {
  const wanted = step(...args);
  let first: Map<string, number[]> | undefined;
  for (const threads of [1, 2, 4]) {
    setThreads(threads);
    const run = compiled(step);
    const found = run(...args);
    await agree(found, wanted, `${threads} threads`);
    // Running again must not see what the first run left.
    await agree(run(...args), wanted, `${threads} threads, again`);
    const bits = new Map<string, number[]>();
    for (const [name, value] of Object.entries(found)) {
      bits.set(name, Array.from(await value.data()));
    }
    first ??= bits;
    expect(bits).toEqual(first);
  }
}

/** A function's value, its slopes, and the slopes of the sum of their squares. */
function slopes(fn: (...args: Tensor[]) => Tensor): (...args: Tensor[]) => Values {
  return (...args) => {
    const second = gradient((...inner: Tensor[]) =>
      gradient(fn)(...inner)
        .map((slope) => slope.square().sum())
        .reduce((sum, one) => sum.add(one)),
    );
    const found = [fn(...args), ...gradient(fn)(...args), ...second(...args)];
    return Object.fromEntries(found.map((value, index) => [`value ${index}`, value]));
  };
}

function recurrent(reverse: boolean): (h: Tensor, xs: Tensor, w: Tensor, u: Tensor) => Values {
  return (h, xs, w, u) => {
    const step = (carry: Tensor, x: Tensor): [Tensor, Tensor] => {
      const next = x.matmul(w).add(carry.matmul(u)).tanh();
      return [next, next];
    };
    const [last, all] = scan(step, h, xs, { reverse });
    return { last, all };
  };
}

/** Weights small enough for well-conditioned slopes of slopes: larger ones multiply roundings. */
const recurrentArgs = (): Tensor[] => [
  pattern([2, 5]),
  pattern([7, 2, 3]),
  pattern([3, 5], 0.3),
  pattern([5, 5], 0.2),
];

describe('a compiled scan', () => {
  it('gives values and slopes of first and second order', async () => {
    for (const reverse of [false, true]) {
      const run = recurrent(reverse);
      const loss = (...args: Tensor[]): Tensor => {
        const [h, xs, w, u] = args as [Tensor, Tensor, Tensor, Tensor];
        const { last, all } = run(h, xs, w, u);
        return last?.sum().add(all?.square().sum() ?? 0) ?? tensor(0);
      };
      await bothWays(slopes(loss), ...recurrentArgs());
      await bothWays(
        (...args) => run(...(args as [Tensor, Tensor, Tensor, Tensor])),
        ...recurrentArgs(),
      );
    }
  });

  it('takes slices of views, and gives stacks of views, inputs, constants and carries', async () => {
    for (const reverse of [false, true]) {
      await bothWays(
        (x, y) => {
          const [carry, stacks] = scan(
            (state: { a: Tensor; b: Tensor; fixed: Tensor }, slice: readonly Tensor[]) => {
              const [row = x, twin = y] = slice;
              const sum = row.add(state.a).mul(0.5);
              const next = { a: state.b, b: sum, fixed: state.fixed };
              const outputs = {
                row,
                part: sum.slice([1], [2]),
                turned: sum.mul(twin).reshape([1, -1]).transpose(),
                carry: state.a,
                fixed: state.fixed,
                outside: y,
                next: next.b,
              };
              return [next, outputs] as const;
            },
            { a: pattern([4]), b: pattern([4], 2), fixed: pattern([2]) },
            [x.transpose(), y],
            { reverse },
          );
          return { ...carry, ...stacks };
        },
        pattern([4, 6]),
        pattern([6, 4], 0.3),
      );
    }
  });

  it('swaps carries, keeps them over one step, and starts from views', async () => {
    await bothWays(
      (x) => {
        const [{ a, b }] = scan(
          (state: { a: Tensor; b: Tensor }, _: Tensor) => [{ a: state.b, b: state.a }, []] as const,
          { a: x.slice([0], [2]), b: x.slice([2], [2]) },
          x.slice([0], [3]),
        );
        const [once, all] = scan(
          (c: Tensor, s: Tensor) => [c.add(s), s],
          x.sum(),
          x.slice([1], [1]),
        );
        return { a, b, once, all };
      },
      pattern([4]),
    );
  });

  it('nests, with branches inside', async () => {
    const loss = (x: Tensor, w: Tensor): Tensor => {
      const outer = (carry: Tensor, rows: Tensor): [Tensor, Tensor] => {
        const [inner, all] = scan(
          (state: Tensor, row: Tensor): [Tensor, Tensor] => {
            const next = cond(
              row.sum().greater(0),
              () => state.mul(row).add(w),
              () => state.sub(row.tanh()),
            );
            return [next, next.mul(w)];
          },
          carry,
          rows,
        );
        return [inner.tanh(), all.sum({ axis: 0 })];
      };
      const [last, all] = scan(outer, w, x);
      return last.sum().add(all.square().mean());
    };
    await bothWays(slopes(loss as (...args: Tensor[]) => Tensor), pattern([3, 4, 2]), pattern([2]));
  });

  it('needs a program of the same size for 10 and for 1000 steps, made in little time', async () => {
    const lines = (length: number): number =>
      explain(
        (x: Tensor) => {
          const loss = (xs: Tensor): Tensor =>
            scan((c: Tensor, s: Tensor) => [c.mul(0.9).add(s).tanh(), c], tensor(0), xs)[1].sum();
          return { loss: loss(x), slope: gradient(loss)(x)[0] };
        },
        pattern([length]),
      ).split('\n').length;
    expect(lines(1000)).toBe(lines(10));
    const start = performance.now();
    const step = compiled((x: Tensor) => {
      const loss = (xs: Tensor): Tensor =>
        scan((c: Tensor, s: Tensor) => [c.mul(0.9).add(s).tanh(), []], tensor(0), xs)[0];
      return { loss: loss(x), slope: gradient(loss)(x)[0] ?? x };
    });
    const { loss, slope } = step(pattern([1000]));
    expect(performance.now() - start).toBeLessThan(2000);
    expect(Number.isFinite(await loss.item())).toBe(true);
    expect(slope.shape).toEqual([1000]);
  });

  it('gives the slopes of captured variables, and updates variables that it assigns', async () => {
    const make = (): { w: Variable; count: Variable; step: (xs: Tensor) => Values } => {
      const w = new Variable(pattern([3, 3], 0.5));
      const count = new Variable(tensor(0), { trainable: false });
      const step = (xs: Tensor): Values => {
        const { value, gradients } = valueAndGradient(() => {
          const [last] = scan(
            (c: Tensor, x: Tensor) => {
              count.assign(count.value.add(1));
              return [c.matmul(w.value).add(x).tanh().mul(count.value.mul(0.1)), []];
            },
            xs.slice([0, 0, 0], [1, -1, -1]).reshape([2, 3]),
            xs,
          );
          return last.square().sum();
        });
        const [slope] = gradients;
        if (slope !== undefined) w.assign(w.value.sub(slope.mul(0.01)));
        return { loss: value, slope: slope ?? value };
      };
      return { w, count, step };
    };
    const xs = pattern([4, 2, 3]);
    const [eager, graph] = [make(), make()];
    const wanted = [eager.step(xs), eager.step(xs)];
    const run = compiled(graph.step);
    for (const values of wanted) await agree(run(xs), values, 'step');
    expect(await graph.count.value.item()).toBe(8);
    await agree({ w: graph.w.value }, { w: eager.w.value }, 'weight');
  });

  it('draws new random numbers in each turn', async () => {
    const seeds = new SeedGenerator(3);
    const twin = new SeedGenerator(3);
    const draw = (seed: SeedGenerator | undefined) => (): Tensor =>
      scan((c: Tensor) => [c, random.uniform([2], { seed })], tensor(0), [], { length: 5 })[1];
    const wanted = await draw(twin)().data();
    const step = compiled(draw(seeds));
    expect(await step().data()).toEqual(wanted);
    expect(await step().data()).not.toEqual(wanted);
    const unseeded = await compiled(draw(undefined))().data();
    expect(new Set(unseeded).size).toBe(10);
  });

  it('leaves nothing behind when it is run again and again', () => {
    const step = compiled((x: Tensor) => scan((c: Tensor, s: Tensor) => [c.add(s), c], x.sum(), x));
    const x = pattern([50]);
    scope(() => void step(x));
    const before = memory().bytes;
    for (let run = 0; run < 20; run++) scope(() => void step(x));
    expect(memory().bytes).toBe(before);
  });

  it('takes sums over turns after the loop', async () => {
    const step = (x: Tensor, y: Tensor): Values => {
      // The sum of outer products, and of vectors; neither is seen by the turns in between.
      const body = ([products, sums]: Tensor[], [a, b]: Tensor[]): [Tensor[], Tensor[]] => [
        [
          products?.add((a as Tensor).transpose().matmul(b as Tensor)) as Tensor,
          (b as Tensor)
            .square()
            .sum(0)
            .add(sums as Tensor),
        ],
        [],
      ];
      const starts = [pattern([3, 5]), pattern([5])];
      const forwards = scan(body, starts, [x, y])[0];
      const backwards = scan(body, starts, [x, y], { reverse: true })[0];
      const sums = [...forwards, ...backwards];
      return Object.fromEntries(sums.map((sum, index) => [`sum ${index}`, sum]));
    };
    for (const length of [4, 7]) {
      const args = [pattern([length, 2, 3]), pattern([length, 2, 5])] as const;
      await bothWays(step as (...args: Tensor[]) => Values, ...args);
      const lines = explain(step, ...args).split('\n');
      const after = lines.slice(lines.findIndex((line) => line.includes('sums over turns')));
      expect(after.filter((line) => /^kernel .*matmul/.test(line)).length).toBeGreaterThan(0);
      const inLoops = after.filter((line) => /^ +kernel .*(matmul|sum)/.test(line));
      expect(inLoops).toEqual([]);
    }
  });

  it('multiplies by factors that were packed once before the loop', async () => {
    // Also by 700 steps at once, which are done in blocks, and by a matrix that is read across.
    for (const units of [32, 704]) {
      const step = (h: Tensor, xs: Tensor, w: Tensor): Values => {
        const body = (carry: Tensor, x: Tensor): [Tensor, Tensor] => {
          const next = carry.matmul(w).add(x).tanh();
          return [next, next.matmul(w.transpose())];
        };
        const [last, all] = scan(body, h, xs);
        return { last, all };
      };
      const args = [
        pattern([7, units]),
        pattern([5, 7, units]),
        pattern([units, units], 0.5 / units),
      ] as const;
      await bothWays(step as (...args: Tensor[]) => Values, ...args);
      const [, stage = ''] = explain(step, ...args).split('== pack steady factors\n');
      const [packed = ''] = stage.split('\n==');
      expect(packed.split('\n').filter((line) => /^kernel .*: pack ->/.test(line)).length).toBe(2);
    }
  });

  it('can be unrolled', () => {
    const text = (unroll: boolean): string =>
      explain(
        (x: Tensor) => scan((c: Tensor, s: Tensor) => [c.add(s), []], x.sum(), x, { unroll }),
        [pattern([3])][0] as Tensor,
      );
    expect(text(false)).toContain('loop, 3 turns');
    expect(text(true)).not.toContain('loop');
  });
});

describe('a compiled whileLoop', () => {
  it('ends where the values say, for each run anew', async () => {
    const step = compiled((x: Tensor) =>
      whileLoop(
        (state) => state.value.sum().less(100),
        (state) => ({ turns: state.turns.add(1), value: state.value.mul(2) }),
        { turns: tensor(0, 'int32'), value: x },
      ),
    );
    for (const threads of [1, 2, 4]) {
      setThreads(threads);
      for (const [start, turns] of [
        [60, 1],
        [30, 2],
        [200, 0],
        [1, 7],
      ] as const) {
        const { turns: found, value } = step(tensor([start]));
        expect(await found.item()).toBe(turns);
        expect(await value.item()).toBe(start * 2 ** turns);
      }
    }
  });

  it('swaps its state, nests, and stops at maximumIterations', async () => {
    await bothWays(
      (x) => {
        const pair = whileLoop(
          (state) => state.n.less(x.sum().add(3)),
          (state) => ({ a: state.b, b: state.a.add(1), n: state.n.add(1) }),
          { a: x, b: x.mul(2), n: tensor(0) },
        );
        const nested = whileLoop(
          (n) => n.sum().less(40),
          (n) =>
            whileLoop(
              (m) => m.sum().less(10),
              (m) => m.add(1),
              n,
            ).mul(2),
          x,
          { maximumIterations: 9 },
        );
        const bounded = whileLoop(
          () => true,
          (n) => n.add(1),
          x,
          { maximumIterations: 4 },
        );
        return {
          ...pair,
          nested,
          bounded,
          fori: foriLoop(2, x.sum().cast('int32').add(5), (i, s) => s.mul(i), x),
        };
      },
      tensor([1, 0.5]),
    );
  });

  it('has a gradient where maximumIterations binds it, and says so where not', async () => {
    const power = (most?: number) => (x: Tensor) =>
      whileLoop(
        (state) => state.sum().less(50),
        (state) => state.mul(x).add(1),
        x,
        { maximumIterations: most },
      ).sum();
    await bothWays((x) => ({ slope: gradient(power(6))(x)[0] ?? x }), tensor([1.5, 2]));
    await bothWays((x) => ({ slope: gradient(power(2))(x)[0] ?? x }), tensor([1.5, 2]));
    const step = compiled((x: Tensor) => gradient(power())(x)[0] ?? x);
    expect(() => step(tensor([1.5, 2]))).toThrow(/no gradient.*\n.*maximumIterations/);
  });

  it('refuses to assign variables', () => {
    const count = new Variable(tensor(0), { name: 'count' });
    const step = compiled((x: Tensor) =>
      whileLoop(
        (n) => n.less(3),
        (n) => {
          count.assign(count.value.add(1));
          return n.add(1);
        },
        x,
      ),
    );
    expect(() => step(tensor(0))).toThrow('variable "count" is assigned inside');
  });
});

describe('a compiled cond', () => {
  it('runs one branch, with slopes, whichever the values choose', async () => {
    const weight = pattern([3, 3]);
    const choose = (x: Tensor): Tensor =>
      cond(
        x.sum().greater(0),
        () => x.matmul(weight).tanh().sum(),
        () => x.square().mul(x).sum(),
      );
    for (const scale of [1, -1]) {
      await bothWays(slopes(choose), tensor([[1, 2, 3]]).mul(0.2 * scale));
    }
  });

  it('takes what other branches computed, constants and inputs as results', async () => {
    for (const scale of [1, -1]) {
      await bothWays(
        (x) => {
          const { a, b, c } = cond(
            x.sum().greater(0),
            () => ({ a: x, b: x.transpose(), c: tensor([1, 2]) }),
            () => {
              const y = x.mul(3);
              return { a: y, b: y, c: x.sum({ axis: 0 }) };
            },
          );
          const picked = switchCase(x.sum().cast('int32'), [
            () => a.add(1),
            () => b.mul(2),
            () => c.add(a),
          ]);
          return { a, b, c, picked };
        },
        pattern([2, 2]).mul(scale),
      );
    }
  });

  it('assigns variables in the branch that is taken', async () => {
    const hits = new Variable(tensor(0), { trainable: false });
    const step = compiled((x: Tensor) =>
      cond(
        x.greater(0),
        () => {
          hits.assign(hits.value.add(1));
          return x;
        },
        () => x.neg(),
      ),
    );
    for (const value of [1, -1, 2]) expect(await step(tensor(value)).item()).toBe(Math.abs(value));
    expect(await hits.value.item()).toBe(2);
  });

  it('refuses branches of different shapes, and if on values with the way out', async () => {
    const uneven = compiled((x: Tensor) =>
      cond(
        x.sum().greater(0),
        () => x,
        () => x.sum(),
      ),
    );
    expect(() => uneven(tensor([1, 2]))).toThrow('cond: the two branches give different tensors');
    const reading = async (x: Tensor): Promise<void> => {
      await compiled((y: Tensor) => y.sum().item())(x);
    };
    await expect(reading(tensor([1]))).rejects.toThrow(
      /control-flow\.test\.ts:\d+:\d+.*\n.*\n.*where.*cond.*scan/,
    );
  });
});

it('map compiles to a loop', async () => {
  await bothWays((x) => ({ y: map((row) => row.mul(row.sum()), x) }), pattern([3, 4]));
});

describe('on a device that runs kernels only', () => {
  class KernelsOnly extends CpuDevice {
    override readonly runsLoops = false;
  }
  const engine = createGraphEngine(createEagerEngine(new KernelsOnly({})));
  const run = (step: (x: Tensor) => Values, values: number[]): Promise<number[][]> =>
    withEngine(engine, () => {
      const found = engine.compile(step)(tensor(values));
      return Promise.all(
        Object.values(found).map(async (value) => Array.from(await engine.read(value))),
      );
    });

  it('scan is unrolled, cond computes both branches, a bounded whileLoop all turns', async () => {
    const found = await run(
      (x) => ({
        sums: scan((c: Tensor, s: Tensor) => [c.add(s), c.add(s)], x.slice([0], [1]).sum(), x)[1],
        size: cond(
          x.sum().less(0),
          () => x.neg(),
          () => x,
        ),
        doubled: whileLoop(
          (s) => s.sum().less(20),
          (s) => s.mul(2),
          x,
          { maximumIterations: 6 },
        ),
      }),
      [1, 2, 3],
    );
    expect(found).toEqual([
      [2, 4, 7],
      [1, 2, 3],
      [4, 8, 12],
    ]);
  });

  it('whileLoop without a bound is refused', () => {
    const endless = (x: Tensor): Values => ({
      x: whileLoop(
        (s) => s.sum().less(20),
        (s) => s.mul(2),
        x,
      ),
    });
    expect(() => run(endless, [1])).toThrow(/cannot be seen.*\n.*maximumIterations/);
  });
});
