// Loss scaling: good steps move the weights and let the scale grow, overflows do neither.
import { describe, expect, it } from 'vitest';
import { layers, optimizers, Sequential, tensor, Variable } from '../../src/index.js';

async function numbers(variables: readonly Variable[]): Promise<number[]> {
  return Promise.all(variables.map((variable) => variable.value.item()));
}

describe('LossScaleOptimizer', () => {
  const make = () =>
    new optimizers.LossScaleOptimizer({
      innerOptimizer: new optimizers.SGD({ learningRate: 1 }),
      initialScale: 8,
      dynamicGrowthSteps: 2,
    });

  it('divides gradients by the scale and doubles it after good steps', async () => {
    const weight = new Variable(tensor(5), { path: 'w' });
    const optimizer = make();
    expect(await optimizer.scaleLoss(tensor(2)).item()).toBe(16);
    optimizer.apply([tensor(8)], [weight]);
    optimizer.apply([tensor(8)], [weight]);
    expect(await weight.value.item()).toBe(3);
    expect(await numbers(optimizer.ownVariables)).toEqual([0, 0, 0, 16]);
    expect(await optimizer.iterations.item()).toBe(2);
  });

  it('skips steps that overflow and halves the scale', async () => {
    const weight = new Variable(tensor(5), { path: 'w' });
    const optimizer = make();
    optimizer.apply([tensor(Number.POSITIVE_INFINITY)], [weight]);
    optimizer.apply([tensor(Number.NaN)], [weight]);
    expect(await weight.value.item()).toBe(5);
    expect(await numbers(optimizer.ownVariables)).toEqual([0, 0, 0, 2]);
    expect(await optimizer.iterations.item()).toBe(0);
  });

  it('is saved with the optimizer inside', () => {
    const saved = optimizers.serialize(make());
    expect(saved.config).toMatchObject({
      initial_scale: 8,
      dynamic_growth_steps: 2,
      inner_optimizer: { class_name: 'SGD', config: { learning_rate: 1 } },
    });
    const again = optimizers.deserialize(saved);
    expect(optimizers.serialize(again)).toEqual(saved);
    expect(again).toBeInstanceOf(optimizers.LossScaleOptimizer);
  });

  it('is put round the optimizer of mixed_float16 models', async () => {
    const model = new Sequential([
      layers.input({ shape: [1] }),
      layers.dense({ units: 1, dtype: 'mixed_float16' }),
    ]);
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    expect(model.optimizer).toBeInstanceOf(optimizers.SGD);
    const mixed = new Sequential(
      [
        layers.input({ shape: [1] }),
        layers.dense({ units: 1, kernelInitializer: 'zeros', dtype: 'mixed_float16' }),
      ],
      { dtype: 'mixed_float16' },
    );
    mixed.compile({ optimizer: 'sgd', loss: 'mse' });
    expect(mixed.optimizer).toBeInstanceOf(optimizers.LossScaleOptimizer);
    // The first step overflows: 65536 is more than float16 holds.
    await mixed.fit([[1], [1]], [[1], [1]], { verbose: 0, epochs: 2 });
    const kernel = await mixed.weights[0]?.value.data();
    expect(kernel?.[0]).toBeCloseTo(0.02, 3);
  });
});
