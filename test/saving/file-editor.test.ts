// KerasFileEditor against Keras's: what files hold, what edits make of them, which calls are refused,
// where a model differs; then what it does better: inner objects, names, files that stay whole.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SerializedObject } from '../../src/core/serialized.js';
import {
  deserializeLayer,
  FormatError,
  KerasFileEditor,
  layers,
  Model,
  modelToBytes,
  type NewWeights,
  Sequential,
  type Tensor,
  tensor,
  type WeightsTree,
  weightsToBytes,
} from '../../src/index.js';
import { type GoldenArray, tensorOfGolden } from '../golden-arrays.js';

type Listed = Readonly<Record<string, readonly [number[], string, number]>>;
type Given = string | readonly GoldenArray[] | GoldenArray | Readonly<Record<string, GoldenArray>>;

interface EditorCase {
  readonly name: string;
  readonly file: string;
  readonly tree?: Listed;
  readonly version?: string | null;
  readonly edits?: readonly [method: string, given: readonly Given[]][];
  readonly refused?: readonly [method: string, given: readonly Given[]][];
  readonly model?: SerializedObject;
  readonly compiled?: boolean;
  readonly status?: string;
  readonly differences?: readonly [path: string, problem: string][];
}

const { cases } = JSON.parse(
  await readFile(new URL('../golden/file-editor.json', import.meta.url), 'utf8'),
) as { cases: readonly EditorCase[] };
const fixturePath = (name: string) => new URL(`../fixtures/${name}`, import.meta.url);
const quiet = { printFn: () => {} };

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keratin-editor-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** All weights by path, as the oracle lists them. */
function listed(tree: WeightsTree, path = ''): Record<string, [number[], string, number]> {
  const inside = (name: string) => (path === '' ? name : `${path}/${name}`);
  const own = Object.entries(tree.weights).map(([name, { shape, dtype, values }]) => {
    const sum = Array.from(values, Number).reduce((total, value) => total + value, 0);
    return [inside(name), [[...shape], dtype, sum]] as const;
  });
  const inner = Object.entries(tree.objects).flatMap(([name, object]) =>
    Object.entries(listed(object, inside(name))),
  );
  return Object.fromEntries([...own, ...inner]);
}

function expectHolds(tree: WeightsTree, wanted: Listed): void {
  const found = listed(tree);
  for (const [path, [shape, dtype, sum]] of Object.entries(wanted)) {
    expect(found[path]?.slice(0, 2), path).toEqual([shape, dtype]);
    expect(Math.abs((found[path]?.[2] ?? Number.NaN) - sum), path).toBeLessThan(2e-5);
  }
}

function isArray(value: unknown): value is GoldenArray {
  return typeof value === 'object' && value !== null && 'data' in value;
}

function argument(given: Given): unknown {
  if (typeof given === 'string') return given;
  if (isArray(given)) return tensorOfGolden(given);
  if (Array.isArray(given)) return given.map(tensorOfGolden);
  return Object.fromEntries(
    Object.entries(given).map(([name, array]) => [name, tensorOfGolden(array)]),
  );
}

const camel = (name: string) => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

async function edit(editor: KerasFileEditor, method: string, given: readonly Given[]) {
  const call: unknown = Reflect.get(editor, camel(method));
  if (typeof call !== 'function') throw new Error(`no method ${method}`);
  await Reflect.apply(call, editor, given.map(argument));
}

const withKey = (key: keyof EditorCase) => cases.filter((one) => one[key] !== undefined);

