// Tensors that a program loses are freed before they fill the memory, though no scope holds them.
import { describe, expect, it } from 'vitest';
import { layers, memory, ops, Sequential, tensor } from '../../src/index.js';

const MIB = 2 ** 20;

describe('tensors that nobody can reach any more', () => {
  it('are freed while a loop waits for numbers', async () => {
    let most = 0;
    for (let step = 0; step < 300; step++) {
      const lost = ops.ones([1024, 1024]);
      if (step % 10 === 0) expect(await lost.max().item()).toBe(1);
      most = Math.max(most, memory().bytes);
    }
    // All of them together would be 1200 MiB.
    expect(most).toBeLessThan(700 * MIB);
  });

  it('are freed while fit takes batches that a generator makes', async () => {
    const model = new Sequential([layers.input({ shape: [2 ** 20] }), layers.dense({ units: 1 })]);
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    let most = 0;
    const batches = function* () {
      for (let step = 0; step < 300; step++) {
        most = Math.max(most, memory().bytes);
        yield { x: ops.zeros([1, 2 ** 20]), y: tensor([[0]]) };
      }
    };
    await model.fit(batches, { verbose: 0 });
    expect(most).toBeLessThan(900 * MIB);
  });
});
