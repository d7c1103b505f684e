// What people mistype: each message says where, what was expected and received, and how to mend it.
import { describe, expect, it } from 'vitest';
import { KeratinError } from '../../src/core/errors.js';
import * as k from '../../src/index.js';

/** Calls as programs without types write them. */
// biome-ignore lint/suspicious/noExplicitAny: mistakes that the compiler would refuse
type Loose = any;
const { callbacks, layers, losses, metrics, optimizers } = k as Loose;
const { loadModel, Model, Sequential } = k as Loose;

const x = () => k.ones([4, 3]);
const y = () => k.ones([4, 1]);
const dense = (options: object = {}) => layers.dense({ units: 1, ...options });
function model(compiled: object = {}): Loose {
  const made = new Sequential([layers.input({ shape: [3] }), dense()], { name: 'm' });
  made.compile({ optimizer: 'sgd', loss: 'mse', ...compiled });
  return made;
}
const stopping = (monitor: string) => new callbacks.EarlyStopping({ monitor });
const fit = (options: object) => model().fit(x(), y(), { verbose: 0, ...options });

type Mistake = readonly [name: string, make: () => unknown, ...parts: (string | RegExp)[]];

const LAYERS: readonly Mistake[] = [
  ['activation', () => dense({ activation: 'rellu' }), 'Dense (activation)', '"relu"'],
  ['no activation', () => dense({ activation: 3 }), 'Dense (activation)', 'number 3'],
  ['initializer', () => dense({ kernelInitializer: 'glorot' }), 'Dense (kernelInitializer)'],
  ['no initializer', () => dense({ kernelInitializer: 5 }), 'no initializer', 'number 5'],
  ['regularizer', () => dense({ biasRegularizer: 'l3' }), 'Dense (biasRegularizer)', '"L1"'],
  ['constraint', () => dense({ kernelConstraint: 'maxnorms' }), '(kernelConstraint)', '"MaxNorm"'],
  [
    'class for object',
    () => dense({ kernelConstraint: k.constraints.MaxNorm }),
    'the class MaxNorm',
    'new',
  ],
  ['units as text', () => layers.dense({ units: '5' }), 'units', 'the text "5"'],
  ['no options', () => layers.dense(), 'Dense', 'units is missing', 'layers.dense({ units'],
  ['a number for options', () => layers.dense(5), 'units is missing', 'number 5'],
  ['misspelt option', () => layers.dense({ unit: 3 }), 'did you mean "units"'],
  ['option of Keras', () => dense({ use_bias: false }), 'did you mean "useBias"'],
  ['dtype', () => dense({ dtype: 'float33' }), '"float32"'],
  ['shape of input', () => layers.input({ shape: 3 }), 'the shape is no list', 'number 3'],
  ['dtype of input', () => layers.input({ shape: [2], dtype: 'float' }), '"float"', 'float32'],
  ['no layer', () => new Sequential([3]), 'this is no layer', 'number 3'],
  ['class of layer', () => new Sequential([k.Dense]), 'the class Dense', 'call it'],
  ['no list', () => new Sequential(dense()), 'is no list', 'a Dense', 'in brackets'],
  ['no outputs', () => new Model({ inputs: layers.input({ shape: [1] }) }), 'outputs is missing'],
  ['misspelt inputs', () => new Model({ input: 1, outputs: 2 }), 'did you mean "inputs"'],
  ['dims alone', () => layers.reshape({ targetShape: 6 }), 'Reshape', 'is no list', 'number 6'],
  ['number for a name', () => dense({ name: 5 }), 'must be a text', 'number 5'],
  ['mask', () => layers.masking({ maskValue: 'x' }), 'Masking', 'the text "x"'],
  ['class of a cell', () => layers.rnn({ cell: k.LSTMCell }), 'the class LSTMCell'],
  [
    'axis',
    () => layers.batchNormalization({ axis: 7 }).apply(x()),
    'has no axis 7',
    'from -2 to 1',
  ],
  ['variable', () => dense().apply(new k.Variable(x())), 'a Variable', 'variable.value'],
  ['plain values', () => model().apply([[1, 2, 3]]), 'layer.apply(tensor(values))'],
];

