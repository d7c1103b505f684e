// Embedding: a learnt vector for each whole number.
import type { ConstraintLike } from '../constraints/index.js';
import { Tensor } from '../core/tensor.js';
import type { InitializerLike } from '../initializers/index.js';
import { cast, gather, notEqual } from '../ops/index.js';
import type { RegularizerLike } from '../regularizers/index.js';
import { required } from './built.js';
import { Layer } from './layer.js';
import {
  type DefaultsOf,
  type LayerOptions,
  positive,
  type Resolved,
  withDefaults,
} from './options.js';
import type { TensorTree } from './symbolic.js';
import type { Weight } from './weight.js';

/** Options of {@link Embedding}. */
export interface EmbeddingOptions extends LayerOptions {
  /** How many numbers there are: ids run from 0 to `inputDim - 1`. */
  readonly inputDim: number;
  /** Length of each vector. */
  readonly outputDim: number;
  /** Default `uniform`: between -0.05 and 0.05. */
  readonly embeddingsInitializer?: InitializerLike;
  /** Default none. */
  readonly embeddingsRegularizer?: RegularizerLike | null;
  /** Default none. */
  readonly embeddingsConstraint?: ConstraintLike | null;
  /** Whether id 0 is padding, which later layers then leave out. Default false. */
  readonly maskZero?: boolean;
}

const DEFAULTS: DefaultsOf<EmbeddingOptions, 'inputDim' | 'outputDim'> = {
  embeddingsInitializer: 'uniform',
  embeddingsRegularizer: null,
  embeddingsConstraint: null,
  activityRegularizer: null,
  maskZero: false,
};

/**
 * Looks each id up in a table: `[...]` becomes `[..., outputDim]`.
 * Weight: embeddings `[inputDim, outputDim]`.
 *
 * @example
 * ```ts
 * import { layers, tensor } from 'keratin';
 * const layer = layers.embedding({ inputDim: 10, outputDim: 4 });
 * console.log(layer.apply(tensor([[1, 2, 3]], 'int32')).shape); // [ 1, 3, 4 ]
 * ```
 */
export class Embedding extends Layer<Resolved<EmbeddingOptions>> {
  static readonly className = 'Embedding';
  static readonly kerasModule = 'keras.layers';
  private embeddings: Weight | undefined;

  constructor(options: EmbeddingOptions) {
    super(withDefaults('Embedding', DEFAULTS, ['inputDim', 'outputDim'], options));
    this.inputSpec = {};
    positive('Embedding', 'inputDim', this.config.inputDim);
    positive('Embedding', 'outputDim', this.config.outputDim);
    this.supportsMasking = this.config.maskZero;
  }

  protected override build(): void {
    const { inputDim, outputDim } = this.config;
    this.embeddings = this.weight('embeddings', [inputDim, outputDim], {
      initializer: this.config.embeddingsInitializer,
      regularizer: this.config.embeddingsRegularizer,
      constraint: this.config.embeddingsConstraint,
    });
  }

  protected override call(ids: Tensor): Tensor {
    const whole = ids.dtype === 'int32' ? ids : cast(ids, 'int32');
    return gather(required(this.embeddings).value, whole, { axis: 0 });
  }

  protected override computeMask(ids: TensorTree): Tensor | undefined {
    return this.config.maskZero && ids instanceof Tensor ? notEqual(ids, 0) : undefined;
  }
}
