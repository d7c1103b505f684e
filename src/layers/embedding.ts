// Embedding: a learnt vector for each whole number.
import type { ConstraintLike } from '../constraints/index.js';
import { Tensor } from '../core/tensor.js';
import type { InitializerLike } from '../initializers/index.js';
import { cast, gather, notEqual } from '../ops/index.js';
import type { RegularizerLike } from '../regularizers/index.js';
import { ADAPTABLE_DEFAULTS, AdaptableLayer, type AdaptableOptions } from './adaptable.js';
import type { CallContext } from './call-context.js';
import { type DefaultsOf, positive, type Resolved, withDefaults } from './options.js';
import type { TensorTree } from './symbolic.js';
import type { Weight } from './weight.js';

/** Options of {@link Embedding}. */
export interface EmbeddingOptions extends AdaptableOptions {
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

/** Defaults of {@link EmbeddingOptions}. */
export const EMBEDDING_DEFAULTS: DefaultsOf<EmbeddingOptions, 'inputDim' | 'outputDim'> = {
  embeddingsInitializer: 'uniform',
  embeddingsRegularizer: null,
  embeddingsConstraint: null,
  ...ADAPTABLE_DEFAULTS,
  activityRegularizer: null,
  maskZero: false,
};

/** A table with a vector for each id: what the embedding layers share. */
export abstract class EmbeddingTable<
  Config extends Resolved<EmbeddingOptions>,
> extends AdaptableLayer<Config> {
  protected embeddings: Weight | undefined;

  constructor(className: string, config: Config) {
    super(config);
    this.inputSpec = {};
    positive(className, 'inputDim', config.inputDim);
    positive(className, 'outputDim', config.outputDim);
    this.supportsMasking = config.maskZero;
  }

  protected override get adaptable(): Weight | undefined {
    return this.embeddings;
  }

  protected override build(): void {
    const { inputDim, outputDim } = this.config;
    this.embeddings = this.weight('embeddings', [inputDim, outputDim], {
      initializer: this.config.embeddingsInitializer,
      regularizer: this.config.embeddingsRegularizer,
      constraint: this.config.embeddingsConstraint,
      // Rows are cast after they were picked, so that the table is not.
      autocast: false,
    });
    this.startLora();
  }

  protected override call(ids: Tensor, _context: CallContext): Tensor {
    const whole = ids.dtype === 'int32' ? ids : cast(ids, 'int32');
    return cast(gather(this.adapted, whole, { axis: 0 }), this.computeDtype);
  }

  /** Which ids are no padding; undefined where none can be. */
  protected padding(ids: Tensor): Tensor | undefined {
    return this.config.maskZero ? notEqual(ids, 0) : undefined;
  }
}

/**
 * Looks each id up in a table: `[...]` becomes `[..., outputDim]`.
 * Weight: embeddings `[inputDim, outputDim]`; with `loraRank` or after `enableLora` also
 * lora_embeddings_a `[inputDim, rank]` and lora_embeddings_b `[rank, outputDim]`. As in Keras 3.15,
 * `loraAlpha` of the options is not used, only that of `enableLora`.
 *
 * @example
 * ```ts
 * import { layers, tensor } from 'keratin';
 * const layer = layers.embedding({ inputDim: 10, outputDim: 4 });
 * console.log(layer.apply(tensor([[1, 2, 3]], 'int32')).shape); // [ 1, 3, 4 ]
 * ```
 */
export class Embedding extends EmbeddingTable<Resolved<EmbeddingOptions>> {
  static readonly className = 'Embedding';
  static readonly kerasModule = 'keras.layers';

  constructor(options: EmbeddingOptions) {
    const needed = ['inputDim', 'outputDim'];
    super('Embedding', withDefaults('Embedding', EMBEDDING_DEFAULTS, needed, options));
  }

  protected override computeMask(ids: TensorTree): Tensor | undefined {
    return ids instanceof Tensor ? this.padding(ids) : undefined;
  }
}
