// tf.layers: the factories of layers, and those that only TensorFlow.js has.
import { type Layer as LayerType, ReLU } from '../index.js';

export { Layer, RNN, RNNCell } from '../index.js';
export * from '../layers/factories.js';

/** x above `theta` (1 by default), 0 elsewhere. */
export function thresholdedReLU({
  theta = 1,
  ...options
}: {
  readonly theta?: number;
  readonly name?: string;
} = {}): LayerType {
  return new ReLU({ ...options, threshold: theta });
}
