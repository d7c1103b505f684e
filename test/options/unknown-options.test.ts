// Options that do not exist: every class and every call says so, and names the one that was meant.
import { describe, expect, it, vi } from 'vitest';
import { toSnakeCase } from '../../src/core/names.js';
import * as k from '../../src/index.js';

type Constructor = new (options: object) => unknown;

interface OptionClass extends Constructor {
  readonly optionNames: Readonly<Record<string, true>>;
}

/** Parents, which take any options, and classes whose options are checked by name elsewhere. */
const PARENTS: ReadonlySet<string> = new Set([
  'Callback',
  'CallbackList',
  'Constraint',
  'History',
  'Initializer',
  'LambdaCallback',
  'LearningRateSchedule',
  'Loss',
  'Metric',
  'Optimizer',
  'RandomInitializer',
  'Regularizer',
]);

function isClass(value: unknown): value is Constructor {
  return typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));
}

function classesOf(space: object): [name: string, Class: Constructor][] {
  return Object.entries(space).flatMap(([name, value]): [string, Constructor][] =>
    isClass(value) && !PARENTS.has(name) ? [[name, value]] : [],
  );
}

function namesOf(Class: Constructor): readonly string[] {
  if (!Object.hasOwn(Class, 'optionNames')) throw new Error(`${Class.name} names no options`);
  return Object.keys((Class as OptionClass).optionNames);
}

const FAMILIES: Readonly<Record<string, object>> = {
  callbacks: k.callbacks,
  constraints: k.constraints,
  initializers: k.initializers,
  losses: k.losses,
  metrics: k.metrics,
  optimizers: k.optimizers,
  regularizers: k.regularizers,
  schedules: k.optimizers.schedules,
};

/** Classes that take something else first. */
const OTHER_ARGUMENTS: ReadonlySet<string> = new Set(['FunctionLoss', 'MeanMetricWrapper']);

describe.each(Object.entries(FAMILIES))('%s', (_, space) => {
  const classes = classesOf(space).filter(([name]) => !OTHER_ARGUMENTS.has(name));

  it('is a family of several classes', () => {
    expect(classes.length).toBeGreaterThan(3);
  });

  it.each(classes)('%s refuses a name that it does not know', (_name, Class) => {
    expect(() => new Class({ noSuchOption: 1 })).toThrow(k.UnknownNameError);
    expect(() => new Class({ noSuchOption: 1 })).toThrow('no option named "noSuchOption"');
  });

  it.each(classes)("%s tells what Keras's spelling is here", (name, Class) => {
    for (const known of name === 'OptimizerMap' ? ['optimizerMap'] : namesOf(Class)) {
      const spelt = toSnakeCase(known);
      if (spelt === known) continue;
      expect(() => new Class({ [spelt]: 1 })).toThrow(`did you mean "${known}"?`);
    }
  });
});

describe('layers', () => {
  const layers = classesOf(k).filter(([, Class]) => Class.prototype instanceof k.Layer);
  /** Parents, and layers that take something else first. */
  const others =
    /^(FeatureSpace|Function(al|Layer)|ImageLayer|Model|RNNCell|RecurrentLayer|Sequential|Wrapper)$/;
  const all = layers.filter(([name]) => !others.test(name));

  it.each(all)('%s refuses a name that it does not know', (_name, Class) => {
    expect(() => new Class({ noSuchOption: 1 })).toThrow(k.UnknownNameError);
  });

  it('names the option that was meant', () => {
    const misspelt: object = { units: 3, activaton: 'relu' };
    expect(() => Reflect.construct(k.Dense, [misspelt])).toThrow('did you mean "activation"?');
    const keras: object = { units: 3, kernel_initializer: 'zeros' };
    expect(() => Reflect.construct(k.Dense, [keras])).toThrow('did you mean "kernelInitializer"?');
  });
});

describe('what a user makes of a class', () => {
  it('may take more options, and pass them all on', () => {
    class Slow extends k.optimizers.SGD {
      readonly factor: number;
      constructor(options: k.optimizers.SGDOptions & { readonly factor: number }) {
        super(options);
        this.factor = options.factor;
      }
    }
    class Capped extends k.losses.MeanSquaredError {
      constructor(readonly options: k.losses.LossOptions & { readonly cap: number }) {
        super(options);
      }
    }
    class Half extends k.initializers.Initializer {
      constructor(readonly options: { readonly part: number }) {
        super(options);
      }
      override initialize(shape: k.Shape, dtype: k.DType): k.Tensor {
        return k.ops.full(shape, this.options.part, { dtype });
      }
    }
    expect(new Slow({ factor: 2, learningRate: 0.5 }).factor).toBe(2);
    expect(new Capped({ cap: 3 }).options.cap).toBe(3);
    expect(new Half({ part: 0.5 }).initialize([2], 'float32').shape).toEqual([2]);
  });
});

describe('files', () => {
  it('may hold the decay of old optimizers, which is left out with a warning, as in Keras', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const config = { learning_rate: 0.5, decay: 0.1 };
    const sgd = k.optimizers.deserialize({ class_name: 'SGD', config });
    expect(sgd.getConfig()['learningRate']).toBe(0.5);
    expect(warn).toHaveBeenCalledOnce();
    warn.mockRestore();
    const other = { class_name: 'SGD', config: { learning_rat: 0.5 } };
    expect(() => k.optimizers.deserialize(other)).toThrow('did you mean "learningRate"?');
  });
});

describe('training', () => {
  const calls: Readonly<Record<string, (model: k.Sequential, options: object) => unknown>> = {
    compile: (model, options) => model.compile(options),
    evaluate: (model, options) => model.evaluate([[1]], [[1]], options),
    fit: (model, options) => model.fit([[1]], [[1]], options),
    predict: (model, options) => model.predict([[1]], options),
    trainOnBatch: (model, options) => model.trainOnBatch([[1]], [[1]], options),
  };
  const misspelt = [
    ['compile', 'metric', 'metrics'],
    ['compile', 'steps_per_execution', 'stepsPerExecution'],
    ['evaluate', 'batch_size', 'batchSize'],
    ['fit', 'epoch', 'epochs'],
    ['fit', 'validation_data', 'validationData'],
    ['predict', 'batchsize', 'batchSize'],
    ['trainOnBatch', 'sample_weight', 'sampleWeight'],
  ] as const;

  function small(): k.Sequential {
    const model = new k.Sequential([k.layers.input({ shape: [1] }), k.layers.dense({ units: 1 })]);
    model.compile({ loss: 'mse' });
    return model;
  }

  it.each(misspelt)('%s: %s is to be %s', async (call, given, meant) => {
    const run = async (): Promise<unknown> => calls[call]?.(small(), { [given]: 1 });
    await expect(run()).rejects.toThrow(`did you mean "${meant}"?`);
  });

  it.each(['compile', 'predict', 'trainOnBatch'])(
    '%s answers null in place of options',
    async (call) => {
      const nothing: object = JSON.parse('null');
      const run = async (): Promise<unknown> => calls[call]?.(small(), nothing);
      await expect(run()).rejects.toThrow(k.ArgumentError);
    },
  );
});
