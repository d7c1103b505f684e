// tf.models.

import { parseJson, requireRecord } from '../saving/json.js';
import type { ModelArtifacts } from './io/types.js';
import { loadLayersModel } from './layers-model/load.js';
import type { LayersModel } from './training/layers-model.js';

/**
 * The model that `model.toJSON()` described, as text or as an object, with fresh weights. What
 * `model.toJson()` of the main entry or Keras's `to_json` gave is understood too.
 *
 * @example
 * ```ts
 * import * as tf from 'keratin/tfjs';
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
 * const copy = await tf.models.modelFromJSON(model.toJSON(null, false));
 * console.log(copy.countParams()); // 3
 * ```
 */
export async function modelFromJSON(json: object | string): Promise<LayersModel> {
  const text = typeof json === 'string' ? json : JSON.stringify(json);
  const where = 'tf.models.modelFromJSON';
  const parsed = requireRecord(where, parseJson(where, new TextEncoder().encode(text)));
  const { modelTopology = parsed } = parsed;
  const artifacts: ModelArtifacts = { modelTopology: requireRecord(where, modelTopology) };
  return loadLayersModel({ load: () => artifacts }, { compile: false });
}
