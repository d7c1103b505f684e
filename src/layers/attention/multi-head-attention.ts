// MultiHeadAttention: several attentions side by side, each between projections of its own.
import { at, range } from '../../core/sequence.js';
import type { PlainConfig } from '../../core/serialized.js';
import type { Tensor } from '../../core/tensor.js';
import { type CallContext, clearMask } from '../call-context.js';
import { type DefaultsOf, positive, type Resolved, withDefaults } from '../options.js';
import type { PartialShape, ShapeTree } from '../symbolic.js';
import { attentionEquations, projection } from './attention-equations.js';
import type { AttentionOutput } from './attention-layer.js';
import {
  type AttentionShape,
  attendedShapes,
  PROJECTION_DEFAULTS,
  ProjectedAttention,
  type ProjectionOptions,
} from './projected-attention.js';

/** Options of {@link MultiHeadAttention}. */
export interface MultiHeadAttentionOptions extends ProjectionOptions {
  /** How many attentions run side by side. */
  readonly numHeads: number;
  /** Size of each head of query and key. */
  readonly keyDim: number;
  /** Size of each head of the value. Default: `keyDim`. */
  readonly valueDim?: number | null;
  /** Last axes of the result. Default: the last axis of the query. */
  readonly outputShape?: number | readonly number[] | null;
  /** The axes that attend, counted with the batch. Default: all but the batch and the last. */
  readonly attentionAxes?: number | readonly number[] | null;
}

const DEFAULTS: DefaultsOf<MultiHeadAttentionOptions, 'numHeads' | 'keyDim'> = {
  ...PROJECTION_DEFAULTS,
  valueDim: null,
  outputShape: null,
  attentionAxes: null,
};

function listOf(value: number | readonly number[] | null): readonly number[] | null {
  return typeof value === 'number' ? [value] : value;
}

/**
 * Multi-head attention (Vaswani et al. 2017). Call it on `[query, value]` or
 * `[query, value, key]`: query `[batch, queries, dim]`, value and key `[batch, keys, dim]` give
 * `[batch, queries, dim of the query]`. With `returnAttentionScores` the call also gives the scores
 * `[batch, heads, queries, keys]`.
 *
 * Masks that the inputs carry, `valueMask`, `keyMask`, `attentionMask`, `useCausalMask` and
 * `slidingWindow` are joined by "and". The mask of the query is always the one that it carries, and
 * is passed on. As in Keras, a query that sees no key gets the mean of all values, or 0 where
 * `dropout` is above 0 or scores are returned. Also as in Keras, the call takes the masks off the
 * tensors it is given: `layers.add().apply([x, attention.apply([x, x])])` has no mask any more. The graph of
 * a functional model keeps it for layers that take a mask, such as recurrent ones and pooling.
 *
 * Weights, in layers `query`, `key`, `gate` (with `useGate`), `value` and `attention_output`:
 * kernels `[dim, numHeads, keyDim]` and `[numHeads, valueDim, dim]`, biases `[numHeads, keyDim]`
 * and `[dim]`.
 *
 * @example
 * ```ts
 * import { layers, random } from 'keratin';
 * const x = random.uniform([2, 5, 8]);
 * const attention = layers.multiHeadAttention({ numHeads: 2, keyDim: 4 });
 * console.log(attention.apply([x, x], { useCausalMask: true }).shape); // [ 2, 5, 8 ]
 * const [, scores] = attention.apply([x, x], { returnAttentionScores: true });
 * console.log(scores.shape); // [ 2, 2, 5, 5 ]
 * ```
 */
export class MultiHeadAttention extends ProjectedAttention<Resolved<MultiHeadAttentionOptions>> {
  static readonly className = 'MultiHeadAttention';
  static readonly kerasModule = 'keras.layers';
  private axes: readonly number[] | null;

  constructor(options: MultiHeadAttentionOptions) {
    const given = withDefaults('MultiHeadAttention', DEFAULTS, ['numHeads', 'keyDim'], options);
    const config = {
      ...given,
      valueDim: given.valueDim ?? given.keyDim,
      outputShape: listOf(given.outputShape),
      attentionAxes: listOf(given.attentionAxes),
    };
    super('MultiHeadAttention', config);
    positive('MultiHeadAttention', 'numHeads', config.numHeads);
    positive('MultiHeadAttention', 'keyDim', config.keyDim);
    positive('MultiHeadAttention', 'valueDim', config.valueDim);
    this.axes = config.attentionAxes;
  }

  override get attributeNames(): Readonly<Record<string, string>> {
    return { gateDense: '_gate_dense' };
  }

  /** As Keras, a built layer writes the axes that it found. */
  override getConfig(): PlainConfig {
    return { ...super.getConfig(), attentionAxes: this.axes };
  }

  protected override build(inputShape: ShapeTree): void {
    const [query, value, key] = attendedShapes(inputShape);
    const { keyDim, useGate } = this.config;
    const valueDim = this.config.valueDim ?? keyDim;
    this.axes = this.#axesFor(value.length + 1);
    this.queryDense = this.#heads('query', query, keyDim);
    this.keyDense = this.#heads('key', key, keyDim);
    if (useGate) this.gateDense = this.#heads('gate', query, valueDim, 'sigmoid');
    this.valueDense = this.#heads('value', value, valueDim);
    this.outputDense = this.#output(query, valueDim);
  }

  protected override call(inputs: readonly Tensor[], context: CallContext): AttentionOutput {
    for (const input of inputs) clearMask(input);
    return super.call(inputs, context);
  }

  protected override shapeOf(projected: Tensor): AttentionShape {
    const axes = this.#axesFor(projected.rank);
    return {
      equations: attentionEquations(projected.rank, axes),
      axes: axes.length,
      scale: 1 / Math.sqrt(this.config.keyDim),
    };
  }

  /** The axes that attend, for projected tensors of this rank. */
  #axesFor(rank: number): readonly number[] {
    const axes = listOf(this.config.attentionAxes);
    if (axes === null) return range(rank - 2).slice(1);
    return axes.map((axis) => (axis < 0 ? rank - 1 + axis : axis));
  }

  /** The projection of an input to heads: `[..., dim]` becomes `[..., heads, size]`. */
  #heads(name: string, shape: PartialShape, size: number, activation?: string) {
    const { equation, biasAxes, rank } = projection(shape.length - 1, 1, 2);
    const output = [...range(rank - 3).map(() => null), this.config.numHeads, size];
    const dense = this.projected(name, equation, biasAxes, output, activation);
    dense.ensureBuilt(shape);
    return dense;
  }

  /** The projection of all heads to the result: `[..., heads, size]` becomes `[..., dim]`. */
  #output(query: PartialShape, valueDim: number) {
    const sizes = listOf(this.config.outputShape) ?? [at(query, -1)];
    const { equation, biasAxes, rank } = projection(query.length - 1, 2, sizes.length);
    const output = [...range(rank - 1 - sizes.length).map(() => null), ...sizes];
    const dense = this.projected('attention_output', equation, biasAxes, output);
    dense.ensureBuilt([...query.slice(0, -1), this.config.numHeads, valueDim]);
    return dense;
  }
}
