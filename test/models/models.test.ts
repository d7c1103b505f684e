// Models as users build them: sequential, functional, subclassed; names, masks, losses, errors.

import { beforeEach, describe, expect, it } from 'vitest';
import {
  clearSession,
  cloneModel,
  Layer,
  layers,
  Model,
  ops,
  Sequential,
  setRandomSeed,
  type Tensor,
  tensor,
  type Weight,
} from './exports.js';
import { messageOf } from './message-of.js';

beforeEach(() => {
  clearSession();
  setRandomSeed(1);
});

describe('names', () => {
  it('counts per class and starts again after clearSession', () => {
    expect(layers.dense({ units: 1 }).name).toBe('dense');
    expect(layers.dense({ units: 1 }).name).toBe('dense_1');
    expect(layers.reLU().name).toBe('re_lu');
    expect(layers.prelu().name).toBe('p_re_lu');
    expect(layers.conv2d({ filters: 1, kernelSize: 1 }).name).toBe('conv2d');
    expect(layers.globalAveragePooling2d().name).toBe('global_average_pooling2d');
    expect(layers.rmsNormalization().name).toBe('rms_normalization');
    clearSession();
    expect(layers.dense({ units: 1 }).name).toBe('dense');
  });

  it('puts the enclosing scopes before weights, as Keras', () => {
    const inner = new Sequential(
      [layers.input({ shape: [2] }), layers.dense({ units: 2, name: 'd' })],
      { name: 'inner' },
    );
    const model = new Sequential([inner, layers.batchNormalization({ name: 'bn' })], {
      name: 'all',
    });
    model.build([null, 2]);
    expect(model.weights.map((weight) => weight.path)).toEqual([
      'inner/d/kernel',
      'inner/d/bias',
      'all/bn/gamma',
      'all/bn/beta',
      'all/bn/moving_mean',
      'all/bn/moving_variance',
    ]);
    const alone = layers.dense({ units: 1, name: 'd1' });
    alone.apply(layers.input({ shape: [2] }));
    expect(alone.weights.map((weight) => weight.path)).toEqual(['d1/kernel', 'd1/bias']);
  });

  it('keeps the order of weights when layers are frozen', () => {
    const model = new Sequential([
      layers.input({ shape: [2] }),
      layers.dense({ units: 2, name: 'd1' }),
      layers.batchNormalization({ name: 'bn' }),
      layers.dense({ units: 1, name: 'd2' }),
    ]);
    const before = model.weights.map((weight) => weight.path);
    expect(model.trainableWeights.length).toBe(6);
    model.getLayer('bn').trainable = false;
    expect(model.weights.map((weight) => weight.path)).toEqual(before);
    expect(model.trainableWeights.length).toBe(4);
    expect(model.nonTrainableWeights.length).toBe(4);
    model.trainable = false;
    expect(model.trainableWeights).toEqual([]);
  });
});

describe('Sequential', () => {
  it('builds at the first call and adds and pops layers', async () => {
    const model = new Sequential([layers.dense({ units: 3 }), layers.dense({ units: 2 })]);
    expect(model.built).toBe(false);
    expect(model.apply(tensor([[1, 2]])).shape).toEqual([1, 2]);
    expect(model.outputShape).toEqual([null, 2]);
    expect(
      model.apply(
        tensor([
          [1, 2],
          [3, 4],
        ]),
      ).shape,
    ).toEqual([2, 2]);
    expect(model.weights[0]?.path).toBe('sequential/dense/kernel');
    model.add(layers.dense({ units: 5 }));
    expect(model.weights[4]?.path).toBe('sequential/dense_2/kernel');
    expect(model.outputShape).toEqual([null, 5]);
    expect(model.countParams()).toBe(9 + 8 + 15);
    expect(model.pop()?.name).toBe('dense_2');
    expect(model.outputShape).toEqual([null, 2]);
    expect(model.layers.map((layer) => layer.name)).toEqual(['dense', 'dense_1']);
  });

  it('takes the input shape from its first layer', () => {
    const model = new Sequential([layers.dense({ units: 3, inputShape: [4] })]);
    expect(model.countParams()).toBe(15);
  });

  it('rejects a second input and equal names', () => {
    const twice = () =>
      new Sequential([layers.input({ shape: [1] }), layers.input({ shape: [1] })]);
    expect(messageOf(twice)).toContain('can only be the first');
    const same = () =>
      new Sequential([layers.flatten({ name: 'a' }), layers.flatten({ name: 'a' })]);
    expect(messageOf(same)).toContain('already a layer named "a"');
  });

  it('infers unknown sizes of space', () => {
    const model = new Sequential([
      layers.input({ shape: [null, null, 3] }),
      layers.conv2d({ filters: 4, kernelSize: 3, strides: 2 }),
      layers.maxPooling2d(),
      layers.globalAveragePooling2d(),
    ]);
    expect(model.layers.map((layer) => layer.output.shape)).toEqual([
      [null, null, null, 4],
      [null, null, null, 4],
      [null, 4],
    ]);
  });
});

