// serializeKerasObject and deserializeKerasObject: the JSON of real Keras both ways, and what neither
// writes nor reads.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Plain } from '../../src/core/op.js';
import {
  callbacks,
  Dense,
  deserializeKerasObject,
  initializers,
  Layer,
  layers,
  losses,
  Model,
  metrics,
  type NestedArray,
  optimizers,
  registerKerasSerializable,
  SeedGenerator,
  Sequential,
  SymbolicTensor,
  serializeKerasObject,
  Tensor,
  tensor,
} from '../../src/index.js';

interface ObjectCase {
  name: string;
  saved: Plain;
}

const file = new URL('../golden/objects.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: ObjectCase[] };

/** Options that Keras writes and that have no meaning here, and what it knows of its backend. */
const LEFT_OUT = new Set([
  'dtype',
  'jit_compile',
  'optional',
  'quantization_config',
  'ragged',
  'sparse',
  'input_axes',
  'output_axes',
  'zero_output_for_mask',
]);

/** Keras writes that a functional model was built for no shape. */
function isEmptyBuild(key: string, value: unknown): boolean {
  return key === 'build_config' && JSON.stringify(value) === '{"input_shape":null}';
}

/** What ours and Keras's must agree on. */
function common(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(common);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, item]) => !LEFT_OUT.has(key) && !isEmptyBuild(key, item))
      .map(([key, item]) => [key, common(item)]),
  );
}

/** Arrays of NumPy become tensors. */
const AGAIN: Readonly<Record<string, string>> = { __numpy__: '__tensor__' };

function renamed(value: Plain): unknown {
  const text = JSON.stringify(value);
  return JSON.parse(text.replace(/__numpy__/g, (name) => AGAIN[name] ?? name));
}

describe('objects equal Keras', () => {
  for (const { name, saved } of cases) {
    it(name, () => {
      const made = deserializeKerasObject(saved);
      const again = serializeKerasObject(made);
      expect(common(again)).toEqual(common(renamed(saved)));
      // Once more from the text of ours.
      const copy = deserializeKerasObject(JSON.parse(JSON.stringify(again)));
      expect(serializeKerasObject(copy)).toEqual(again);
    });
  }

  it('are of our classes', () => {
    const named = (name: string): unknown => {
      return deserializeKerasObject(cases.find((one) => one.name === name)?.saved);
    };
    expect(named('layer')).toBeInstanceOf(Dense);
    expect(named('loss')).toBeInstanceOf(losses.CategoricalCrossentropy);
    expect(named('metric')).toBeInstanceOf(metrics.Precision);
    expect(named('optimizer with a schedule')).toBeInstanceOf(optimizers.SGD);
    expect(named('schedule')).toBeInstanceOf(optimizers.schedules.ExponentialDecay);
    expect(named('initializer')).toBeInstanceOf(initializers.VarianceScaling);
    expect(named('seed generator')).toBeInstanceOf(SeedGenerator);
    expect(named('loss function')).toBe(losses.meanSquaredError);
    expect(named('metric function')).toBe(metrics.binaryAccuracy);
    expect(named('functional')).toBeInstanceOf(Model);
  });

  it('are models that train where they were compiled', async () => {
    const saved = cases.find(({ name }) => name === 'sequential, compiled')?.saved;
    const model = deserializeKerasObject(saved);
    if (!(model instanceof Sequential)) throw new Error('a Sequential');
    const logs = await model.trainOnBatch([[1, 2]], [[0.5]]);
    expect(Object.keys(logs).sort()).toEqual(['loss', 'mae']);
  });
});

