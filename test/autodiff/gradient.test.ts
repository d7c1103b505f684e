// Gradients of compositions, of higher order, of variables; and the errors of wrong uses.
import { describe, expect, it } from 'vitest';
import {
  checkGradient,
  currentEngine,
  DTypeError,
  gradient,
  memory,
  ShapeError,
  stopGradient,
  type Tensor,
  tensor,
  Variable,
  valueAndGradient,
} from '../../src/index.js';

const float64 = (values: number[] | number[][]): Tensor => tensor(values, { dtype: 'float64' });

describe('gradient', () => {
  it('agrees with differences for a composition with shared and broadcast parts', async () => {
    const fn = (x: Tensor, w: Tensor, b: Tensor): Tensor => {
      const h = x.matmul(w).add(b).tanh();
      return h.mul(h).add(h).exp().sum();
    };
    const args = [
      float64([
        [0.1, -0.4, 0.3],
        [0.7, 0.2, -0.5],
      ]),
      float64([
        [0.3, -0.2],
        [0.5, 0.1],
        [-0.6, 0.4],
      ]),
      float64([0.05, -0.1]),
    ];
    expect(await checkGradient(fn, args)).toEqual([]);
  });

  it('is differentiable itself, as often as one likes', async () => {
    const power = (x: Tensor): Tensor => x.mul(x).mul(x).mul(x).sum();
    const slopeOf =
      (fn: (x: Tensor) => Tensor) =>
      (x: Tensor): Tensor => {
        const [slope] = gradient(fn)(x);
        return slope === undefined ? x : slope.sum();
      };
    const third = slopeOf(slopeOf(slopeOf(power)));
    expect(await third(float64([2])).item()).toBeCloseTo(48, 10);
  });

  it('gives zeros for an argument that does not matter, and stops where told', async () => {
    const [a, b] = gradient((x, y) => stopGradient(x).mul(x).add(y.mul(0).sum()).sum())(
      tensor([3]),
      tensor([1, 2]),
    );
    expect(await a?.array()).toEqual([3]);
    expect(await b?.array()).toEqual([0, 0]);
  });

  it('refuses results that are not one float', () => {
    expect(() => gradient((x) => x.mul(2))(tensor([1, 2]))).toThrow(ShapeError);
    expect(() => gradient((x) => x.sum().cast('int32'))(tensor([1]))).toThrow(DTypeError);
  });
});

describe('valueAndGradient', () => {
  it('finds the trainable variables that were read', async () => {
    const w = new Variable(tensor([2]), { name: 'w' });
    const frozen = new Variable(tensor([5]), { name: 'frozen', trainable: false });
    const found = valueAndGradient(() => w.value.mul(frozen.value).sum());
    expect(found.variables).toEqual([w]);
    expect(await found.gradients[0]?.array()).toEqual([5]);
  });

  it('leads through values that a variable takes on, op by op and compiled', async () => {
    const slopes = (w: Variable) => (x: Tensor) => {
      const { gradients } = valueAndGradient(() => {
        w.assign(w.value.mul(x));
        return w.value.square().sum();
      });
      const [toArgument] = gradient((y) => {
        w.assign(w.value.mul(y));
        return w.value.square().sum();
      })(x);
      return [gradients[0] ?? x, toArgument ?? x];
    };
    // From 3: 3x = 6, whose square has the slope 2 * 6 * x; then 6y = 12, with 2 * 12 * 6.
    for (const step of [
      slopes(new Variable(tensor([3]))),
      currentEngine().compile(slopes(new Variable(tensor([3])))),
    ]) {
      const found = step(tensor([2]));
      expect(await Promise.all(found.map((slope) => slope.array()))).toEqual([[24], [144]]);
    }
  });

  it('returns more than the loss, and leaves nothing else behind', async () => {
    const w = new Variable(tensor([2, 3]));
    const before = memory().blocks;
    const { value, gradients } = valueAndGradient(() => {
      const square = w.value.mul(w.value);
      return { loss: square.sum(), square };
    }, [w]);
    expect(memory().blocks - before).toBe(3);
    expect(await value.square.array()).toEqual([4, 9]);
    expect(await gradients[0]?.array()).toEqual([4, 6]);
    for (const each of [value.loss, value.square, ...gradients]) each?.dispose();
  });

  it('leaves a variable without influence undefined', () => {
    const used = new Variable(tensor([1]));
    const unused = new Variable(tensor([1]));
    const { gradients } = valueAndGradient(() => used.value.sum(), [used, unused]);
    expect(gradients[0]).toBeDefined();
    expect(gradients[1]).toBeUndefined();
  });
});