describe('functional models', () => {
  it('runs several inputs and outputs by list and by name', async () => {
    const left = layers.input({ shape: [2], name: 'left' });
    const right = layers.input({ shape: [3], name: 'right' });
    const joined = layers.concatenate([left, right]);
    const model = new Model<{ readonly sum: Tensor; readonly all: Tensor }>({
      inputs: [left, right],
      outputs: {
        sum: layers.dense({ units: 1, name: 'sum', kernelInitializer: 'ones' }).apply(joined),
        all: joined,
      },
    });
    const [a, b] = [tensor([[1, 2]]), tensor([[3, 4, 5]])];
    const byList = model.apply([a, b]);
    expect(await byList.sum.array()).toEqual([[15]]);
    const byName = model.apply({ right: b, left: a });
    expect(await byName.all.array()).toEqual([[1, 2, 3, 4, 5]]);
    expect(model.inputNames).toEqual(['left', 'right']);
    expect(model.outputNames).toEqual(['concatenate', 'sum']);
    expect(
      model.apply({ left: layers.input({ shape: [2] }), right: layers.input({ shape: [3] }) }).sum
        .shape,
    ).toEqual([null, 1]);
  });

  it('shares layers, and cuts a model out of the middle of another', async () => {
    const x = layers.input({ shape: [2] });
    const shared = layers.dense({ units: 2, name: 'shared' });
    const first = shared.apply(x);
    const second = shared.apply(first);
    const whole = new Model({ inputs: x, outputs: second });
    expect(whole.countParams()).toBe(6);
    const tail = new Model({ inputs: first, outputs: second });
    expect(tail.layers.map((layer) => layer.className)).toEqual(['InputLayer', 'Dense']);
    const head = new Model({ inputs: x, outputs: whole.getLayer('shared').output });
    const data = tensor([[1, -2]]);
    expect(await tail.apply(head.apply(data)).array()).toEqual(await whole.apply(data).array());
  });

  it('orders layers by depth, then by discovery', () => {
    const x = layers.input({ shape: [2], name: 'x' });
    const short = layers.dense({ units: 2, name: 'short' }).apply(x);
    const long1 = layers.dense({ units: 2, name: 'long1' }).apply(x);
    const long2 = layers.dense({ units: 2, name: 'long2' }).apply(long1);
    const model = new Model({ inputs: x, outputs: layers.add([short, long2]) });
    expect(model.layers.map((layer) => layer.name)).toEqual([
      'x',
      'long1',
      'short',
      'long2',
      'add',
    ]);
  });

  it('names what is missing from a cut graph', () => {
    const x = layers.input({ shape: [2], name: 'x' });
    const other = layers.input({ shape: [2], name: 'other' });
    const make = () => new Model({ inputs: x, outputs: layers.add([x, other]) });
    expect(messageOf(make)).toContain('add the input "other"');
  });

  it('adds or drops a last axis of size 1', () => {
    const x = layers.input({ shape: [1] });
    const model = new Model({ inputs: x, outputs: layers.dense({ units: 2 }).apply(x) });
    expect(model.apply(tensor([1, 2, 3])).shape).toEqual([3, 2]);
  });
});

