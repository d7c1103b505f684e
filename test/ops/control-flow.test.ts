// Control flow: values against plain JavaScript, gradients of first and second order against
// finite differences, the same compiled, clear refusals.
import { beforeEach, describe, expect, it } from 'vitest';
import {
  associativeScan,
  checkGradient,
  cond,
  foriLoop,
  gradient,
  map,
  scan,
  setEngine,
  switchCase,
  type Tensor,
  tensor,
  vectorizedMap,
  whileLoop,
} from '../../src/index.js';

beforeEach(() => setEngine('eager'));

const wide = (values: number[], shape?: number[]): Tensor =>
  tensor(Float64Array.from(values), shape === undefined ? {} : { shape });

const numbers = async (x: Tensor): Promise<number[]> => Array.from(await x.data());

describe('cond', () => {
  it('runs the branch that the value chooses, and only that', async () => {
    const ran: string[] = [];
    const choose = (x: Tensor): Tensor =>
      cond(
        x.greater(0),
        () => {
          ran.push('true');
          return x.mul(2);
        },
        () => {
          ran.push('false');
          return x.sub(1);
        },
      );
    expect(await choose(tensor(3)).item()).toBe(6);
    expect(await choose(tensor(-3)).item()).toBe(-4);
    expect(ran).toEqual(['true', 'false']);
  });

  it('has the gradient of the branch taken, of any order', async () => {
    const f = (x: Tensor): Tensor =>
      cond(
        x.sum().greater(0),
        () => x.square().mul(x).sum(),
        () => x.sin().sum(),
      );
    const slope = (x: Tensor): Tensor => {
      const [first = x] = gradient(f)(x);
      return first.square().sum();
    };
    for (const values of [
      [1, 2],
      [-1, 0.5],
    ]) {
      expect(await checkGradient(f, [wide(values)])).toEqual([]);
      expect(await checkGradient(slope, [wide(values)])).toEqual([]);
    }
  });

  it('takes records, and refuses a condition of many values', async () => {
    const { a, b } = cond(
      true,
      () => ({ a: tensor(1), b: [tensor(2)] }),
      () => ({ a: tensor(3), b: [tensor(4)] }),
    );
    expect(await a.item()).toBe(1);
    expect(await b[0]?.item()).toBe(2);
    const many = tensor([1, 2]).greater(1);
    expect(() =>
      cond(
        many,
        () => tensor(1),
        () => tensor(2),
      ),
    ).toThrow('cond: the condition is not one value');
  });
});

describe('switchCase', () => {
  it('takes the branch of the index, the nearest one outside', async () => {
    const branches = [(x: Tensor) => x.add(1), (x: Tensor) => x.mul(10), (x: Tensor) => x.neg()];
    const found: number[] = [];
    for (const index of [-4, 0, 1, 2, 9]) {
      found.push(await switchCase(tensor(index, 'int32'), branches, tensor(4)).item());
    }
    expect(found).toEqual([5, 5, 40, -4, -4]);
    expect(() => switchCase(0, [])).toThrow('switchCase: there are no branches');
  });
});

describe('whileLoop and foriLoop', () => {
  it('repeat while the condition holds, at most maximumIterations times', async () => {
    const below = (x: Tensor): Tensor => x.less(100);
    const double = (x: Tensor): Tensor => x.mul(2);
    expect(await whileLoop(below, double, tensor(7)).item()).toBe(112);
    expect(await whileLoop(below, double, tensor(700)).item()).toBe(700);
    const twice = whileLoop(below, double, tensor(7), { maximumIterations: 2 });
    expect(await twice.item()).toBe(28);
  });

  it('carry records and have gradients', async () => {
    const power = (x: Tensor): Tensor =>
      whileLoop(
        (state) => state.turn.less(3),
        (state) => ({ turn: state.turn.add(1), value: state.value.mul(x) }),
        { turn: tensor(0, 'int32'), value: x },
        { maximumIterations: 5 },
      ).value.sum();
    expect(await power(wide([1, 2])).item()).toBe(17);
    expect(await checkGradient(power, [wide([1.5, -0.5])])).toEqual([]);
  });

  it('count with whole-number tensors', async () => {
    const add = (index: Tensor, sum: Tensor): Tensor => sum.add(index.cast('float32'));
    expect(await foriLoop(1, 5, add, tensor(0)).item()).toBe(10);
    expect(await foriLoop(5, 5, add, tensor(3)).item()).toBe(3);
    expect(await foriLoop(1, tensor(5, 'int32'), add, tensor(0)).item()).toBe(10);
  });

  it('refuse a state that changes its shape', () => {
    expect(() =>
      whileLoop(
        () => true,
        (x) => x.expandDims(0),
        tensor([1]),
      ),
    ).toThrow('whileLoop: the body changed the state');
  });
});

