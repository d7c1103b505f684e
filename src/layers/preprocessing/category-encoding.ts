// CategoryEncoding: whole numbers as one-hot, multi-hot or count vectors, inside or outside a model.
import { ArgumentError } from '../../core/errors.js';
import { Tensor } from '../../core/tensor.js';
import { cast, tensor } from '../../ops/index.js';
import type { CallContext } from '../call-context.js';
import { Layer } from '../layer.js';
import { type LayerOptions, positive, withDefaults } from '../options.js';
import {
  type EncodedMode,
  encodeCategories,
  type OutputMode,
  outputModeOf,
  refuseSparse,
} from './encode-categories.js';

/** Options of {@link CategoryEncoding}. */
export interface CategoryEncodingOptions extends LayerOptions {
  /** The number of categories: inputs lie from 0 to below it. */
  readonly numTokens: number;
  /** `oneHot`, `multiHot` or `count`. Default `multiHot`. */
  readonly outputMode?: OutputMode;
  /** Only false: there are no sparse tensors. */
  readonly sparse?: boolean;
}

type Config = { readonly numTokens: number; readonly outputMode: EncodedMode } & LayerOptions;

const MODES = ['one_hot', 'multi_hot', 'count'] as const;

function configOf(options: CategoryEncodingOptions): Config {
  const defaults = { outputMode: 'multi_hot', sparse: false };
  const { sparse, ...config } = withDefaults('CategoryEncoding', defaults, ['numTokens'], options);
  refuseSparse('CategoryEncoding', sparse);
  positive('CategoryEncoding', 'numTokens', config.numTokens);
  return {
    ...config,
    outputMode: outputModeOf('CategoryEncoding', config.outputMode, MODES),
  };
}

/**
 * Categories 0 to `numTokens - 1` as vectors. `oneHot` gives `[..., numTokens]`, in place of a last
 * axis of size 1 where there is one; `multiHot` and `count` say which categories a sample holds, or
 * how often: `[batch, length]` becomes `[batch, numTokens]`. `apply(x, { countWeights })` weighs the
 * counts. Numbers outside the range are left out.
 *
 * As in Keras, a vector `[length]` is one sample: `multiHot` makes one row of it.
 *
 * @throws ArgumentError for countWeights in another mode than `count`.
 * @example
 * ```ts
 * import { layers, tensor } from 'keratin';
 * const layer = layers.categoryEncoding({ numTokens: 3, outputMode: 'count' });
 * console.log(await layer.apply(tensor([[0, 2, 2]])).array()); // [ [ 1, 0, 2 ] ]
 * ```
 */
export class CategoryEncoding extends Layer<Config> {
  static readonly className = 'CategoryEncoding';
  static readonly kerasModule = 'keras.layers';

  constructor(options: CategoryEncodingOptions) {
    super(configOf(options));
    this.inputSpec = {};
  }

  protected override call(x: Tensor, context: CallContext): Tensor {
    const { numTokens, outputMode } = this.config;
    const weights = this.#weights(context['countWeights']);
    return encodeCategories(x, outputMode, numTokens, this.variableDtype, weights);
  }

  #weights(given: unknown): Tensor | undefined {
    if (given === undefined || given === null) return undefined;
    if (this.config.outputMode === 'count') {
      if (given instanceof Tensor) return cast(given, this.computeDtype);
      if (Array.isArray(given)) return tensor(given, { dtype: this.computeDtype });
    }
    throw new ArgumentError({
      where: this.className,
      what: 'countWeights are numbers for the output mode count',
      expected: 'a tensor or array of the shape of the input, and outputMode: "count"',
      received: `${typeof given} in the mode ${this.config.outputMode}`,
      fix: 'leave countWeights out, or count',
    });
  }
}