class Block extends Layer<{ units: number }> {
  private readonly first = layers.dense({ units: 4, name: 'first' });
  private readonly rest: readonly Layer[] = [
    layers.dense({ units: this.config.units, name: 'second' }),
  ];
  private scale: Weight | undefined;

  protected override build(): void {
    this.scale = this.weight('scale', [], { initializer: 'ones' });
  }

  protected override call(x: Tensor): Tensor {
    const hidden = this.first.apply(x);
    this.addLoss(ops.sum(hidden));
    const [last] = this.rest;
    return last === undefined ? hidden : ops.mul(last.apply(hidden), this.scale ?? 1);
  }
}

class Network extends Model {
  readonly block = new Block({ units: 2, name: 'block' });

  protected override call(x: Tensor): Tensor {
    return this.block.apply(x);
  }
}

describe('subclasses', () => {
  it('finds layers in properties and lists, and builds from a shape', () => {
    const model = new Network({ name: 'net' });
    model.build([null, 3]);
    expect(model.weights.map((weight) => weight.path)).toEqual([
      'net/block/scale',
      'net/block/first/kernel',
      'net/block/first/bias',
      'net/block/second/kernel',
      'net/block/second/bias',
    ]);
    expect(model.layers.map((layer) => layer.name)).toEqual(['block']);
    expect(model.apply(layers.input({ shape: [3] })).shape).toEqual([null, 2]);
  });

  it('collects losses of the last call only', () => {
    const model = new Network();
    model.apply(tensor([[1, 2, 3]]));
    model.apply(tensor([[1, 2, 3]]));
    expect(model.losses.length).toBe(1);
  });

  it('passes training down', () => {
    const seen: boolean[] = [];
    class Spy extends Layer {
      protected override call(x: Tensor, context: { readonly training: boolean }): Tensor {
        seen.push(context.training);
        return x;
      }
    }
    class Outer extends Layer {
      readonly inner = new Spy();
      protected override call(x: Tensor): Tensor {
        this.inner.apply(x, { training: false });
        return this.inner.apply(x);
      }
    }
    const outer = new Outer();
    outer.apply(tensor([1]), { training: true });
    outer.apply(tensor([1]));
    // As in Keras, what one layer inside is told counts for those after it.
    expect(seen).toEqual([false, false, false, false]);
  });
});

describe('shapes', () => {
  it('are computed without data, and shown for subclasses', () => {
    expect(
      layers.conv1d({ filters: 2, kernelSize: 3 }).computeOutputShape([null, null, 4]),
    ).toEqual([null, null, 2]);
    expect(
      layers.add().computeOutputShape([
        [null, 1],
        [null, 3],
      ]),
    ).toEqual([null, 3]);
    const model = new Network({ name: 'net' });
    expect(model.summary({ printFn: () => {} }).rows[0]?.outputShapes).toEqual([]);
    model.build([null, 3]);
    const [row] = model.summary({ printFn: () => {} }).rows;
    expect(row?.params).toBe(27);
    expect(row?.outputShapes[0]?.length).toBe(2);
  });
});

describe('variables', () => {
  it('are the weights and the states of random streams', () => {
    const model = new Sequential([
      layers.input({ shape: [2] }),
      layers.dense({ units: 1 }),
      layers.dropout({ rate: 0.5 }),
    ]);
    expect(model.weights.length).toBe(2);
    expect(model.variables.length).toBe(3);
  });
});

describe('cloneModel', () => {
  it('makes the same architecture with weights of its own', async () => {
    const x = layers.input({ shape: [2], name: 'x' });
    const model = new Model({ inputs: x, outputs: layers.dense({ units: 2, name: 'd' }).apply(x) });
    const copy = cloneModel(model);
    expect(copy.getConfig()).toEqual(model.getConfig());
    copy.setWeights(model.getWeights());
    const data = tensor([[1, 2]]);
    expect(await copy.apply(data).array()).toEqual(await model.apply(data).array());
  });
});
