// ReversibleEmbedding: a table of vectors that is also used backwards, from vectors to scores of ids.
import type { DType } from '../core/dtype.js';
import type { Tensor } from '../core/tensor.js';
import { cast, div, matmul, mul, tanh, transpose } from '../ops/index.js';
import { type CallContext, setMask } from './call-context.js';
import { EMBEDDING_DEFAULTS, type EmbeddingOptions, EmbeddingTable } from './embedding.js';
import { type DefaultsOf, type Resolved, withDefaults } from './options.js';
import type { Weight } from './weight.js';

/** Options of {@link ReversibleEmbedding}. */
export interface ReversibleEmbeddingOptions extends EmbeddingOptions {
  /** Whether the way back uses the same table. Default true. */
  readonly tieWeights?: boolean;
  /** The dtype of the way back. Default null: that of the layer. */
  readonly reverseDtype?: DType | null;
  /** Scores of the way back are squeezed into (-cap, cap) with tanh. Default null: not. */
  readonly logitSoftCap?: number | null;
}

const DEFAULTS: DefaultsOf<ReversibleEmbeddingOptions, 'inputDim' | 'outputDim'> = {
  ...EMBEDDING_DEFAULTS,
  tieWeights: true,
  reverseDtype: null,
  logitSoftCap: null,
};

/**
 * Looks ids up as {@link Embedding} does; called with `{ reverse: true }` it multiplies vectors
 * `[..., outputDim]` by the table and gives a score for each id, `[..., inputDim]` (Press & Wolf
 * 2016). Weights: embeddings `[inputDim, outputDim]`, and reverse_embeddings
 * `[outputDim, inputDim]` where `tieWeights` is false.
 *
 * @example
 * ```ts
 * import { layers, tensor } from 'keratin';
 * const table = layers.reversibleEmbedding({ inputDim: 10, outputDim: 4 });
 * const vectors = table.apply(tensor([[1, 2, 3]], 'int32'));
 * console.log(vectors.shape, table.apply(vectors, { reverse: true }).shape); // [ 1, 3, 4 ] [ 1, 3, 10 ]
 * ```
 */
export class ReversibleEmbedding extends EmbeddingTable<Resolved<ReversibleEmbeddingOptions>> {
  static readonly className = 'ReversibleEmbedding';
  static readonly kerasModule = 'keras.layers';
  private reverseEmbeddings: Weight | undefined;

  constructor(options: ReversibleEmbeddingOptions) {
    const config = withDefaults(
      'ReversibleEmbedding',
      DEFAULTS,
      ['inputDim', 'outputDim'],
      options,
    );
    super('ReversibleEmbedding', config);
  }

  protected override build(): void {
    super.build();
    const { tieWeights, inputDim, outputDim, embeddingsInitializer } = this.config;
    if (tieWeights) return;
    this.reverseEmbeddings = this.weight('reverse_embeddings', [outputDim, inputDim], {
      initializer: embeddingsInitializer,
    });
  }

  protected override call(x: Tensor, context: CallContext): Tensor {
    if (context.reverse === true) return this.#scores(x);
    const vectors = super.call(x, context);
    const mask = this.padding(x);
    if (mask !== undefined) setMask(vectors, mask);
    return vectors;
  }

  /** The call sets it, since only one of the two ways has one. */
  protected override computeMask(): undefined {
    return undefined;
  }

  #scores(vectors: Tensor): Tensor {
    const { reverseDtype, logitSoftCap } = this.config;
    const table = this.reverseEmbeddings?.value ?? transpose(this.adapted);
    const dtype = reverseDtype ?? vectors.dtype;
    const scores = matmul(cast(vectors, dtype), cast(table, dtype));
    return logitSoftCap === null ? scores : mul(tanh(div(scores, logitSoftCap)), logitSoftCap);
  }
}
