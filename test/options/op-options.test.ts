// Options of ops: a name that no op knows, Keras's spelling, null and numbers in place of options.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as k from '../../src/index.js';

const root = join(import.meta.dirname, '../../src/ops');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => [file, readFileSync(join(root, file), 'utf8')] as const);

/** Public functions with options, with their source up to the end of the function. */
const withOptions = files.flatMap(([file, text]) =>
  [...text.matchAll(/^export function (\w+)\((?:[^()]|\([^()]*\))*?\boptions: [\s\S]*?^\}/gm)].map(
    ([source, name]) => [`${file}: ${name}`, source, name ?? ''] as const,
  ),
);

/** Helpers of ops, which get options that were looked at before. */
const HELPERS = /^(batchOf|bend|logGammaNumbers|onBatch|reduceAttrs|sample\w*|windowsOver)$/;
const publicOnes = withOptions.filter(([, , name]) => !HELPERS.test(name));

describe('every op with options', () => {
  it('is found', () => {
    expect(publicOnes.length).toBeGreaterThan(150);
  });

  it.each(publicOnes)('%s looks at their names first', (_, source) => {
    expect(source).toMatch(/checkOptions\(|requireObject\(/);
  });
});

const x = k.ones([2, 3]);
const images = k.ones([1, 4, 4, 3]);

/** Calls with one option that is spelt otherwise, and the name that was meant. */
const misspelt: readonly [name: string, given: string, meant: string, call: Call][] = [
  ['softmax', 'axes', 'axis', (o) => k.softmax(x, o)],
  ['sum', 'keep_dims', 'keepDims', (o) => k.sum(x, o)],
  ['sum', 'keepdims', 'keepDims', (o) => k.sum(x, o)],
  ['conv2d', 'stride', 'strides', (o) => k.conv2d(images, k.ones([2, 2, 3, 1]), o)],
  ['maxPool2d', 'pool_size', 'poolSize', (o) => k.maxPool2d(images, o)],
  ['oneHot', 'dtpye', 'dtype', (o) => k.oneHot([0, 1], 2, o)],
  ['image.resize', 'data_format', 'dataFormat', (o) => k.ops.image.resize(images, [2, 2], o)],
  ['random.normal', 'std', 'stddev', (o) => k.random.normal([2], o)],
  ['zeros', 'dtyp', 'dtype', (o) => k.zeros([2], o)],
  ['tensor', 'shap', 'shape', (o) => k.tensor([1], o)],
  ['linspace', 'numb', 'num', (o) => k.linspace(0, 1, o)],
];

type Call = (options: object) => unknown;

describe('options of ops', () => {
  it.each(misspelt)('%s names what %s should be', (_, given, meant, call) => {
    expect(() => call({ [given]: 1 })).toThrow(k.UnknownNameError);
    expect(() => call({ [given]: 1 })).toThrow(`did you mean "${meant}"?`);
  });

  it.each(misspelt)('%s answers null (beside %s)', (_name, _given, _meant, call) => {
    const nothing: object = JSON.parse('null');
    let error: unknown;
    try {
      call(nothing);
    } catch (thrown) {
      error = thrown;
    }
    // Where a dtype alone may stand, null is the default.
    if (error !== undefined) expect(error).toBeInstanceOf(k.ArgumentError);
  });

  it('are an object: an axis by position is no option', () => {
    const axis: object = JSON.parse('1');
    expect(() => k.softmax(x, axis)).toThrow('the options are no object');
    expect(() => k.softmax(x, axis)).toThrow('received number 1');
    expect(() => Reflect.apply(k.softmax, undefined, [x, [0]])).toThrow('received a list of 1');
    expect(() => Reflect.apply(k.softmax, undefined, [x, x])).toThrow('the options are no object');
  });
});
