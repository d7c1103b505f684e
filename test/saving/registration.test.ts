// Classes registered by name: saved under it, found under it, and never mistaken for others.
import { describe, expect, it } from 'vitest';
import {
  getCustomObjects,
  getRegisteredName,
  getRegisteredObject,
  Layer,
  layers,
  losses,
  modelFromBytes,
  modelToBytes,
  registerKerasSerializable,
  Sequential,
  type Tensor,
  tensor,
} from '../../src/index.js';

class Tripling extends Layer {
  static readonly className = 'Tripling';
  override call(x: Tensor) {
    return x.mul(3);
  }
}

class Distance extends losses.Loss {
  static override readonly className = 'Distance';
  override call(yTrue: Tensor, yPred: Tensor) {
    return yPred.sub(yTrue).abs().mean({ axis: -1 });
  }
}

class Unknown extends Layer {
  static readonly className = 'Unknown';
  override call(x: Tensor) {
    return x;
  }
}

describe('registerKerasSerializable', () => {
  registerKerasSerializable(Tripling, { package: 'tests' });
  registerKerasSerializable(Distance);

  it('knows objects by their names', () => {
    expect(getRegisteredName(Tripling)).toBe('tests>Tripling');
    expect(getRegisteredObject('tests>Tripling')).toBe(Tripling);
    expect(getRegisteredName(Unknown)).toBe('Unknown');
    expect(getRegisteredObject('tests>Unknown')).toBeUndefined();
    expect(getCustomObjects().get('Custom>Distance')).toBe(Distance);
    // Once more under the same name changes nothing.
    expect(registerKerasSerializable(Tripling, { package: 'tests' })).toBe(Tripling);
  });

  it('lets models load without customObjects', async () => {
    const model = new Sequential([layers.input({ shape: [2] }), new Tripling()]);
    model.compile({ optimizer: 'sgd', loss: new Distance() });
    expect(model.toJson()).toContain('"registered_name":"tests>Tripling"');
    const loaded = await modelFromBytes(await modelToBytes(model));
    expect(loaded.layers[0]).toBeInstanceOf(Tripling);
    expect(await loaded.apply(tensor([[1, 2]])).array()).toEqual([[3, 6]]);
    const logs = await loaded.testOnBatch([[1, 2]], [[3, 5]]);
    expect(logs.loss).toBeCloseTo(0.5, 6);
  });

  it('refuses a name that is taken, and files with what nobody registered', async () => {
    expect(() =>
      registerKerasSerializable(Unknown, { package: 'tests', name: 'Tripling' }),
    ).toThrow('another object has this name');
    const model = new Sequential([layers.input({ shape: [2] }), new Unknown()]);
    const bytes = await modelToBytes(model);
    await expect(modelFromBytes(bytes)).rejects.toThrow('Unknown');
    const lent = await modelFromBytes(bytes, { customObjects: { Unknown } });
    expect(lent.layers[0]).toBeInstanceOf(Unknown);
  });
});