/** h' = tanh(x W + h U), with all h as outputs. */
function recurrent(h: Tensor, xs: Tensor, w: Tensor, u: Tensor, reverse = false): [Tensor, Tensor] {
  return scan(
    (carry: Tensor, x: Tensor): [Tensor, Tensor] => {
      const next = x.matmul(w).add(carry.matmul(u)).tanh();
      return [next, next];
    },
    h,
    xs,
    { reverse },
  );
}

const wave = (count: number, scale = 1): number[] =>
  Array.from({ length: count }, (_, index) => scale * Math.sin(1.7 * index + 0.3));

describe('scan', () => {
  it('runs in both directions with outputs in the order of the inputs', async () => {
    const sums = (reverse: boolean): [Tensor, Tensor] =>
      scan(
        (total: Tensor, x: Tensor): [Tensor, Tensor] => [total.add(x), total.add(x)],
        tensor(0),
        tensor([1, 2, 4]),
        { reverse },
      );
    expect(await numbers(sums(false)[1])).toEqual([1, 3, 7]);
    expect(await numbers(sums(true)[1])).toEqual([7, 6, 4]);
  });

  it('has gradients of first and second order', async () => {
    for (const reverse of [false, true]) {
      const loss = (h: Tensor, xs: Tensor, w: Tensor, u: Tensor): Tensor => {
        const [last, all] = recurrent(h, xs, w, u, reverse);
        return last.sum().add(all.square().sum());
      };
      const args = [
        wide(wave(4), [2, 2]),
        wide(wave(12), [3, 2, 2]),
        wide(wave(4), [2, 2]),
        wide(wave(4, 0.7), [2, 2]),
      ];
      expect(await checkGradient(loss, args)).toEqual([]);
      const slopes = (...given: Tensor[]): Tensor =>
        gradient(loss as (...args: Tensor[]) => Tensor)(...given)
          .map((slope) => slope.square().sum())
          .reduce((sum, one) => sum.add(one));
      expect(await checkGradient(slopes, args)).toEqual([]);
    }
  });

  it('takes a length without inputs, and refuses what does not fit', async () => {
    const [last] = scan((x: Tensor) => [x.mul(2), []], tensor(1), [], { length: 10 });
    expect(await last.item()).toBe(1024);
    const step = (c: Tensor, x: Tensor): [Tensor, Tensor] => [c.add(x), x];
    expect(() => scan(step, tensor(0), tensor([1, 2]), { length: 3 })).toThrow(
      'scan: the number of steps is not clear',
    );
    expect(() => scan(step, tensor(0), tensor(1))).toThrow('scan: an input is a single number');
    expect(() => scan((c: Tensor, x: Tensor) => [x, c], tensor(0), tensor([[1, 2]]))).toThrow(
      'scan: the body changed the carry',
    );
  });
});

describe('map, vectorizedMap and associativeScan', () => {
  it('apply a function along an axis', async () => {
    const rows = tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(await numbers(map((row) => row.sum(), rows))).toEqual([3, 7]);
    expect(await numbers(vectorizedMap((row) => row.mul(2), rows))).toEqual([2, 4, 6, 8]);
    const { sum } = map((pair) => ({ sum: pair.a.add(pair.b) }), { a: rows, b: rows });
    expect(await numbers(sum)).toEqual([2, 4, 6, 8]);
  });

  it('combine every prefix, for any number of entries, axis and direction', async () => {
    for (let count = 1; count <= 9; count++) {
      const values = wave(count);
      const running = values.map((_, index) => values.slice(0, index + 1).reduce((a, b) => a + b));
      const found = await numbers(associativeScan((a, b) => a.add(b), wide(values)));
      found.forEach((value, index) => {
        expect(value).toBeCloseTo(running[index] ?? Number.NaN, 12);
      });
    }
    const back = associativeScan((a, b) => a.add(b), tensor([[1, 2, 4]]), {
      axis: 1,
      reverse: true,
    });
    expect(await numbers(back)).toEqual([7, 6, 4]);
    expect(() =>
      associativeScan((a: Tensor[], _: Tensor[]) => a, [tensor([1]), tensor([1, 2])]),
    ).toThrow('associativeScan: the number of entries is not clear');
  });

  it('has gradients', async () => {
    const loss = (x: Tensor): Tensor => associativeScan((a, b) => a.mul(b), x).sum();
    expect(await checkGradient(loss, [wide([1.5, -0.5, 2, 0.7, 1.1])])).toEqual([]);
  });
});
