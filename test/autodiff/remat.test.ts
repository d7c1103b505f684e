// Parts that are computed once more on the way back: same values and gradients, less memory.
import { afterEach, describe, expect, it } from 'vitest';
import {
  currentEngine,
  explain,
  gradient,
  layers,
  memory,
  random,
  remat,
  SeedGenerator,
  setEngine,
  type Tensor,
  tensor,
  Variable,
  valueAndGradient,
} from '../../src/index.js';

type Fn = (x: Tensor) => Tensor;

const input = (): Tensor => tensor([[0.3, -0.7, 1.2]]);

/** The slope of a function that is compiled where the engine compiles. */
async function slopeOf(fn: Fn, x: Tensor): Promise<number[]> {
  const run = currentEngine().compile((given: Tensor) => gradient((z) => fn(z).sum())(given)[0]);
  return Array.from((await run(x)?.data()) ?? []);
}

const engine = currentEngine();

afterEach(() => setEngine(engine));

/** Compiled steps fuse differently, which may change the last bit. */
function expectClose(found: readonly number[], wanted: readonly number[]): void {
  expect(found.length).toBe(wanted.length);
  found.forEach((value, index) => {
    expect(value).toBeCloseTo(wanted[index] ?? Number.NaN, 6);
  });
}

describe('remat', () => {
  it('changes no slope, of first or second order, of inputs that are passed or used', async () => {
    const block: Fn = (x) => x.sin().mul(x).exp().tanh();
    const second =
      (fn: Fn): Fn =>
      (x) =>
        gradient((z) => fn(z).square().sum())(x)[0]?.square() as Tensor;
    for (const wrap of [(fn: Fn) => fn, second]) {
      expectClose(await slopeOf(wrap(remat(block)), input()), await slopeOf(wrap(block), input()));
    }
    // x comes in from outside, and the result holds an argument as it was given.
    const twoWays =
      (round: <R extends Tensor | readonly Tensor[]>(fn: (y: Tensor) => R) => (y: Tensor) => R) =>
      (x: Tensor): Tensor => {
        const [same, product] = round((y) => [y, y.mul(x).tanh()] as const)(x.exp());
        return (same as Tensor).add(product as Tensor);
      };
    const plain = twoWays((fn) => fn);
    expectClose(await slopeOf(twoWays(remat), input()), await slopeOf(plain, input()));
  });

  it('draws the same random numbers and assigns variables once', async () => {
    const results = [];
    for (const round of [(fn: Fn) => fn, remat<Tensor>]) {
      const seed = new SeedGenerator(3);
      const count = new Variable(tensor(0), { trainable: false });
      const weight = new Variable(tensor([[0.5, 2, -1]]));
      const part = round((x) => {
        count.assign(count.value.add(1));
        return random.dropout(x.mul(weight.value), 0.5, { seed }).tanh();
      });
      const step = currentEngine().compile(() => {
        const { value, gradients } = valueAndGradient(() => part(input()).mul(part(input())).sum());
        return [value, ...gradients] as Tensor[];
      });
      const values = await Promise.all(step().map((each) => each.data()));
      results.push([...values.map((each) => Array.from(each)), await count.value.item()]);
    }
    expect(results[0]?.at(-1)).toBe(2);
    expect(results[1]).toEqual(results[0]);
  });

  it('trains layers, whose weights get the same gradients', async () => {
    const dense = layers.dense({ units: 3, activation: 'gelu', kernelInitializer: 'ones' });
    const norm = layers.batchNormalization();
    const loss = (part: Fn): Tensor => part(input()).square().sum();
    const part: Fn = (x) => norm.apply(dense.apply(x) as Tensor, { training: true }) as Tensor;
    loss(part);
    const gradientsOf = async (fn: Fn): Promise<number[][]> => {
      const { gradients } = valueAndGradient(() => loss(fn));
      return Promise.all(gradients.map(async (each) => Array.from((await each?.data()) ?? [])));
    };
    expect(await gradientsOf(remat(part))).toEqual(await gradientsOf(part));
  });

  it('stays apart in a compiled step, whose memory shrinks', () => {
    const deep: Fn = (x) => Array.from({ length: 6 }).reduce((y: Tensor) => y.matmul(y).tanh(), x);
    const x = tensor(new Float32Array(64 * 64), { shape: [64, 64] });
    const textOf = (part: Fn): string =>
      explain((given: Tensor) => gradient((z) => part(part(part(z))).sum())(given)[0], x);
    const arena = (part: Fn): number => Number(/^arena (\d+) bytes/m.exec(textOf(part))?.[1]);
    expect(arena(remat(deep))).toBeLessThan(0.8 * arena(deep));
  });

  it('keeps less until the walk back', () => {
    setEngine('eager');
    const deep: Fn = (x) => Array.from({ length: 20 }).reduce((y: Tensor) => y.sin(), x);
    const x = tensor(new Float32Array(10000));
    const peakOf = (fn: Fn): number => {
      const before = memory().bytes;
      let kept = 0;
      gradient((z) => {
        const y = fn(z);
        kept = memory().bytes - before;
        return y.sum();
      })(x);
      return kept;
    };
    expect(peakOf(deep)).toBeGreaterThan(20 * 40000);
    expect(peakOf(remat(deep))).toBeLessThan(3 * 40000);
  });

  it('refuses a function that does something else the second time', () => {
    const extra = new Variable(tensor([1, 2, 3]));
    let calls = 0;
    const part = remat((x: Tensor) => (calls++ === 0 ? x.sin() : x.sin().mul(extra.value)));
    expect(() => gradient((x) => part(x).sum())(input())).toThrow(/only when it ran again/);
  });
});