describe('KerasFileEditor equals Keras', () => {
  it.each(withKey('version').concat(withKey('edits')))('$name', async (one) => {
    const editor = await KerasFileEditor.open(fixturePath(one.file));
    expect(editor.metadata?.['keras_version'] ?? null).toBe(
      one.version === undefined ? '3.15.1' : one.version,
    );
    for (const [method, given] of one.edits ?? []) await edit(editor, method, given);
    expectHolds(editor.weightsTree, one.tree ?? {});
    const place = join(folder, `${one.name.replaceAll(/\W/g, '-')}.weights.h5`);
    await editor.resaveWeights(place);
    const again = await KerasFileEditor.open(place);
    expect(listed(again.weightsTree)).toEqual(listed(editor.weightsTree));
    // Keras loses what lies inside of layers; all that it finds elsewhere is here, and no more.
    if (one.edits !== undefined) {
      expect(Object.keys(listed(editor.weightsTree)).sort()).toEqual(
        Object.keys(one.tree ?? {}).sort(),
      );
    }
  });

  it.each(withKey('refused').flatMap((one) => (one.refused ?? []).map((call) => [one, call])))(
    'refuses %#',
    async (one, call) => {
      const [method, given] = call as [string, Given[]];
      const { file } = one as EditorCase;
      const editor = await KerasFileEditor.open(fixturePath(file));
      const before = listed(editor.weightsTree);
      await expect(edit(editor, method, given)).rejects.toThrow('To fix');
      expect(listed(editor.weightsTree)).toEqual(before);
    },
  );

  it.each(withKey('status'))('$name', async (one) => {
    const editor = await KerasFileEditor.open(fixturePath(one.file));
    if (one.model === undefined) throw new Error('no model');
    const reference = deserializeLayer(one.model);
    if (!(reference instanceof Model)) throw new Error('not a model');
    if (one.compiled === true) {
      reference.compile({ optimizer: 'adam', loss: 'mse' });
      reference.optimizer.build(reference.trainableWeights);
    }
    const { status, errorCount, differences } = editor.compare(reference, quiet);
    expect(status).toBe(one.status);
    const found = differences.map(({ path, problem }) => [path, problem]);
    expect(found.sort()).toEqual([...(one.differences ?? [])].sort());
    expect(errorCount).toBe(one.differences?.length);
  });
});