describe('tensors', () => {
  async function copied(value: unknown): Promise<{ array: NestedArray; dtype: string }> {
    const made = deserializeKerasObject(JSON.parse(JSON.stringify(serializeKerasObject(value))));
    if (!(made instanceof Tensor)) throw new Error('a tensor');
    return { array: await made.array(), dtype: made.dtype };
  }

  it('keep values, shapes and dtypes', async () => {
    const values = tensor([
      [1, 2],
      [3, 4.5],
    ]);
    expect(await copied(values.transpose())).toEqual({
      array: [
        [1, 3],
        [2, 4.5],
      ],
      dtype: 'float32',
    });
    const half = values.cast('bfloat16');
    expect(await copied(half)).toEqual({
      array: [
        [1, 2],
        [3, 4.5],
      ],
      dtype: 'bfloat16',
    });
    const flags = values.greater(2);
    expect(await copied(flags)).toEqual({
      array: [
        [false, false],
        [true, true],
      ],
      dtype: 'bool',
    });
    expect(await copied(tensor(0.1, 'float64'))).toEqual({ array: 0.1, dtype: 'float64' });
    expect(await copied(tensor([]))).toEqual({ array: [], dtype: 'float32' });
    expect(await copied(new Int32Array([1, -2]))).toEqual({ array: [1, -2], dtype: 'int32' });
  });

  it('of dtypes that only Keras has come in wider ones', async () => {
    const made = deserializeKerasObject({
      class_name: '__numpy__',
      config: { value: [[1, 2]], dtype: 'int64' },
    });
    expect(made instanceof Tensor && [made.dtype, made.shape]).toEqual(['int32', [1, 2]]);
  });

  it('without values keep their shape', () => {
    const saved = serializeKerasObject(layers.input({ shape: [3], name: 'three' }));
    expect(saved).toEqual({
      class_name: '__keras_tensor__',
      config: { shape: [null, 3], dtype: 'float32', keras_history: ['three', 0, 0] },
    });
    const made = deserializeKerasObject(saved);
    expect(made instanceof SymbolicTensor && made.shape).toEqual([null, 3]);
  });
});

/** Plain settings of a program, with an object of Keras's inside. */
class Recipe {
  static readonly className = 'Recipe';
  readonly firstLoss: losses.Loss;
  readonly steps: number;

  constructor({ firstLoss, steps }: { firstLoss: losses.Loss; steps: number }) {
    this.firstLoss = firstLoss;
    this.steps = steps;
  }

  getConfig() {
    return { firstLoss: this.firstLoss, steps: this.steps };
  }
}

class Halving extends Layer {
  static readonly className = 'Halving';
  override call(x: Tensor): Tensor {
    return x.mul(0.5);
  }
}

/** Made in a way of its own. */
class Counted {
  static readonly className = 'Counted';
  static fromConfig({ count }: { count: number }): Counted {
    return new Counted(count + 1);
  }
  constructor(readonly count: number) {}
  getConfig() {
    return { count: this.count };
  }
}

describe('objects of the program', () => {
  const recipe = new Recipe({ firstLoss: new losses.Huber({ name: 'first' }), steps: 3 });

  it('come back where their classes are lent or registered', () => {
    const saved = serializeKerasObject([recipe, new Halving({ name: 'half' })]);
    expect(saved).toMatchObject([
      { module: null, class_name: 'Recipe', registered_name: 'Recipe', config: { steps: 3 } },
      { module: null, class_name: 'Halving', config: { name: 'half' } },
    ]);
    expect(JSON.stringify(saved)).toContain('"first_loss":{"module":"keras.losses"');
    const made = deserializeKerasObject(saved, { customObjects: { Recipe, Halving } });
    expect(Array.isArray(made) && made[1]).toBeInstanceOf(Halving);
    const again: unknown = Array.isArray(made) ? made[0] : undefined;
    if (!(again instanceof Recipe)) throw new Error('a Recipe');
    expect([again.steps, again.firstLoss.name]).toEqual([3, 'first']);

    registerKerasSerializable(Counted, { package: 'tests' });
    const counted = deserializeKerasObject(serializeKerasObject(new Counted(1)));
    expect(counted instanceof Counted && counted.count).toBe(2);
  });

  it('may be inside of Keras’s', () => {
    class Mine extends optimizers.schedules.LearningRateSchedule {
      static override readonly className = 'Mine';
      override call(): Tensor {
        return tensor(0.25);
      }
      override getConfig() {
        return {};
      }
    }
    const saved = serializeKerasObject(new optimizers.SGD({ learningRate: new Mine() }));
    expect(() => deserializeKerasObject(saved)).toThrow(/not known here[\s\S]*received Mine/);
    const made = deserializeKerasObject(saved, { customObjects: { Mine } });
    expect(made).toBeInstanceOf(optimizers.SGD);
    expect(serializeKerasObject(made)).toEqual(saved);
  });

  it('may be functions, by their registered names', () => {
    const tripled = (x: Tensor): Tensor => x.mul(3);
    expect(serializeKerasObject(tripled)).toMatchObject({ config: 'tripled' });
    registerKerasSerializable(tripled, { package: 'tests', name: 'three_times' });
    const saved = serializeKerasObject(tripled);
    expect(saved).toMatchObject({ class_name: 'function', config: 'tests>three_times' });
    expect(deserializeKerasObject(saved)).toBe(tripled);
  });
});

