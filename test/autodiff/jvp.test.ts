// Derivatives in a direction, against the Jacobians of simple functions.
import { describe, expect, it } from 'vitest';
import { jvp, matmul, sin, tensor } from '../../src/index.js';

describe('jvp', () => {
  it('is the slope times the direction for one element after another', async () => {
    const { value, tangent } = jvp(sin, [tensor([0, 1])], [[2, 3]]);
    expect((await value.data())[1]).toBeCloseTo(Math.sin(1), 6);
    expect((await tangent.data())[0]).toBeCloseTo(2, 6);
    expect((await tangent.data())[1]).toBeCloseTo(3 * Math.cos(1), 6);
  });

  it('follows the product rule in two arguments', async () => {
    const [a, b] = [tensor([[1, 2]]), tensor([[3], [4]])];
    const { value, tangent } = jvp(matmul, [a, b], [[[1, 0]], [[0], [1]]]);
    expect(await value.item()).toBe(11);
    expect(await tangent.item()).toBe(1 * 3 + 2 * 1);
  });

  it('asks for one direction for each argument', () => {
    expect(() => jvp(sin, [tensor([1])], [])).toThrow('each argument needs a direction');
  });
});
