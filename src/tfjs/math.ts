// tf.math: what TensorFlow.js keeps beside its ops.
import { at } from '../core/sequence.js';
import { asTensor, matmul, oneHot, swapAxes, type Tensor, type TensorLike } from '../index.js';

/**
 * How often class `column` was predicted for samples of class `row`: [numClasses, numClasses].
 *
 * @example
 * ```ts
 * import * as tf from 'keratin/tfjs';
 * const table = tf.math.confusionMatrix(tf.tensor1d([0, 1, 1]), tf.tensor1d([0, 1, 0]), 2);
 * console.log(table.arraySync()); // [ [ 1, 0 ], [ 1, 1 ] ]
 * ```
 */
export function confusionMatrix(
  labels: TensorLike,
  predictions: TensorLike,
  numClasses: number,
): Tensor {
  const [rows, columns] = [labels, predictions].map((classes) =>
    oneHot(asTensor(classes).cast('int32'), numClasses, { dtype: 'float32' }),
  );
  const pair = [rows, columns].filter((one) => one !== undefined);
  return matmul(swapAxes(at(pair, 0), 0, 1), at(pair, 1)).cast('int32');
}