describe('KerasFileEditor', () => {
  const stack = (units: readonly number[]) =>
    new Sequential([
      layers.input({ shape: [2] }),
      ...units.map((count) => layers.dense({ units: count })),
    ]);

  it('makes weights fit a model that has changed', async () => {
    const [old, next] = [stack([3, 2]), stack([3, 4, 2])];
    const editor = await KerasFileEditor.open(await weightsToBytes(old));
    editor.renameObject('dense_1', 'dense_2');
    editor.deleteWeight('dense_2', '0');
    const wide: NewWeights = { 0: tensor(new Float32Array(8), { shape: [4, 2] }) };
    await editor.addWeights('layers/dense_2', wide);
    const middle = {
      0: tensor(new Float32Array(12).fill(0.5), { shape: [3, 4] }),
      1: [1, 2, 3, 4],
    };
    await editor.addObject('layers/dense_1', middle);
    expect(editor.compare(next, quiet)).toMatchObject({ status: 'success', matchCount: 6 });
    const place = join(folder, 'next.weights.h5');
    await editor.save(place);
    await next.loadWeights(place);
    expect(await next.getWeights()[3]?.array()).toEqual([1, 2, 3, 4]);
    expect(await next.getWeights()[0]?.array()).toEqual(await old.getWeights()[0]?.array());
  });

  it('keeps what lies inside of layers and models, and the names of layers', async () => {
    const inner = new Sequential([layers.input({ shape: [2] }), layers.dense({ units: 2 })]);
    const model = new Sequential([
      layers.input({ shape: [3, 2] }),
      layers.timeDistributed({ layer: inner }),
      layers.bidirectional({ layer: layers.lstm({ units: 2 }), name: 'both' }),
    ]);
    const editor = await KerasFileEditor.open(await modelToBytes(model));
    expect(Object.keys(listed(editor.weightsTree))).toHaveLength(model.weights.length);
    const place = join(folder, 'inner.weights.h5');
    await editor.save(place);
    const before = await Promise.all(model.getWeights().map((weight) => weight.array()));
    model.setWeights(model.getWeights().map((weight: Tensor) => weight.mul(0)));
    await model.loadWeights(place);
    const after = await Promise.all(model.getWeights().map((weight) => weight.array()));
    expect(after).toEqual(before);
    const text = editor.summary(quiet);
    expect(text).toContain("bidirectional ('both')");
    expect(text).toContain('Saved with Keras 3.15.1');
    expect(text).toMatch(/0: shape=\[2, 8\], dtype=float32/);
    const lines: string[] = [];
    expect(editor.summary({ printFn: (line) => lines.push(line) })).toBe(lines.join('\n'));
  });

  it('reads half types as numbers, and writes them as float32', async () => {
    const model = new Sequential([
      layers.input({ shape: [2], dtype: 'bfloat16' }),
      layers.dense({ units: 1, dtype: 'bfloat16', kernelInitializer: 'ones' }),
    ]);
    const editor = await KerasFileEditor.open(await weightsToBytes(model));
    const { dense } = editor.weightsTree.objects['layers']?.objects ?? {};
    expect(Array.from(dense?.weights['0']?.values ?? [], Number)).toEqual([1, 1]);
  });

  it('says which object or weight is meant, and what to do', async () => {
    const editor = await KerasFileEditor.open(await weightsToBytes(stack([3, 2])));
    expect(() => editor.deleteObject('dense_3')).toThrow(/did you mean "dense"/);
    expect(() => editor.deleteObject('layers/dens')).toThrow(/did you mean "layers\/dense"/);
    expect(() => editor.deleteWeight('dense', 'kernel')).toThrow(/one of 0, 1/);
    expect(() => editor.renameObject('dense', 'dense_1')).toThrow(/deleteObject/);
    expect(() => editor.renameObject('dense', '')).toThrow(/not empty/);
    await expect(editor.addObject('layers/dense', { 0: [1] })).rejects.toThrow('already');
    await expect(editor.addObject('layer/x', { 0: [1] })).rejects.toThrow('"layers"');
    await expect(editor.addWeights('dense', { 'a/b': [1] })).rejects.toThrow('name of a weight');
    const wrong = [1] as unknown as NewWeights;
    await expect(editor.addWeights('dense', wrong)).rejects.toThrow('an object of weights by name');
    await editor.addObject('layers/model', { 0: [1] });
    await editor.addObject('layers/model/dense', { 0: [1] });
    expect(() => editor.deleteObject('dense')).toThrow(
      /one of the paths layers\/dense, layers\/model\/dense/,
    );
    const misspelt = { print: () => {} } as object;
    expect(() => editor.summary(misspelt)).toThrow('did you mean "printFn"');
    const unbuilt = new Sequential([layers.dense({ units: 1 })]);
    expect(() => editor.compare(unbuilt)).toThrow('has no weights yet');
  });

  it('lists differences for people', async () => {
    const editor = await KerasFileEditor.open(await weightsToBytes(stack([3, 2])));
    const lines: string[] = [];
    const printFn = (line: string) => lines.push(line);
    editor.compare(stack([3, 4, 1]), { printFn });
    expect(lines).toEqual([
      'The file does not fit the model: 3 differences, 2 weights of the same place and shape.',
      '  layers/dense_1/0: shape [3, 2] in the file, [3, 4] in the model',
      '  layers/dense_1/1: shape [2] in the file, [4] in the model',
      '  layers/dense_2 (an object): in the model, not in the file',
    ]);
  });

  it('refuses other files, and leaves files that exist alone where it is told to', async () => {
    await expect(KerasFileEditor.open('model.h5')).rejects.toThrow('.keras or .weights.h5');
    const legacy = await readFile(fileURLToPath(fixturePath('sequential-mlp.older-weights.h5')));
    const place = join(folder, 'legacy.weights.h5');
    await writeFile(place, legacy);
    await expect(KerasFileEditor.open(place)).rejects.toThrow(FormatError);
    await expect(KerasFileEditor.open(new Uint8Array(20))).rejects.toThrow(FormatError);
    const editor = await KerasFileEditor.open(await weightsToBytes(stack([1])));
    await expect(editor.save(place, { overwrite: false })).rejects.toThrow('exists');
    await expect(editor.save(join(folder, 'x.keras'))).rejects.toThrow('.weights.h5');
    expect(await readFile(place)).toEqual(legacy);
  });
});
