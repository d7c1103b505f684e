// Copies of layers from their options, with fresh weights: wrappers need a layer twice.
import { isList } from '../../core/tree.js';
import { Initializer } from '../../initializers/index.js';
import { Layer } from '../layer.js';
import type { LayerOptions } from '../options.js';

/** A layer of any kind, as far as copying it goes. */
interface Copyable {
  readonly config: object;
  readonly name: string;
  readonly trainable: boolean;
  readonly dtypePolicy: LayerOptions['dtype'];
}

function copyOption(value: unknown): unknown {
  if (value instanceof Layer) return copyLayer(value, {});
  if (value instanceof Initializer) return value.clone();
  return isList(value) ? value.map(copyOption) : value;
}

/** A layer of the same class, options and name but for `changes`. Layers inside are copied too. */
export function copyLayer<T extends Copyable>(layer: T, changes: Readonly<object>): T {
  const { name, trainable, dtypePolicy: dtype } = layer;
  const options = Object.entries(layer.config).map(([key, value]) => [key, copyOption(value)]);
  const given = { ...Object.fromEntries(options), name, trainable, dtype, ...changes };
  // The constructor's options are the config, so the same class makes the same kind of layer of it.
  return Reflect.construct(layer.constructor, [given]) as T;
}
