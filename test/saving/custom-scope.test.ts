// customObjectScope: names that mean a program's classes and functions while a body runs.
import { describe, expect, it } from 'vitest';
import { lentObjects } from '../../src/core/custom-scope.js';
import {
  activations,
  constraints,
  customObjectScope,
  type DType,
  deserializeLayer,
  initializers,
  Layer,
  layers,
  losses,
  metrics,
  modelFromBytes,
  modelToBytes,
  ops,
  Sequential,
  type Shape,
  serializeLayer,
  type Tensor,
  tensor,
} from '../../src/index.js';

class Doubling extends Layer {
  static readonly className = 'Doubling';
  override call(x: Tensor): Tensor {
    return x.mul(2);
  }
}

/** Another class of the same name. */
class Tenfold extends Layer {
  static readonly className = 'Doubling';
  override call(x: Tensor): Tensor {
    return x.mul(10);
  }
}

class Sevens extends initializers.Initializer {
  static readonly className = 'Sevens';
  override initialize(shape: Shape, dtype: DType): Tensor {
    return ops.full(shape, 7, { dtype });
  }
}

const squared = (x: Tensor): Tensor => x.square();
const distance = (yTrue: Tensor, yPred: Tensor): Tensor =>
  yPred.sub(yTrue).abs().mean({ axis: -1 });

async function bytesOf(layer: Layer): Promise<Uint8Array> {
  return modelToBytes(new Sequential([layers.input({ shape: [1] }), layer]));
}

describe('customObjectScope', () => {
  it('lets files name classes, until the body has settled', async () => {
    const bytes = await bytesOf(new Doubling());
    const loaded = await customObjectScope({ Doubling }, () => modelFromBytes(bytes));
    expect(await loaded.apply(tensor([[3]])).array()).toEqual([[6]]);
    expect(lentObjects().has('Doubling')).toBe(false);
    await expect(modelFromBytes(bytes)).rejects.toThrow('Doubling');
  });

  it('lets single layers name classes too', () => {
    const saved = serializeLayer(new Doubling({ name: 'twice' }));
    const layer = customObjectScope({ Doubling }, () => deserializeLayer(saved));
    expect(layer).toBeInstanceOf(Doubling);
    expect(() => deserializeLayer(saved)).toThrow('Doubling');
  });

  it('makes a setting once, since making one may draw a seed', () => {
    let made = 0;
    class Counted extends Sevens {
      constructor() {
        super();
        made += 1;
      }
    }
    customObjectScope({ Counted }, () =>
      layers.dense({ units: 1, kernelInitializer: 'Counted' }).apply(tensor([[1]])),
    );
    expect(made).toBe(1);
  });

  it('lets options name functions and classes, which layers keep', async () => {
    const layer = customObjectScope({ squared, Sevens }, () =>
      layers.dense({ units: 1, activation: 'squared', kernelInitializer: 'Sevens' }),
    );
    // The weight is made after the scope.
    expect(await layer.apply(tensor([[1]])).array()).toEqual([[49]]);
    expect(serializeLayer(layer).config).toMatchObject({
      activation: 'squared',
      kernel_initializer: { class_name: 'Sevens', module: null },
    });
    const loss = customObjectScope({ distance }, () => losses.get('distance'));
    expect(await loss.apply(tensor([[1]]), tensor([[4]])).item()).toBe(3);
    const metric = customObjectScope({ distance }, () => metrics.get('distance'));
    metric.updateState(tensor([[1]]), tensor([[3]]));
    expect(await metric.result().item()).toBe(2);
    expect(() => activations.get('squared')).toThrow('squared');
    expect(() => initializers.get('Sevens')).toThrow('Sevens');
  });

  it('adds inner names to outer ones, and inner ones come first', () => {
    customObjectScope({ Doubling, squared }, () => {
      customObjectScope({ Doubling: Tenfold }, () => {
        expect(lentObjects().get('Doubling')).toBe(Tenfold);
        expect(lentObjects().get('squared')).toBe(squared);
      });
      expect(lentObjects().get('Doubling')).toBe(Doubling);
    });
    expect(lentObjects().has('squared')).toBe(false);
  });

  it('ends with an error of the body, thrown or rejected', async () => {
    const fail = (): never => {
      throw new RangeError('inside');
    };
    expect(() => customObjectScope({ squared }, fail)).toThrow('inside');
    expect(lentObjects().has('squared')).toBe(false);
    const late = customObjectScope({ squared }, async () => {
      await Promise.resolve();
      expect(lentObjects().get('squared')).toBe(squared);
      fail();
    });
    await expect(late).rejects.toThrow('inside');
    expect(lentObjects().has('squared')).toBe(false);
  });

  it('keeps waiting bodies apart, whichever ends first', async () => {
    let endFirst = (): void => {};
    const first = customObjectScope({ Doubling }, () => {
      return new Promise<void>((resolve) => {
        endFirst = resolve;
      });
    });
    // The same object under the same name is no contradiction.
    const second = customObjectScope({ Doubling, squared }, () => bytesOf(new Doubling()));
    expect(() => customObjectScope({ Doubling: Tenfold }, () => 0)).toThrow(
      /"Doubling" means something else[\s\S]*To fix: await the other scope first/,
    );
    endFirst();
    await first;
    const bytes = await second;
    expect(lentObjects().size).toBe(0);
    const loaded = await customObjectScope({ Doubling: Tenfold }, () => modelFromBytes(bytes));
    expect(await loaded.apply(tensor([[3]])).array()).toEqual([[30]]);
  });

  it('refuses what is neither a class nor a function', () => {
    // @ts-expect-error: the types refuse it as well
    expect(() => customObjectScope({ seven: 7 }, () => 0)).toThrow(/"seven" is neither/);
    expect(() => customObjectScope({ squared }, () => constraints.get('squared'))).toThrow(
      'squared',
    );
  });
});