describe('what is refused', () => {
  const node = (module: string | null, name: string, config: object = {}) => {
    return { module, class_name: name, config, registered_name: module === null ? name : null };
  };

  it('unknown classes, all of them in one list', () => {
    const data = {
      a: node('keras.losses', 'MeanSquaredEror'),
      b: [node(null, 'Mine'), node('keras.layers', 'Dens')],
      c: node('keras.optimizers', 'Adam', { learning_rate: node(null, 'Rate') }),
    };
    const attempt = () => deserializeKerasObject(data);
    for (const name of ['MeanSquaredEror', 'Mine', 'Dens', 'Rate']) expect(attempt).toThrow(name);
    expect(attempt).toThrow(/deserializeKerasObject\(data, \{ customObjects: \{/);
    // As in Keras, a name without its module is not enough.
    expect(() => deserializeKerasObject({ class_name: 'Adam', config: {} })).toThrow('Adam');
    const named = {
      ...node('builtins', 'function'),
      config: 'nobody',
      registered_name: 'function',
    };
    expect(() => deserializeKerasObject(named)).toThrow(/a function is not known[\s\S]*nobody/);
  });

  it('code, cycles, and what is no data', () => {
    expect(() => deserializeKerasObject(node('keras.layers', 'Lambda'))).toThrow(/Python code/);
    expect(() => deserializeKerasObject([node('os', 'system')])).toThrow(/module os/);
    expect(() => deserializeKerasObject({ class_name: '__lambda__', config: {} })).toThrow(/code/);
    const loop: unknown[] = [];
    loop.push(loop);
    expect(() => deserializeKerasObject(loop)).toThrow(/nests too deep/);
    expect(() => serializeKerasObject(loop)).toThrow(/nests too deep/);
    expect(() => deserializeKerasObject(new Map())).toThrow(/not plain data[\s\S]*a Map/);
    expect(() => deserializeKerasObject({ class_name: '__tensor__', config: null })).toThrow(
      /dtype/,
    );
    const texts = { value: ['a'], dtype: 'float32' };
    expect(() => deserializeKerasObject({ class_name: '__tensor__', config: texts })).toThrow(
      /no numbers/,
    );
    const wrong = node('keras.layers', 'Dense', { units: 'many' });
    expect(() => deserializeKerasObject(wrong)).toThrow(/units must be a whole number/);
  });

  it('objects that no file can hold', () => {
    expect(() => serializeKerasObject(new callbacks.EarlyStopping())).toThrow(/EarlyStopping/);
    expect(() => serializeKerasObject(() => 1)).toThrow(/the function has no name/);
    expect(() => serializeKerasObject(Halving)).toThrow(/a class, not an object/);
    expect(() => serializeKerasObject(3n)).toThrow(/cannot be saved[\s\S]*bigint 3/);
    expect(() => serializeKerasObject({ getConfig: 3, x: new Date() })).toThrow(/Date/);
  });
});
