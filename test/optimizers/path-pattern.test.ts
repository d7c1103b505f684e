// Regular expressions for paths: the answers of JavaScript's own, in a time that the text bounds.
import { describe, expect, it } from 'vitest';
import { ArgumentError } from '../../src/core/errors.js';
import { pathPattern } from '../../src/core/path-pattern.js';
import { DTypePolicyMap, optimizers } from '../../src/index.js';

const PATTERNS = [
  '.*',
  'encoder/.*',
  '.*/(kernel|bias)',
  'block_[0-3]/dense(_\\d+)?/kernel',
  '(?:a|b)+c{2,3}',
  '(?<part>ab)*?x??',
  '^a$|^b.*',
  'a{2}b{0,}c{,2}',
  '[^/]+/[\\w-]*',
  '\\bkernel\\b',
  '.*\\Bn',
  '\\x61\\u0062\\.\\/',
  '(a*)*(b|)+',
  '',
  'x{2}{',
].filter((source) => {
  try {
    return new RegExp(source) !== undefined;
  } catch {
    return false;
  }
});

const TEXTS = [
  '',
  'a',
  'ab',
  'abab',
  'ababccc',
  'aab',
  'aabc{,2}',
  'b/x',
  'ab./',
  'kernel',
  'model/kernel',
  'encoder/dense/kernel',
  'block_2/dense_10/kernel',
  'block_4/dense/kernel',
  'a-b/c-d',
  'a\nb',
];

describe('pathPattern', () => {
  it.each(PATTERNS)('reads %j as JavaScript does', (source) => {
    const pattern = pathPattern('test', source);
    for (const text of TEXTS) {
      expect(pattern.matches(text), `whole ${text}`).toBe(new RegExp(`^(?:${source})$`).test(text));
      expect(pattern.isIn(text), `part of ${text}`).toBe(new RegExp(source).test(text));
    }
  });

  it('agrees on patterns at random', () => {
    const pieces = ['a', 'b', '.', '[ab]', '(a|b)', '(?:ab)', 'a*', 'b+', '(a|ab)?', 'a{1,2}', '|'];
    let seed = 7;
    const next = (below: number): number => {
      seed = (seed * 48271) % 2147483647;
      return seed % below;
    };
    const made = (from: readonly string[], count: number): string =>
      Array.from({ length: count }, () => from[next(from.length)]).join('');
    for (let round = 0; round < 500; round++) {
      const source = `${made(pieces, 1 + next(5))}${next(2) === 0 ? '$' : ''}`;
      const text = made(['a', 'b', 'c'], next(7));
      const pattern = pathPattern('test', source);
      const about = `${source} on ${text}`;
      expect(pattern.matches(text), about).toBe(new RegExp(`^(?:${source})$`).test(text));
      expect(pattern.isIn(text), about).toBe(new RegExp(source).test(text));
    }
  });

  it.each(['(a+)+$', '(a|a)*$', '(.*)*x', '.*.*.*.*.*.*.*.*y', '(a{0,30}){0,30}b', '(\\w|a|.)+!'])(
    'does not hang on %s',
    (source) => {
      const start = performance.now();
      expect(pathPattern('test', source).matches(`${'a'.repeat(200)}z`)).toBe(false);
      expect(performance.now() - start).toBeLessThan(1000);
    },
  );

  it.each([
    ['(a', 'neither a path nor a regular expression'],
    ['(?=a)b', 'looks ahead'],
    ['(?<!a)b', 'looks ahead or behind'],
    ['(a)\\1', 'refers back'],
    ['(a{1000}){1000}', 'repeats too much'],
    [`${'('.repeat(80)}a${')'.repeat(80)}`, 'too deeply'],
    ['a'.repeat(2000), 'too long'],
  ])('refuses %.20s', (source, message) => {
    expect(() => pathPattern('test', source)).toThrow(ArgumentError);
    expect(() => pathPattern('test', source)).toThrow(message);
  });

  it('keeps maps from files from hanging', () => {
    const sgd = new optimizers.SGD();
    const evil = '(([a-z_]+)+/?)+!';
    const map = new optimizers.OptimizerMap({
      defaultOptimizer: sgd,
      optimizerMap: { [evil]: new optimizers.Adam() },
    });
    const path = 'sequential/some_long_name_of_a_layer/kernel';
    const start = performance.now();
    expect(map.get(path)).toBe(sgd);
    const policies = new DTypePolicyMap({ policyMap: { [evil]: 'bfloat16' } });
    expect(policies.get(path)).toBe(policies.defaultPolicy);
    expect(performance.now() - start).toBeLessThan(1000);
    expect(() => new optimizers.Muon({ excludeLayers: ['(a'] })).toThrow('Muon "muon"');
    expect(() => new DTypePolicyMap({ policyMap: { '(?=a)': 'float32' } })).toThrow(
      'DTypePolicyMap',
    );
  });
});
