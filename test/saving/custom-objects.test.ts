// Classes and functions of the user's own: saved under their names, lent back when loading.
import { describe, expect, it } from 'vitest';
import type { DType } from '../../src/core/dtype.js';
import type { Shape } from '../../src/core/shape.js';
import {
  initializers,
  Layer,
  layers,
  losses,
  Model,
  ops,
  Sequential,
  type Tensor,
  tensor,
  UnknownNameError,
  type Weight,
} from '../../src/index.js';
import { modelFromBytes, modelToBytes } from '../../src/saving/model-file.js';
import { walkModel } from '../../src/saving/walk.js';

class Scale extends Layer<{ factor: number }> {
  private weightOfScale: Weight | undefined;

  protected override build(): void {
    this.weightOfScale = this.weight('scale', [], { initializer: 'ones' });
  }

  protected override call(x: Tensor): Tensor {
    return ops.mul(x, ops.mul(this.weightOfScale?.value ?? 1, this.config.factor));
  }
}

/** Holds layers in a property, in a list and in a map, as real models do. */
class Block extends Layer<{ units: number }> {
  readonly firstDense = layers.dense({ units: this.config.units });
  readonly items = [layers.dense({ units: 2 }), layers.dense({ units: 2 })];
  readonly table = new Map([['last', new Scale({ factor: 2 })]]);

  protected override call(x: Tensor): Tensor {
    let y = this.firstDense.apply(x);
    for (const item of this.items) y = item.apply(y);
    return this.table.get('last')?.apply(y) ?? y;
  }
}

class Half extends initializers.Initializer {
  override initialize(shape: Shape, dtype: DType): Tensor {
    return ops.full(shape, 0.5, { dtype });
  }
}

function quartic(yTrue: Tensor, yPred: Tensor): Tensor {
  return ops.mean(ops.pow(ops.sub(yPred, yTrue), 4), { axis: -1 });
}

class Quartic extends losses.Loss {
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return quartic(yTrue, yPred);
  }
}

function build(loss: typeof quartic | losses.Loss): Sequential {
  const model = new Sequential([
    layers.input({ shape: [3] }),
    new Block({ units: 4 }),
    layers.dense({ units: 2, kernelInitializer: new Half() }),
    new Scale({ factor: 0.5 }),
  ]);
  model.compile({ optimizer: 'sgd', loss });
  return model;
}

const x = tensor([[1, 2, 3]]);
const y = tensor([[1, 0]]);

describe('custom objects', () => {
  it.each([
    ['a function', quartic, { quartic }],
    ['a class', new Quartic(), { Quartic }],
  ] as const)('come back when they are lent (%s as loss)', async (_name, loss, lent) => {
    const model = build(loss);
    const customObjects = { Scale, Block, Half, ...lent };
    const copy = await modelFromBytes(await modelToBytes(model), { customObjects });
    expect(await copy.apply(x).data()).toEqual(await model.apply(x).data());
    expect(copy.layers[0]).toBeInstanceOf(Block);
    const first = await model.trainOnBatch(x, y);
    expect(await copy.trainOnBatch(x, y)).toEqual(first);
    expect(await copy.apply(x).data()).toEqual(await model.apply(x).data());
  });

  it('are all named when they are missing', async () => {
    const bytes = await modelToBytes(build(quartic));
    const attempt = modelFromBytes(bytes, { customObjects: { Half } });
    await expect(attempt).rejects.toThrow(UnknownNameError);
    await expect(attempt).rejects.toThrow(/Block, Scale|Scale, Block/);
    const noLoss = modelFromBytes(bytes, { customObjects: { Half, Scale, Block } });
    await expect(noLoss).rejects.toThrow(/quartic/);
    const layersOnly = { customObjects: { Half, Scale, Block }, compile: false };
    expect((await modelFromBytes(bytes, layersOnly)).layers.length).toBe(3);
  });

  it('are found by the full name that Python gives them', async () => {
    const bytes = await modelToBytes(build(quartic));
    const customObjects = { 'mine>Scale': Scale, Scale, Block, Half, quartic };
    expect((await modelFromBytes(bytes, { customObjects })).built).toBe(true);
  });
});

/** A model that writes its own call, with layers in properties. */
class Residual extends Model {
  static override readonly className = 'Residual';
  readonly inner = layers.dense({ units: 3, activation: 'tanh' });
  readonly head = layers.dense({ units: 1 });

  protected override call(inputs: Tensor): Tensor {
    return this.head.apply(ops.add(inputs, this.inner.apply(inputs)));
  }
}

describe('models with a call of their own', () => {
  it('come back when their class is lent', async () => {
    const model = new Residual({ name: 'mine' });
    model.build([null, 3]);
    model.compile({ optimizer: 'adam', loss: 'mse' });
    await model.trainOnBatch(x, tensor([[1]]));
    const bytes = await modelToBytes(model);
    const copy = await modelFromBytes(bytes, { customObjects: { Residual } });
    expect(copy).toBeInstanceOf(Residual);
    expect(copy.name).toBe('mine');
    expect(await copy.apply(x).data()).toEqual(await model.apply(x).data());
    await model.trainOnBatch(x, tensor([[1]]));
    await copy.trainOnBatch(x, tensor([[1]]));
    expect(await copy.apply(x).data()).toEqual(await model.apply(x).data());
    await expect(modelFromBytes(bytes)).rejects.toThrow(/Residual/);
  });

  it('keep their weights where Keras would look for them', async () => {
    const model = new Residual();
    model.build([null, 3]);
    const paths = walkModel(model).map(({ path }) => path);
    expect(paths).toEqual(['', 'head', 'inner']);
    const block = new Block({ units: 4 });
    block.ensureBuilt([null, 3]);
    expect(walkModel(block).map(({ path }) => path)).toEqual([
      '',
      'first_dense',
      'items/dense',
      'items/dense_1',
      'table/scale',
    ]);
  });
});
