// MultiOptimizer and OptimizerMap beyond the golden cases: who gets which weight, errors, training.
import { describe, expect, it } from 'vitest';
import { callbacks, layers, optimizers, Sequential, tensor, Variable } from '../../src/index.js';
import { modelFromBytes, modelToBytes } from '../../src/saving/model-file.js';

const { Adam, LossScaleOptimizer, MultiOptimizer, OptimizerMap, SGD } = optimizers;

function variable(path: string, value = 1): Variable {
  return new Variable(tensor([value]), { path });
}

describe('OptimizerMap', () => {
  const sgd = new SGD();
  const make = () =>
    new OptimizerMap({
      defaultOptimizer: sgd,
      optimizerMap: { 'encoder/.*': new Adam(), 'encoder/first/bias': new SGD({ name: 'exact' }) },
    });

  it('takes whole paths before expressions, and expressions for whole paths only', () => {
    expect(make().get('encoder/first/kernel').name).toBe('adam');
    expect(make().get('encoder/first/bias').name).toBe('exact');
    expect(make().get('model/encoder/first/kernel')).toBe(sgd);
    expect(make().get('encoder')).toBe(sgd);
  });

  it('refuses two expressions for one path, keys given twice and keys that are no expression', () => {
    const map = make().set('.*/kernel', new SGD());
    expect(() => map.get('encoder/first/kernel')).toThrow(/encoder\/\.\*, \.\*\/kernel/);
    expect(() => map.set('.*/kernel', sgd)).toThrow('already');
    expect(() => map.set('(', sgd)).toThrow('neither a path nor a regular expression');
    expect(map.delete('.*/kernel')).toBe(true);
    expect(map.size).toBe(2);
  });

  it('refuses optimizers that wrap others', () => {
    const scaled = new LossScaleOptimizer({ innerOptimizer: new SGD() });
    expect(() => make().set('a', scaled)).toThrow('cannot be one of several');
    const multi = new MultiOptimizer({ optimizerMap: make() });
    expect(() => new OptimizerMap({ defaultOptimizer: multi })).toThrow('cannot be one of several');
  });
});

describe('MultiOptimizer', () => {
  it('takes a function, which cannot be saved', async () => {
    const fast = new SGD({ learningRate: 1 });
    const slow = new SGD({ learningRate: 0.1 });
    const optimizer = new MultiOptimizer({
      optimizerMap: ({ path }) => (path === 'a' ? fast : slow),
    });
    const weights = [variable('a'), variable('b')];
    optimizer.apply([tensor([1]), tensor([1])], weights);
    expect(await weights[0]?.value.item()).toBe(0);
    expect(await weights[1]?.value.item()).toBeCloseTo(0.9);
    expect(optimizer.optimizers).toEqual([fast, slow]);
    expect(() => optimizers.serialize(optimizer)).toThrow('cannot be saved');
  });

  it('leaves optimizers without gradients alone, and says where there is none at all', async () => {
    const fast = new SGD({ learningRate: 1, name: 'fast' });
    const slow = new SGD({ learningRate: 0.1, name: 'slow' });
    const optimizerMap = new OptimizerMap({ defaultOptimizer: slow, optimizerMap: { a: fast } });
    const optimizer = new MultiOptimizer({ optimizerMap });
    const weights = [variable('a'), variable('b')];
    optimizer.apply([undefined, tensor([1])], weights);
    expect(await weights[0]?.value.item()).toBe(1);
    expect(await fast.iterations.item()).toBe(0);
    expect(await optimizer.iterations.item()).toBe(1);
    expect(() => optimizer.apply([undefined, undefined], weights)).toThrow(
      'no weight has a gradient',
    );
    expect(() => optimizer.apply([tensor([1])], [variable('c')])).toThrow(
      'without the variable "c"',
    );
  });

  it('has no learning rate, so callbacks that set it fail', async () => {
    const optimizer = new MultiOptimizer({
      optimizerMap: new OptimizerMap({ defaultOptimizer: new SGD() }),
    });
    expect(() => optimizer.learningRate).toThrow('optimizer.optimizers[0].learningRate');
    expect(() => {
      optimizer.learningRate = 1;
    }).toThrow('no learning rate of its own');
    const model = new Sequential([layers.input({ shape: [1] }), layers.dense({ units: 1 })]);
    model.compile({ optimizer, loss: 'mse' });
    const schedule = new callbacks.LearningRateScheduler(() => 0.5);
    const fit = model.fit(tensor([[1]]), tensor([[1]]), { verbose: 0, callbacks: [schedule] });
    await expect(fit).rejects.toThrow('no learning rate of its own');
  });

  it('trains a model, is saved with its state and goes on from there', async () => {
    const model = new Sequential([
      layers.input({ shape: [2] }),
      layers.dense({ units: 3, name: 'first' }),
      layers.dense({ units: 1, name: 'second' }),
    ]);
    const optimizerMap = new OptimizerMap({
      defaultOptimizer: new SGD({ learningRate: 0.1, momentum: 0.9 }),
      optimizerMap: { '.*first/.*': new Adam({ learningRate: 0.05 }) },
    });
    model.compile({ optimizer: new MultiOptimizer({ optimizerMap }), loss: 'mse' });
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    const y = tensor([[1], [2]]);
    await model.fit(x, y, { verbose: 0, epochs: 3 });
    const copy = await modelFromBytes(await modelToBytes(model));
    const names = (of: typeof model.optimizer) => of.variables.map(({ name }) => name);
    expect(names(copy.optimizer)).toHaveLength(names(model.optimizer).length);
    expect(names(copy.optimizer).filter((name) => name.includes('momentum'))).toHaveLength(4);
    model.resetMetrics();
    for (let step = 0; step < 2; step++) {
      expect(await copy.trainOnBatch(x, y)).toEqual(await model.trainOnBatch(x, y));
    }
    expect(await copy.optimizer.iterations.item()).toBe(5);
  });
});
