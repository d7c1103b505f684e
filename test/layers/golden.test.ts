// Every layer against real Keras: configuration, weights, outputs, masks of training, gradients.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { camelKey } from '../../src/core/naming.js';
import type { SerializedObject } from '../../src/core/serialized.js';
import { isTensor } from '../../src/core/tensor.js';
import { flattenTree, isRecord } from '../../src/core/tree.js';
import { add, mul, sum, type Tensor, tensor, Variable, valueAndGradient } from '../../src/index.js';
import { maskOf, setMask } from '../../src/layers/call-context.js';
import type { AnyLayer } from '../../src/layers/layer.js';
import { serializeLayer } from '../../src/layers/layer-config.js';
import { layerClass } from '../../src/layers/registry.js';
import type { TensorTree } from '../../src/layers/symbolic.js';
import { deserializeLayer } from '../../src/models/deserialize.js';
import { expectClose, type GoldenArray, tensorOfGolden } from '../golden-arrays.js';

interface Run {
  readonly training: boolean | null;
  readonly outputs: readonly GoldenArray[];
  readonly cotangents: readonly GoldenArray[];
  readonly inputGradients: readonly (GoldenArray | null)[];
  readonly weightGradients: readonly (GoldenArray | null)[];
  readonly weightsAfter?: readonly GoldenArray[];
}

interface LayerCase {
  readonly name: string;
  readonly layer: SerializedObject;
  readonly calling: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly inputs: readonly GoldenArray[];
  /** What the inputs carry. */
  readonly masks?: readonly (GoldenArray | null)[];
  /** What the first output carries then. */
  readonly outputMask?: GoldenArray | null;
  readonly weights: readonly { readonly name: string; readonly value: GoldenArray }[];
  readonly runs: readonly Run[];
}

const folder = new URL('../golden/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.startsWith('layers-'));

/** Cases in which Keratin does not follow Keras, and why. */
const DIFFERENT: Readonly<Record<string, string>> = {
  'activation sparsemax': 'the results of Keras 3.15 do not sum to 1',
};

/** Options of Keras's that Keratin neither needs nor writes, all off in these files. */
const NOT_WRITTEN = ['quantization_config', 'synchronized', 'rms_scaling'];

function withoutNotWritten(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNotWritten);
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).filter(([key]) => !NOT_WRITTEN.includes(key));
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutNotWritten(item)]));
}

function configOf(node: SerializedObject): Record<string, unknown> {
  const config = withoutNotWritten({ ...node.config }) as Record<string, unknown>;
  // Some layers of Keras write a bare dtype, which means the same.
  if (typeof config.dtype === 'string') {
    config.dtype = {
      module: 'keras',
      class_name: 'DTypePolicy',
      config: { name: config.dtype },
      registered_name: null,
    };
  }
  return config;
}

function isGoldenArray(value: unknown): value is GoldenArray {
  return isRecord(value) && 'shape' in value && 'data' in value;
}

/** Masks are arrays, or nested lists; initial states are lists of arrays. */
function optionOf(key: string, value: unknown): unknown {
  if (isGoldenArray(value)) return tensorOfGolden(value);
  if (Array.isArray(value) && value.every(isGoldenArray)) return value.map(tensorOfGolden);
  return key === 'mask' && Array.isArray(value) ? tensor(value, 'bool') : value;
}

/** A cell takes its inputs and a list of states; layers take one tensor or a list. */
function argumentsOf(calling: string, first: Tensor, others: readonly Tensor[]): TensorTree {
  if (calling === 'single') return first;
  return calling === 'cell' ? [first, others] : [first, ...others];
}

async function checkRun(one: LayerCase, layer: AnyLayer, run: Run): Promise<void> {
  layer.setWeights(one.weights.map(({ value }) => tensorOfGolden(value)));
  const inputs = one.inputs.map((value) => new Variable(tensorOfGolden(value)));
  const options = Object.fromEntries(
    Object.entries(one.options).map(([key, value]) => [camelKey(key), optionOf(key, value)]),
  );
  const masks = (one.masks ?? []).map((mask) => (mask === null ? null : tensorOfGolden(mask)));
  let outputs: Tensor[] = [];
  const call = () => {
    const [first, ...others] = inputs.map((variable) => variable.value);
    if (first === undefined) throw new Error('no input');
    for (const [index, input] of [first, ...others].entries()) {
      const mask = masks[index] ?? null;
      if (mask !== null) setMask(input, mask);
    }
    const given = argumentsOf(one.calling, first, others);
    const training = run.training ?? undefined;
    outputs = flattenTree(layer.apply(given, { ...options, training }), isTensor);
    const parts = outputs.map((output, index) => {
      const cotangent = run.cotangents[index];
      if (cotangent === undefined) throw new Error('an output too many');
      return sum(mul(output, tensorOfGolden(cotangent)));
    });
    return { loss: parts.reduce((total, part) => add(total, part)), outputs };
  };
  const watched = [...inputs, ...layer.weights];
  const { value, gradients } = valueAndGradient(call, watched);
  for (const [index, output] of value.outputs.entries()) {
    const expected = run.outputs[index];
    if (expected !== undefined) await expectClose(output, expected);
  }
  const expected = [...run.inputGradients, ...run.weightGradients];
  for (const [index, gradient] of expected.entries()) {
    if (gradient === null) continue;
    const found = gradients[index];
    if (found !== undefined) await expectClose(found, gradient);
    else expect(gradient.data.every((item) => Number(item) === 0)).toBe(true);
  }
  for (const [index, after] of (run.weightsAfter ?? []).entries()) {
    const weight = layer.weights[index];
    if (weight !== undefined) await expectClose(weight.value, after);
  }
}

/** Compares what the first output carries, where the inputs carry masks. */
async function checkMask(one: LayerCase): Promise<void> {
  if (one.outputMask === undefined) return;
  const inputs = one.inputs.map(tensorOfGolden);
  for (const [index, mask] of (one.masks ?? []).entries()) {
    const input = inputs[index];
    if (mask !== null && input !== undefined) setMask(input, tensorOfGolden(mask));
  }
  const options = Object.entries(one.options).map(([key, value]) => [
    camelKey(key),
    optionOf(key, value),
  ]);
  const [first, ...others] = inputs;
  if (first === undefined) throw new Error('no input');
  const given = argumentsOf(one.calling, first, others);
  const outputs = deserializeLayer(one.layer).apply(given, Object.fromEntries(options));
  const [output] = flattenTree(outputs, isTensor);
  const carried = output === undefined ? undefined : maskOf(output);
  if (one.outputMask === null) expect(carried).toBeUndefined();
  else expect(await carried?.data()).toEqual(await tensorOfGolden(one.outputMask).data());
}

for (const name of files) {
  const text = readFileSync(new URL(name, folder), 'utf8');
  const { cases } = JSON.parse(text) as { cases: LayerCase[] };
  describe(`${name} equals Keras`, () => {
    for (const one of cases) {
      // Classes that are not written yet.
      const missing = layerClass(one.layer.class_name) === undefined;
      const test = missing || one.name in DIFFERENT ? it.skip : it;
      test(one.name, async () => {
        const layer = deserializeLayer(one.layer);
        const again = serializeLayer(layer);
        expect(again.class_name).toBe(one.layer.class_name);
        expect(again.config).toEqual(configOf(one.layer));
        for (const run of one.runs) {
          await checkRun(one, deserializeLayer(one.layer), run);
        }
        await checkMask(one);
        const built = deserializeLayer(one.layer);
        expect(built.weights.map((weight) => weight.name)).toEqual(
          one.weights.map((weight) => weight.name),
        );
      });
    }
  });
}