const COMPILE: readonly Mistake[] = [
  ['loss', () => model({ loss: 'mean_square_error' }), 'compile', '"MeanSquaredError"'],
  ['no loss', () => model({ loss: 4 }), 'compile/loss', 'number 4', "'mse'"],
  ['class of loss', () => model({ loss: losses.Huber }), 'the class Huber', 'new losses.Huber()'],
  ['optimizer', () => model({ optimizer: 'adma' }), 'compile', '"Adam"'],
  ['rate for optimizer', () => model({ optimizer: 0.1 }), 'compile/optimizer', 'number 0.1'],
  ['class of optimizer', () => model({ optimizer: optimizers.Adam }), 'the class Adam', 'new'],
  ['metric', () => model({ metrics: ['acuracy'] }), 'compile', '"Accuracy"'],
  [
    'rules of weight decay',
    () => new optimizers.AdamW().excludeFromWeightDecay({ varNames: ['bias'] }),
    'rules is no list',
    'an object',
    'in brackets',
  ],
  [
    'class of metric',
    () => model({ metrics: [metrics.AUC] }),
    'the class AUC',
    'new metrics.AUC()',
  ],
  [
    'loss without result',
    () => model({ loss: () => undefined }).fit(x(), y(), { verbose: 0 }),
    'the function gave no tensor',
    'undefined',
  ],
  ['option', () => model({ optimiser: 'sgd' }), 'did you mean "optimizer"'],
];

const FIT: readonly Mistake[] = [
  ['not compiled', () => new Sequential([dense()]).fit(x(), y()), 'must be compiled', 'compile('],
  ['lengths', () => model().fit(x(), k.ones([5, 1])), 'x [4, 3], y [5, 1]', 'one target'],
  ['weights', () => fit({ sampleWeight: [1, 2] }), 'sampleWeight [2]'],
  ['no targets', () => model().fit(x(), undefined, { verbose: 0 }), 'no target', 'pass y'],
  ['rank', () => model().fit(k.ones([4, 3, 2]), y()), '[None, 3]', '[4, 3, 2]'],
  ['features', () => model().fit(k.ones([4, 5]), y(), { verbose: 0 }), '[None, 3]', '[4, 5]'],
  ['inputs', () => model().fit([x(), x()], y(), { verbose: 0 }), 'number of inputs', 'received 2'],
  ['targets', () => model().fit(x(), [y(), y()], { verbose: 0 }), 'y does not fit', '2 entries'],
  ['strings', () => model().fit([['a', 'b', 'c']], [[1]]), 'x[0][0]', 'layer of text'],
  ['ragged', () => model().fit([[1, 2, 3], [1]], [[1], [2]]), 'ragged', 'same length'],
  ['nothing', () => model().fit(null, y()), 'x: this is not data', 'null'],
  ['empty', () => model().fit([], []), 'an empty list', 'at least one sample'],
  ['promise', () => model().fit(Promise.resolve(x()), y()), 'a promise', 'await it'],
  ['option', () => fit({ epoch: 3 }), 'did you mean "epochs"'],
  ['part of an epoch', () => fit({ epochs: 1.5 }), 'epochs', '1.5'],
  ['batches of none', () => fit({ batchSize: 0 }), 'batchSize', 'at least 1'],
  ['validation', () => fit({ validationData: x() }), 'validationData', 'a tensor', '[x, y]'],
  ['callback class', () => fit({ callbacks: [callbacks.EarlyStopping] }), /class EarlyStopping$/m],
  [
    'callback alone',
    () => fit({ callbacks: new callbacks.EarlyStopping() }),
    'callbacks is no list',
    'an EarlyStopping',
    'in brackets',
  ],
  ['callback name', () => fit({ callbacks: ['earlyStopping'] }), 'not a callback', 'the text'],
  ['monitor', () => fit({ callbacks: [stopping('val_los')] }), 'EarlyStopping', '"val_loss"'],
  ['schedule', () => new callbacks.LearningRateScheduler({ schedule: 0.1 }), 'number 0.1'],
  ['no schedule', () => new callbacks.LearningRateScheduler(), '{ schedule: ... }'],
  ['no file name', () => new callbacks.CSVLogger({}), 'CSVLogger', 'filename', 'undefined'],
  ['no path', () => new callbacks.ModelCheckpoint(), 'new ModelCheckpoint({ filepath: ... })'],
  ['no time', () => new callbacks.Timer(), 'new Timer({ duration: ... })'],
  ['evaluate', () => model().evaluate(x(), y(), { callbacks: {} }), 'callbacks is no list'],
];

