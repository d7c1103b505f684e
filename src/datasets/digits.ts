// The digits data set: small enough to be part of the library, so that examples need no download.
import { currentEngine } from '../core/engine.js';
import { permutation } from '../data/permutation.js';
import { DIGIT_COUNT, DIGIT_PIXELS, DIGITS } from './digits-data.js';
import type { DataSet, Part } from './split.js';

const SIDE = 8;
/** Seed of the fixed order from which the test images are taken. */
const SPLIT_SEED = 1998;
const TEST_COUNT = 360;

async function unpacked(): Promise<Uint8Array> {
  const bytes = Uint8Array.from(atob(DIGITS), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function part(bytes: Uint8Array, order: Uint32Array): Part {
  const images = new Float32Array(order.length * DIGIT_PIXELS);
  const labels = new Int32Array(order.length);
  for (const [place, sample] of order.entries()) {
    for (let pixel = 0; pixel < DIGIT_PIXELS; pixel++) {
      images[place * DIGIT_PIXELS + pixel] = (bytes[pixel * DIGIT_COUNT + sample] ?? 0) / 16;
    }
    labels[place] = bytes[DIGIT_PIXELS * DIGIT_COUNT + sample] ?? 0;
  }
  const engine = currentEngine();
  return {
    x: engine.write({ shape: [order.length, SIDE, SIDE, 1], dtype: 'float32' }, images),
    y: engine.write({ shape: [order.length], dtype: 'int32' }, labels),
  };
}

/**
 * 1797 handwritten digits of 8x8 pixels (UCI; Alpaydin and Kaynak 1998), pixels from 0 to 1.
 * The images are in a fixed mixed order: 1437 to train on and 360 to test on.
 *
 * @example
 * ```ts
 * import { datasets } from 'keratin';
 * const { train, test } = await datasets.digits();
 * console.log(train.x.shape, test.y.shape); // [ 1437, 8, 8, 1 ] [ 360 ]
 * ```
 */
export async function digits(): Promise<DataSet> {
  const bytes = await unpacked();
  const order = permutation(DIGIT_COUNT, SPLIT_SEED);
  return {
    train: part(bytes, order.subarray(0, DIGIT_COUNT - TEST_COUNT)),
    test: part(bytes, order.subarray(DIGIT_COUNT - TEST_COUNT)),
    classNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  };
}
