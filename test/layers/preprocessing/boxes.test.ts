// Where layers of images put bounding boxes, against real Keras: the same boxes and drawn numbers
// give the same; then records as users pass them, and what is refused.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { camelKey } from '../../../src/core/naming.js';
import { at } from '../../../src/core/sequence.js';
import type { SerializedObject } from '../../../src/core/serialized.js';
import { createGraphEngine } from '../../../src/engines/graph/engine.js';
import {
  createCpuDevice,
  createEagerEngine,
  deserializeLayer,
  ImageLayer,
  layers,
  ones,
  random,
  serializeLayer,
  setEngine,
  type Tensor,
  tensor,
} from '../../../src/index.js';
import { expectClose, type GoldenArray, tensorOfGolden } from '../../golden-arrays.js';

interface BoxCase {
  readonly name: string;
  readonly layer: SerializedObject;
  readonly size: readonly number[];
  readonly training: boolean;
  readonly transformation: Readonly<Record<string, GoldenArray>> | null;
  readonly boxes: GoldenArray;
  readonly labels: GoldenArray;
  readonly boxesOutput: GoldenArray;
  readonly labelsOutput: GoldenArray;
}

const engine = createGraphEngine(createEagerEngine(createCpuDevice()));
setEngine(engine);

const file = new URL('../../golden/augmentation-boxes.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: BoxCase[] };

/** `random_shear.shear_factor` is `randomShear.shearFactor`. */
function nameOf(key: string): string {
  return key.split('.').map(camelKey).join('.');
}

function imageLayer(node: SerializedObject) {
  const layer: unknown = deserializeLayer(node);
  if (layer instanceof ImageLayer) return layer;
  throw new Error(`not a layer of images: ${node.class_name}`);
}

describe('bounding boxes of layers of images equal Keras', () => {
  it.each(cases.map((one) => [one.name, one] as const))('%s', async (_, one) => {
    const layer = imageLayer(one.layer);
    const size = {
      batch: at(one.size, 0),
      height: at(one.size, 1),
      width: at(one.size, 2),
      channels: at(one.size, 3),
    };
    const drawn = Object.entries(one.transformation ?? {}).map(
      ([key, value]) => [nameOf(key), tensorOfGolden(value)] as const,
    );
    const names = drawn.map(([name]) => name);
    const run = (given: readonly Tensor[]): readonly Tensor[] => {
      const numbers = Object.fromEntries(names.map((name, place) => [name, at(given, place + 2)]));
      const found = { boxes: at(given, 0), labels: at(given, 1) };
      const changed = layer.transformBoundingBoxes(found, numbers, size, one.training);
      return [changed.boxes, changed.labels];
    };
    const inputs = [tensorOfGolden(one.boxes), tensorOfGolden(one.labels)];
    const given = [...inputs, ...drawn.map(([, value]) => value)];
    for (const [boxes, labels] of [run(given), engine.compile(run)(given)]) {
      await expectClose(boxes ?? tensor([]), one.boxesOutput);
      await expectClose(labels ?? tensor([]), one.labelsOutput);
    }
    expect(serializeLayer(layer).config).toEqual(one.layer.config);
  });
});

describe('records with bounding boxes', () => {
  const images = random.uniform([2, 8, 10, 3], { seed: 1 });
  const boundingBoxes = {
    boxes: tensor([[[1, 2, 4, 6]], [[0, 0, 10, 8]]]),
    labels: tensor([[5], [7]], { dtype: 'int32' }),
  };

  it('go through a layer with their images', async () => {
    const layer = layers.randomTranslation({
      heightFactor: [0.25, 0.25],
      widthFactor: [0.1, 0.1],
      boundingBoxFormat: 'xyxy',
    });
    const moved = layer.apply({ images, boundingBoxes });
    expect(await moved.boundingBoxes.boxes.round().array()).toEqual([
      [[2, 4, 5, 8]],
      [[1, 2, 10, 8]],
    ]);
    expect(await moved.boundingBoxes.labels.array()).toEqual([[5], [7]]);
    const still = layer.apply({ images, boundingBoxes }, { training: false });
    expect(await still.boundingBoxes.boxes.array()).toEqual(await boundingBoxes.boxes.array());
  });

  it('may belong to one image', async () => {
    const layer = layers.resizing({ height: 16, width: 10, boundingBoxFormat: 'xywh' });
    const one = { boxes: tensor([[1, 2, 3, 4]]), labels: tensor([3]) };
    const resized = layer.apply({ images: ones([8, 10, 3]), boundingBoxes: one });
    expect(resized.images.shape).toEqual([16, 10, 3]);
    expect(await resized.boundingBoxes.boxes.array()).toEqual([[1, 4, 3, 8]]);
    expect(await resized.boundingBoxes.labels.array()).toEqual([3]);
  });

  it('take camelCase formats, which files spell as Keras does', () => {
    const layer = layers.randomFlip({ boundingBoxFormat: 'relCenterXywh' });
    expect(serializeLayer(layer).config).toMatchObject({
      bounding_box_format: 'rel_center_xywh',
    });
  });

  it('say what does not fit', () => {
    const record = { images, boundingBoxes };
    expect(() => layers.randomFlip().apply(record)).toThrow(/boundingBoxFormat/);
    const boundingBoxFormat = 'xyxy' as const;
    expect(() => layers.cutMix({ boundingBoxFormat }).apply(record)).toThrow(/not defined/);
    const flat = { boxes: tensor([1, 2, 3, 4]), labels: tensor([1]) };
    const layer = layers.randomFlip({ boundingBoxFormat });
    expect(() => layer.apply({ images, boundingBoxes: flat })).toThrow(/no boxes of images/);
    const unknown = 'corners' as 'xyxy';
    expect(() => layers.randomFlip({ boundingBoxFormat: unknown })).toThrow(/corners/);
    expect(() => layers.maxNumBoundingBoxes({ maxNumber: 0 })).toThrow(/maxNumber/);
  });
});
