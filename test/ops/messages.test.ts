// Every public op with arguments that make no sense: it says so, in words of its own. An error of
// JavaScript (or a trap inside a kernel) means that something was used before it was looked at.
import { describe, expect, it } from 'vitest';
import * as k from '../../src/index.js';

type Call = (...args: readonly unknown[]) => unknown;

/** Arguments of all kinds, few of which fit anywhere. */
const POOL: Readonly<Record<string, () => unknown>> = {
  'float [2, 3]': () => k.ones([2, 3]),
  'float [4, 5]': () => k.ones([4, 5]),
  'float [2, 3, 4]': () => k.ones([2, 3, 4]),
  'float [1, 2, 3, 2, 2]': () => k.ones([1, 2, 3, 2, 2]),
  'float [0, 3]': () => k.ones([0, 3]),
  scalar: () => k.scalar(1),
  'int32 [3]': () => k.ones([3], 'int32'),
  'bool [2, 2]': () => k.ones([2, 2], 'bool'),
  nine: () => 9,
  'minus one': () => -1,
  half: () => 0.5,
  NaN: () => Number.NaN,
  'list of nines': () => [9, 9],
  'empty list': () => [],
  'ragged list': () => [[1, 2], [3]],
  text: () => 'text',
  nothing: () => undefined,
  'no such axis': () => ({ axis: 9 }),
  'half an axis': () => ({ axis: 0.5 }),
  'no options': () => ({}),
  null: () => null,
  'no such option': () => ({ noSuchOption: 1 }),
};

/** Third arguments, after tensors: enough to find what reads them without a look. */
const THIRD = ['float [2, 3]', 'nine', 'text', 'list of nines', 'no such axis', 'null'];

/** Ops that take functions are called with functions elsewhere (control-flow.test.ts). */
const TAKE_FUNCTIONS = [
  'associativeScan',
  'cond',
  'customGradient',
  'foriLoop',
  'map',
  'scan',
  'switchCase',
  'vectorizedMap',
  'whileLoop',
];

function callsOf(space: string, owner: object): [name: string, call: Call][] {
  return Object.entries(owner).flatMap(([name, call]: [string, unknown]) =>
    typeof call === 'function' && /^[a-z]/.test(name) && !TAKE_FUNCTIONS.includes(name)
      ? [[space + name, (...args: readonly unknown[]) => Reflect.apply(call, undefined, args)]]
      : [],
  );
}

const ops = [
  ...callsOf('', k.ops),
  ...callsOf('image.', k.ops.image),
  ...callsOf('random.', k.ops.random),
];

/** What is thrown that is no error of ours; undefined where all is well. */
async function faultOf(call: Call, names: readonly string[]): Promise<string | undefined> {
  try {
    await call(...names.map((name) => POOL[name]?.()));
  } catch (error) {
    const isOurs = error instanceof k.KeratinError && !error.message.includes('inside Keratin');
    if (!isOurs) return `(${names.join(', ')}): ${String(error).split('\n').slice(0, 2).join(' ')}`;
  }
  return undefined;
}

describe('arguments that make no sense', () => {
  const names = Object.keys(POOL);
  it.each(ops)('%s says what is wrong with them', async (_, call) => {
    const faults: (string | undefined)[] = [];
    for (const first of names) {
      faults.push(await faultOf(call, [first]));
      for (const second of names) {
        faults.push(await faultOf(call, [first, second]));
        if (!first.includes('[')) continue;
        for (const third of THIRD) faults.push(await faultOf(call, [first, second, third]));
      }
    }
    expect(faults.filter((fault) => fault !== undefined).slice(0, 5)).toEqual([]);
  });

  const withAxis = [
    'all',
    'any',
    'argMax',
    'argsort',
    'cumsum',
    'flip',
    'gather',
    'logSumExp',
  ].concat([
    'max',
    'mean',
    'median',
    'nanSum',
    'normalize',
    'prod',
    'softmax',
    'sort',
    'std',
    'sum',
  ]);
  it.each(withAxis)('%s names the axes that there are', (name) => {
    const x = k.ones([2, 3]);
    const call: unknown = Reflect.get(k.ops, name);
    if (typeof call !== 'function') throw new Error(`no op ${name}`);
    const args =
      name === 'flip' ? [x, 9] : name === 'gather' ? [x, [0], { axis: 9 }] : [x, { axis: 9 }];
    expect(() => Reflect.apply(call, undefined, args)).toThrow(/-2 to 1[\s\S]*received 9/);
  });

  it.each(['add', 'mul', 'maximum', 'equal', 'logicalAnd', 'atan2', 'gcd', 'hypot'])(
    '%s names both shapes',
    (name) => {
      const call: unknown = Reflect.get(k.ops, name);
      if (typeof call !== 'function') throw new Error(`no op ${name}`);
      const given = [k.ones([2, 3], 'int32'), k.ones([4, 5], 'int32')];
      expect(() => Reflect.apply(call, undefined, given)).toThrow('[2, 3] and [4, 5]');
    },
  );

  it('asks for values where something else was passed', () => {
    const nothing: number[] = JSON.parse('{}').missing;
    expect(() => k.abs(nothing)).toThrow('an argument may be missing');
    const later = { value: Promise.resolve(1) };
    expect(() => Reflect.apply(k.add, undefined, [1, later.value])).toThrow('await it');
    expect(() => k.cast(1, JSON.parse('"float31"'))).toThrow('float32, float64');
    expect(() => k.pad([1], 0.5)).toThrow('whole numbers');
    expect(() => k.tensor(JSON.parse('["a", "b"]'))).toThrow('no tensors of text');
    expect(() => k.zeros([1], JSON.parse('"string"'))).toThrow('no tensors of text');
    expect(() => k.cast(1, JSON.parse('"int64"'))).toThrow('use int32');
    expect(() => k.cast(1, JSON.parse('"toString"'))).toThrow('one of the known dtypes');
  });
});
