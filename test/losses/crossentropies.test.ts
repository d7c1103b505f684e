// Crossentropies where golden cases do not reach: logits of exactly 0, sure logits, wrong shapes.

import { describe, expect, it } from 'vitest';
import { gradient, losses, type Tensor, tensor } from '../../src/index.js';
import { expectClose } from '../golden-arrays.js';

const TARGETS = [[0, 1, 0.3]];

describe('crossentropies of logits', () => {
  const targets = tensor(TARGETS);
  const entropies: Readonly<Record<string, (logits: Tensor) => Tensor>> = {
    binaryCrossentropy: (logits) =>
      losses.binaryCrossentropy(targets, logits, { fromLogits: true }).sum(),
    sigmoidCrossEntropy: (logits) => losses.sigmoidCrossEntropy(targets, logits),
  };
  for (const [name, entropy] of Object.entries(entropies)) {
    it(`${name} has Keras's slope where a logit is 0`, async () => {
      const [slope] = gradient(entropy)(tensor([[0, 0, 0]]));
      if (slope === undefined) throw new Error('no gradient');
      // jax.grad of keras.losses.binary_crossentropy, Keras 3.15.
      await expectClose(slope, {
        shape: [1, 3],
        dtype: 'float32',
        data: [0.16666667, -0.16666667, 0.06666666],
      });
    });
  }

  it('keep their digits where the prediction is sure, and stay finite', async () => {
    const sure = losses.binaryCrossentropy(
      tensor([[1], [0], [1]]),
      tensor([[20], [-20], [-1000]]),
      {
        fromLogits: true,
      },
    );
    const [one = 0, zero = 0, wrong = 0] = await sure.data();
    expect(one / Math.log1p(Math.exp(-20))).toBeCloseTo(1, 5);
    expect(zero / Math.log1p(Math.exp(-20))).toBeCloseTo(1, 5);
    expect(wrong).toBe(1000);
  });
});

describe('crossentropies refuse, as Keras does, targets that would only be repeated', () => {
  it('class numbers in a column against one column for each class', () => {
    const numbers = tensor([[0], [2]]);
    const predictions = tensor([
      [0.2, 0.3, 0.5],
      [0.1, 0.1, 0.8],
    ]);
    expect(() => losses.categoricalCrossentropy(numbers, predictions)).toThrow(
      'sparseCategoricalCrossentropy',
    );
    expect(() => losses.binaryCrossentropy(numbers, predictions)).toThrow('differ in shape');
  });
});

describe('names of losses', () => {
  it("are the class's in snake_case unless given", () => {
    class Quartic extends losses.Loss {
      override call(yTrue: Tensor, yPred: Tensor): Tensor {
        return yPred.sub(yTrue).pow(4);
      }
    }
    expect(new Quartic().name).toBe('quartic');
    expect(new Quartic({ name: 'fourth' }).name).toBe('fourth');
    expect(new losses.Huber().name).toBe('huber_loss');
    expect(new losses.FunctionLoss((yTrue) => yTrue).name).toBe('loss');
  });
});
