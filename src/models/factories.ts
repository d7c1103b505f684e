// Models by the names of TensorFlow.js, for programs that come from there.
import type { Tensor } from '../core/tensor.js';
import type { OutputsOf, TensorTree } from '../layers/symbolic.js';
import { type FunctionalOptions, Model } from './model.js';
import { Sequential, type Stackable } from './sequential.js';

/** Options of {@link sequential}. */
export interface SequentialOptions {
  readonly layers?: readonly Stackable[];
  readonly name?: string;
}

/**
 * A stack of layers: `new Sequential(layers, { name })`.
 *
 * @example
 * ```ts
 * import { layers, sequential } from 'keratin';
 * const model = sequential();
 * model.add(layers.dense({ units: 3, inputShape: [2] }));
 * console.log(model.countParams()); // 9
 * ```
 */
export function sequential(options: SequentialOptions = {}): Sequential {
  const { layers = [], ...rest } = options;
  return new Sequential(layers, rest);
}

/** Options of {@link model}. */
export interface GraphModelOptions<Out> extends Omit<FunctionalOptions, 'outputs'> {
  readonly outputs: OutputsOf<Out>;
}

/**
 * A model cut out of calls on symbolic tensors: `new Model({ inputs, outputs })`. TypeScript finds out from
 * `outputs` what calls return.
 *
 * @example
 * ```ts
 * import { input, layers, model, ones } from 'keratin';
 * const x = input({ shape: [2] });
 * const y = layers.dense({ units: 3 }).apply(x);
 * const { sums, features } = model({ inputs: x, outputs: { sums: y.sum(1), features: y } }).apply(ones([4, 2]));
 * console.log(sums.shape, features.shape); // [ 4 ] [ 4, 3 ]
 * ```
 */
export function model<Out extends TensorTree = Tensor>(
  options: GraphModelOptions<Out>,
): Model<Out> {
  return new Model<Out>(options);
}
