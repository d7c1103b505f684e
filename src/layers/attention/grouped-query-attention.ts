// GroupQueryAttention: multi-head attention in which several query heads share a key and value head.
import { ArgumentError } from '../../core/errors.js';
import { at } from '../../core/sequence.js';
import type { Tensor } from '../../core/tensor.js';
import { repeat } from '../../ops/index.js';
import { type DefaultsOf, positive, type Resolved, withDefaults } from '../options.js';
import type { PartialShape, ShapeTree } from '../symbolic.js';
import {
  type AttentionShape,
  attendedShapes,
  PROJECTION_DEFAULTS,
  ProjectedAttention,
  type ProjectionOptions,
} from './projected-attention.js';

/** Options of {@link GroupQueryAttention}. */
export interface GroupQueryAttentionOptions extends ProjectionOptions {
  /** Size of each head. */
  readonly headDim: number;
  /** How many heads the query has; a multiple of `numKeyValueHeads`. */
  readonly numQueryHeads: number;
  /** How many heads key and value have. */
  readonly numKeyValueHeads: number;
}

const NEEDED = ['headDim', 'numQueryHeads', 'numKeyValueHeads'] as const;
const DEFAULTS: DefaultsOf<GroupQueryAttentionOptions, (typeof NEEDED)[number]> =
  PROJECTION_DEFAULTS;

/** Batch, position, heads, size: the scores are [batch, heads, queries, keys]. */
const EQUATIONS = {
  scores: 'bkuh,bquh->buqk',
  combine: 'buqk,bkuh->bquh',
  scoresRank: 4,
} as const;

/**
 * Attention whose query heads form groups that share one head of key and value (Ainslie et al.
 * 2023): `numKeyValueHeads: 1` is multi-query attention. Call it on `[query, value]` or
 * `[query, value, key]` of three axes; the result has the shape of the query. Options of the call
 * are those of {@link MultiHeadAttention}.
 *
 * Weights, in layers `query`, `key`, `gate` (with `useGate`), `value` and `attention_output`:
 * kernels `[dim, heads, headDim]` and `[numQueryHeads, headDim, dim]`, biases `[heads, headDim]`
 * and `[dim]`.
 *
 * @example
 * ```ts
 * import { layers, random } from 'keratin';
 * const x = random.uniform([2, 5, 8]);
 * const attention = layers.groupQueryAttention({ headDim: 4, numQueryHeads: 4, numKeyValueHeads: 2 });
 * console.log(attention.apply([x, x]).shape); // [ 2, 5, 8 ]
 * ```
 */
export class GroupQueryAttention extends ProjectedAttention<Resolved<GroupQueryAttentionOptions>> {
  static readonly className = 'GroupQueryAttention';
  static readonly kerasModule = 'keras.layers';

  constructor(options: GroupQueryAttentionOptions) {
    super('GroupQueryAttention', withDefaults('GroupQueryAttention', DEFAULTS, NEEDED, options));
    const { numQueryHeads, numKeyValueHeads } = this.config;
    for (const name of NEEDED) positive('GroupQueryAttention', name, this.config[name]);
    if (numQueryHeads % numKeyValueHeads === 0) return;
    throw new ArgumentError({
      where: 'GroupQueryAttention',
      what: 'the query heads do not divide among the key and value heads',
      expected: `a multiple of ${numKeyValueHeads} query heads`,
      received: String(numQueryHeads),
      fix: 'choose a number of query heads that numKeyValueHeads divides',
    });
  }

  /** Keras's Python class has another name than the one it exports. */
  override get baseName(): string {
    return 'grouped_query_attention';
  }

  override get attributeNames(): Readonly<Record<string, string>> {
    return {
      queryDense: '_query_dense',
      keyDense: '_key_dense',
      gateDense: '_gate_dense',
      valueDense: '_value_dense',
      outputDense: '_output_dense',
    };
  }

  protected override build(inputShape: ShapeTree): void {
    const [query, value, key] = attendedShapes(inputShape);
    const { numQueryHeads, numKeyValueHeads, headDim, useGate } = this.config;
    const toHeads = (name: string, shape: PartialShape, heads: number, activation?: string) => {
      const dense = this.projected(name, 'abc,cde->abde', 'de', [null, heads, headDim], activation);
      dense.ensureBuilt(shape);
      return dense;
    };
    this.queryDense = toHeads('query', query, numQueryHeads);
    this.keyDense = toHeads('key', key, numKeyValueHeads);
    if (useGate) this.gateDense = toHeads('gate', query, numQueryHeads, 'sigmoid');
    this.valueDense = toHeads('value', value, numKeyValueHeads);
    const output = [null, at(query, -1)];
    this.outputDense = this.projected('attention_output', 'abcd,cde->abe', 'e', output);
    this.outputDense.ensureBuilt([...query.slice(0, -1), numQueryHeads, headDim]);
  }

  protected override shapeOf(): AttentionShape {
    return { equations: EQUATIONS, axes: 1, scale: 1 / Math.sqrt(this.config.headDim) };
  }

  protected override perHead(projected: Tensor): Tensor {
    const { numQueryHeads, numKeyValueHeads } = this.config;
    const times = numQueryHeads / numKeyValueHeads;
    return times === 1 ? projected : repeat(projected, times, 2);
  }
}
