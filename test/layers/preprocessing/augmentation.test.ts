// Layers of images against real Keras: the same images, masks and drawn numbers give the same.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { camelKey } from '../../../src/core/naming.js';
import type { SerializedObject } from '../../../src/core/serialized.js';
import {
  deserializeLayer,
  ImageLayer,
  serializeLayer,
  type Transformation,
} from '../../../src/index.js';
import { expectClose, type GoldenArray, tensorOfGolden } from '../../golden-arrays.js';

interface ImageCase {
  readonly name: string;
  readonly layer: SerializedObject;
  readonly input: GoldenArray;
  readonly transformation: Readonly<Record<string, GoldenArray>> | null;
  readonly output: GoldenArray;
  /** What comes out in inference, where that is not the input: perhaps what comes out in training. */
  readonly inference?: GoldenArray | 'output';
  readonly mask?: GoldenArray;
  readonly maskOutput?: GoldenArray;
  readonly labels?: GoldenArray;
  readonly labelsOutput?: GoldenArray;
}

const file = new URL('../../golden/augmentation.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: ImageCase[] };

/** `random_shear.shear_factor` is `randomShear.shearFactor`. */
function nameOf(key: string): string {
  return key.split('.').map(camelKey).join('.');
}

function transformationOf(one: ImageCase): Transformation | undefined {
  if (one.transformation === null) return undefined;
  const entries = Object.entries(one.transformation);
  return Object.fromEntries(entries.map(([key, value]) => [nameOf(key), tensorOfGolden(value)]));
}

function imageLayer(node: SerializedObject) {
  const layer: unknown = deserializeLayer(node);
  if (layer instanceof ImageLayer) return layer;
  throw new Error(`not a layer of images: ${node.class_name}`);
}

describe('layers of images equal Keras', () => {
  for (const one of cases) {
    it(one.name, async () => {
      const layer = imageLayer(one.layer);
      const images = tensorOfGolden(one.input);
      const drawn = transformationOf(one);
      const output = layer.transformImages(images, drawn);
      await expectClose(output, one.output);
      const { inference = one.input } = one;
      const idle = inference === 'output' ? one.output : inference;
      await expectClose(layer.transformImages(images, drawn, false), idle);
      if (one.mask !== undefined && one.maskOutput !== undefined) {
        const masks = layer.transformSegmentationMasks(tensorOfGolden(one.mask), drawn);
        await expectClose(masks, one.maskOutput);
      }
      if (one.labels !== undefined && one.labelsOutput !== undefined) {
        const labels = layer.transformLabels(tensorOfGolden(one.labels), drawn);
        await expectClose(labels, one.labelsOutput);
      }
      expect(serializeLayer(layer).config).toEqual(one.layer.config);
      // What the layer draws itself has the names and sizes that Keras draws.
      const own = layer.getRandomTransformation(images);
      for (const [name, value] of Object.entries(own ?? {})) {
        const theirs = drawn?.[name];
        // Masks need no copy for each channel, and one colour no copy for each pixel.
        if (theirs !== undefined) expect([name, theirs.size % value.size]).toEqual([name, 0]);
      }
      expect(layer.apply(images).shape).toEqual(one.output.shape);
    });
  }
});