const FILES: readonly Mistake[] = [
  ['no weights', () => new Sequential([dense()]).save('output/x.keras'), 'has no weights yet'],
  ['ending', () => model().save('output/x.kera'), '.keras', 'output/x.kera'],
  ['no path', () => model().save(), 'where it lies', 'undefined', 'output/model.keras'],
  ['no file', () => loadModel('output/nothing.keras'), 'nothing.keras', 'check the path'],
  ['no place', () => loadModel(), 'where it lies', 'undefined'],
  ['option of save', () => model().save('output/x.keras', { overwite: false }), '"overwrite"'],
  ['option of load', () => loadModel('output/x.keras', { customObject: {} }), '"customObjects"'],
  ['saveWeights', () => model().saveWeights('output/x.weights.h5', { over: 1 }), '"overwrite"'],
  ['loadWeights', () => model().loadWeights('x.h5', { skipMismatches: true }), '"skipMismatch"'],
  ['setWeights alone', () => model().setWeights(x()), 'is no list', 'a tensor', 'in brackets'],
  ['setWeights before', () => new Sequential([dense()]).setWeights([x()]), 'no weights yet'],
  [
    'setWeights shapes',
    () => model().setWeights([k.ones([3, 2]), k.ones([1])]),
    '[3, 1]',
    '[3, 2]',
  ],
  ['getLayer', () => model().getLayer('dens'), 'Sequential "m"', 'did you mean "dense'],
  ['place of layer', () => model().getLayer(7), 'from 0 to 0', 'received 7'],
  ['no layer', () => model().getLayer(), 'no such layer', 'received undefined'],
];

const ALL = { layers: LAYERS, compile: COMPILE, 'fit and evaluate': FIT, files: FILES };

for (const [about, mistakes] of Object.entries(ALL)) {
  describe(`mistakes in ${about}`, () => {
    it.each(mistakes.map(([name, ...rest]) => [name, rest] as const))('%s', async (_, rest) => {
      const [make, ...parts] = rest;
      const caught: unknown = await Promise.resolve()
        .then(() => make())
        .catch((error: unknown) => error);
      if (!(caught instanceof KeratinError)) throw new Error(`no error of ours: ${String(caught)}`);
      expect(caught.message).toContain('To fix: ');
      for (const part of parts) expect(caught.message).toMatch(part);
      // Nobody wants to read the source of what they passed.
      expect(caught.message.length).toBeLessThan(900);
    });
  });
}

it('messages about missing options name functions that exist', () => {
  const named = Object.values(layers).flatMap((make) => {
    try {
      Reflect.apply(make as (options: object) => unknown, undefined, [{}]);
      return [];
    } catch (error) {
      return [...String(error).matchAll(/write layers\.(\w+)\(/g)].map(([, name]) => name);
    }
  });
  expect(named.length).toBeGreaterThan(30);
  const unknown = named.filter((name) => !Object.hasOwn(layers, String(name)));
  // One class of cells, for one, two and three axes.
  expect(unknown.filter((name) => name !== 'convLstmCell')).toEqual([]);
});
