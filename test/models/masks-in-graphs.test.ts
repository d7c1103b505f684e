// While a functional model is put together layers see the masks that they will see when it runs.
// The shapes are those that Keras 3.15 gives for the same calls.
import { describe, expect, it, vi } from 'vitest';
import {
  type CallContext,
  input,
  Layer,
  layers,
  Model,
  ops,
  Sequential,
  type SymbolicTree,
  Tensor,
  type TensorTree,
  tensor,
} from './exports.js';

/** Adds the mask as one more feature, and notes what it was given. */
class WithMask extends Layer {
  override supportsMasking = true;
  readonly seen: (readonly number[] | undefined)[] = [];

  override call(x: Tensor, { mask }: CallContext): Tensor {
    const own = mask instanceof Tensor ? mask : undefined;
    this.seen.push(own?.shape);
    return own === undefined ? x : ops.concatenate([x, own.expandDims(-1).cast(x.dtype)], -1);
  }
}

/** Keeps every second step. */
class Half extends Layer {
  override supportsMasking = true;

  override call(x: Tensor): Tensor {
    return x.getItem(['all', { step: 2 }]);
  }

  protected override computeMask(_x: TensorTree, mask: unknown): Tensor | undefined {
    return mask instanceof Tensor ? mask.getItem(['all', { step: 2 }]) : undefined;
  }
}

class Doubled extends Layer {
  override call(x: Tensor): Tensor {
    return x.mul(2);
  }
}

const words = input({ shape: [6], dtype: 'int32' });
const steps = input({ shape: [6, 3] });
const embedded = layers.embedding({ inputDim: 5, outputDim: 3, maskZero: true });
const sentence = tensor([[1, 2, 0, 3, 0, 1]], 'int32');

describe('masks while shapes are inferred', () => {
  it('reach the call of a layer', () => {
    const layer = new WithMask();
    expect(layer.apply(embedded.apply(words)).shape).toEqual([null, 6, 4]);
    expect(layer.seen.every((shape) => shape?.[1] === 6)).toBe(true);
  });

  it('go through computeMask', () => {
    const made = new WithMask().apply(new Half().apply(embedded.apply(words)));
    expect(made.shape).toEqual([null, 3, 4]);
    const free = input({ shape: [null], dtype: 'int32' });
    expect(new WithMask().apply(new Half().apply(embedded.apply(free))).shape).toEqual([
      null,
      null,
      4,
    ]);
  });

  it('end where a layer does not take them, with a warning, and at ops', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const x = embedded.apply(words);
    expect(new WithMask().apply(new Doubled().apply(x)).shape).toEqual([null, 6, 3]);
    expect(warn).toHaveBeenCalledOnce();
    expect(new WithMask().apply(x.mul(2)).shape).toEqual([null, 6, 3]);
    expect(warn).toHaveBeenCalledOnce();
    warn.mockRestore();
  });

  it('go on as in Keras through layers of several inputs, wrappers and attention', () => {
    const masked = layers.masking().apply(steps);
    const next = (x: SymbolicTree) => new WithMask().apply(x);
    expect(next(layers.add().apply([masked, steps])).shape).toEqual([null, 6, 3]);
    expect(next(layers.concatenate({ axis: 1 }).apply([masked, steps])).shape).toEqual([
      null,
      12,
      4,
    ]);
    const lstm = layers.lstm({ units: 2, returnSequences: true });
    const both = layers.bidirectional({ layer: lstm }).apply(masked);
    expect(next(both).shape).toEqual([null, 6, 5]);
    const dense = layers.timeDistributed({ layer: layers.dense({ units: 2 }) });
    expect(next(dense.apply(masked)).shape).toEqual([null, 6, 3]);
    const attention = layers.multiHeadAttention({ numHeads: 2, keyDim: 2 });
    expect(next(attention.apply([masked, masked])).shape).toEqual([null, 6, 4]);
    expect(next(masked).shape).toEqual([null, 6, 4]);
  });

  it('can be switched off and given', () => {
    const layer = new WithMask();
    const x = embedded.apply(words);
    expect(layer.apply(x, { mask: null }).shape).toEqual([null, 6, 3]);
    const mask = input({ shape: [6], dtype: 'bool' });
    expect(layer.apply(steps, { mask }).shape).toEqual([null, 6, 4]);
  });

  it('agree with what calls return', async () => {
    const y = new WithMask().apply(embedded.apply(words));
    const z = new WithMask().apply(new Half().apply(y));
    const model = new Model({ inputs: words, outputs: [y, z] });
    const [first, second] = await model.predict(sentence, { verbose: 0 });
    expect([first.shape, second.shape]).toEqual([
      [1, 6, 4],
      [1, 3, 5],
    ]);
    expect(layers.dense({ units: 2 }).apply(z).shape).toEqual([null, 3, 2]);
  });

  it('travel through a stack of layers', () => {
    const model = new Sequential([
      input({ shape: [6], dtype: 'int32' }),
      layers.embedding({ inputDim: 5, outputDim: 3, maskZero: true }),
      new WithMask(),
      layers.lstm({ units: 4, returnSequences: true }),
      new WithMask(),
      layers.lstm({ units: 2 }),
      new WithMask(),
    ]);
    expect(model.layers.map((layer) => layer.output.shape)).toEqual([
      [null, 6, 3],
      [null, 6, 4],
      [null, 6, 4],
      [null, 6, 5],
      [null, 2],
      [null, 2],
    ]);
  });

  it('travel through models in models', () => {
    const inner = new Model({ inputs: steps, outputs: new WithMask().apply(steps) });
    expect(inner.apply(layers.masking().apply(steps)).shape).toEqual([null, 6, 4]);
    const masks = new Model({ inputs: steps, outputs: layers.masking().apply(steps) });
    expect(new WithMask().apply(masks.apply(steps)).shape).toEqual([null, 6, 4]);
  });
});

/** Has its own idea of which steps count. */
class Fives extends Layer {
  override supportsMasking = true;
  readonly inner = layers.masking({ maskValue: 5 });

  override call(x: Tensor): Tensor {
    return this.inner.apply(x);
  }
}

describe('masks that come out of a call', () => {
  const x = tensor([[[0], [1], [2], [5]]]);
  const lastFeature = (y: Tensor) => y.getItem([0, 'all', -1]).array();

  it('stay what a layer inside has made them', async () => {
    const y = new WithMask().apply(new Fives().apply(layers.masking().apply(x)));
    expect(await lastFeature(y)).toEqual([1, 1, 1, 0]);
    const free = input({ shape: [4, 1] });
    const inner = new Model({ inputs: free, outputs: new Half().apply(free) });
    const halved = new WithMask().apply(inner.apply(layers.masking().apply(x)));
    expect(await lastFeature(halved)).toEqual([0, 1]);
  });

  it('need no more than an overridden computeMask', async () => {
    class Ends extends Layer {
      override call(y: Tensor): Tensor {
        return y.mul(1);
      }

      protected override computeMask(y: TensorTree): Tensor {
        return (y as Tensor).getItem(['all', 'all', 0]).greater(1);
      }
    }
    expect(new Ends().supportsMasking).toBe(true);
    expect(await lastFeature(new WithMask().apply(new Ends().apply(x)))).toEqual([0, 0, 1, 1]);
  });

  it('are not those that went into a model where an op or a layer inside ends them', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const free = input({ shape: [4, 1] });
    const doubled = new Model({ inputs: free, outputs: free.mul(2) });
    expect(new WithMask().apply(doubled.apply(layers.masking().apply(x))).shape).toEqual([1, 4, 1]);
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });
});
