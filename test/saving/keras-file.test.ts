// Files of real Keras pass through the file layer unchanged; hostile configurations do not pass.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/core/errors.js';
import { readZip } from '../../src/files/zip.js';
import { parseJson } from '../../src/saving/json.js';
import { kerasMembers, readKerasFile, zipMembers } from '../../src/saving/keras-file.js';
import { refuseCode } from '../../src/saving/refuse-code.js';

const FOLDER = new URL('../fixtures/', import.meta.url);
const FIXTURES = readdirSync(FOLDER).filter((name) => name.endsWith('.keras'));
const json = (text: string) => parseJson('test', new TextEncoder().encode(text));

describe('.keras files', () => {
  it.each(FIXTURES)('reads and rewrites %s', async (name) => {
    const parts = await readKerasFile(new Uint8Array(readFileSync(new URL(name, FOLDER))));
    expect(parts.weights.arrays.size).toBeGreaterThan(0);
    const again = await readKerasFile(
      await zipMembers(await kerasMembers(parts.config, parts.weights)),
    );
    expect(again.config).toEqual(parts.config);
    expect([...again.weights.arrays]).toEqual([...parts.weights.arrays]);
    expect([...again.weights.attributes].length).toBe(parts.weights.attributes.size);
  });

  it('writes 0.0 where Keras refuses the whole number, or computes in whole numbers then', async () => {
    const weights = { arrays: new Map(), attributes: new Map() };
    const rate = { initial_learning_rate: 1, decay_steps: 10 };
    const score = { beta: 2, threshold: null };
    const name = 'a "momentum":0, b';
    const config = { momentum: 0, learning_rate: 1, rate, score, name, units: 3 };
    const members = await readZip(await zipMembers(await kerasMembers(config, weights)));
    const text = new TextDecoder().decode(members.get('config.json'));
    expect(text).toBe(
      '{"momentum":0.0,"learning_rate":1.0,"rate":{"initial_learning_rate":1.0,"decay_steps":10},' +
        '"score":{"beta":2.0,"threshold":null},"name":"a \\"momentum\\":0, b","units":3}',
    );
  });
});

describe('JSON of files', () => {
  it('reads the numbers that only Python writes', () => {
    expect(json('[1e-07, NaN, Infinity, -Infinity, "NaN \\" Infinity"]')).toEqual([
      1e-7,
      null,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      'NaN " Infinity',
    ]);
  });

  it.each(['__proto__', 'constructor', 'prototype'])('refuses the key %s at any depth', (key) => {
    for (const text of [`{"${key}":{"polluted":1}}`, `[{"a":{"${key}":1}}]`]) {
      expect(() => json(text)).toThrow(FormatError);
    }
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it.each(['', '{', '{"a":1', 'undefined', '{"a":NaN0}', '\u0000'])('refuses %j', (text) => {
    expect(() => json(text)).toThrow(FormatError);
  });

  it('refuses what nests without end, quickly', () => {
    const start = performance.now();
    for (const text of [
      '['.repeat(1e6),
      '{"a":'.repeat(1e6),
      `${'['.repeat(1e5)}${']'.repeat(1e5)}`,
    ]) {
      expect(() => json(text)).toThrow(/nests too deeply/);
    }
    expect(json(`["${'['.repeat(1000)}"]`)).toHaveLength(1);
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(() => parseJson('test', Uint8Array.of(0x22, 0xff, 0x22))).toThrow(FormatError);
  });
});

describe('code in configurations', () => {
  it.each([
    { class_name: 'Lambda', config: {} },
    { class_name: '__lambda__', config: { value: 'x' } },
    { class_name: 'TorchModuleWrapper', config: {} },
    { class_name: 'TFSMLayer', config: { filepath: '/etc/passwd' } },
    { module: 'builtins', class_name: 'eval', config: '1' },
    { module: 'os', class_name: 'system', config: 'ls' },
    { module: 'os.path', class_name: 'function', config: 'join' },
  ])('refuses %j wherever it lies', (hostile) => {
    expect(() => refuseCode(hostile)).toThrow(FormatError);
    const nested = { class_name: 'Sequential', config: { layers: [{ config: { a: hostile } }] } };
    expect(() => refuseCode(nested)).toThrow(FormatError);
  });

  it('lets functions of Keras pass, which are looked up by name', () => {
    const relu = { module: 'builtins', class_name: 'function', config: 'relu' };
    expect(() => refuseCode({ activation: relu })).not.toThrow();
  });
});
