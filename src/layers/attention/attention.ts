// Attention and AdditiveAttention: attention of tensors as they are, without projections.
import { ArgumentError, unknownName } from '../../core/errors.js';
import { at } from '../../core/sequence.js';
import type { Tensor } from '../../core/tensor.js';
import { isList } from '../../core/tree.js';
import {
  add,
  expandDims,
  logicalAnd,
  matmul,
  mul,
  softmax,
  sub,
  sum,
  swapAxes,
  tanh,
  where,
} from '../../ops/index.js';
import { required } from '../built.js';
import { type CallContext, flatMasks } from '../call-context.js';
import { knownSize } from '../known-size.js';
import { type DefaultsOf, type LayerOptions, type Resolved, withDefaults } from '../options.js';
import { isShape, type PartialShape, type ShapeTree } from '../symbolic.js';
import type { Weight } from '../weight.js';
import { AttentionLayer, type AttentionOutput, isOn } from './attention-layer.js';
import { causalMask } from './attention-masks.js';

/** Options that attention without projections has. */
interface PlainAttentionConfig {
  readonly dropout: number;
}

/** Throws unless `inputs` are two or three. */
function checkInputs(inputs: unknown): void {
  const count = isList(inputs) && !isShape(inputs) ? inputs.length : 1;
  if (count === 2 || count === 3) return;
  throw new ArgumentError({
    what: 'attention takes two or three tensors',
    expected: '[query, value] or [query, value, key]',
    received: String(count),
    fix: 'write layer.apply([query, value])',
  });
}

/** The score of masked places, far below any other; 65504 is the largest float16. */
function lowered(scores: Tensor, mask: Tensor): Tensor {
  const penalty = scores.dtype === 'float16' ? 65504 : 1e9;
  return where(mask, scores, sub(scores, penalty));
}

/** Attention whose scores come from query and key themselves. */
abstract class PlainAttention<Config extends PlainAttentionConfig> extends AttentionLayer<Config> {
  /** How much each query looks at each key: `[..., queries, keys]`. */
  protected abstract scoresOf(query: Tensor, key: Tensor): Tensor;

  protected override call(inputs: readonly Tensor[], context: CallContext): AttentionOutput {
    checkInputs(inputs);
    const query = at(inputs, 0);
    const value = at(inputs, 1);
    const [queryMask = null, valueMask = null] = flatMasks(context.mask);
    const scores = this.scoresOf(query, inputs[2] ?? value);
    const seen = this.#mask(scores, valueMask, isOn(context, 'useCausalMask'));
    const shares = this.dropped(
      softmax(seen === undefined ? scores : lowered(scores, seen)),
      context.training,
    );
    const attended = matmul(shares, value);
    const result = queryMask === null ? attended : where(expandDims(queryMask, -1), attended, 0);
    return isOn(context, 'returnAttentionScores') ? [result, shares] : result;
  }

  #mask(scores: Tensor, valueMask: Tensor | null, isCausal: boolean): Tensor | undefined {
    const padding = valueMask === null ? undefined : expandDims(valueMask, -2);
    if (!isCausal) return padding;
    const past = causalMask({ queries: at(scores.shape, -2), keys: at(scores.shape, -1) });
    return padding === undefined ? past : logicalAnd(padding, past);
  }
}

/** Options of {@link Attention}. */
export interface AttentionLayerOptions extends LayerOptions {
  /** Whether scores are multiplied by a learnt number. Default false. */
  readonly useScale?: boolean;
  /** `dot`: products of query and key. `concat`: the sum of tanh of their sum. Default `dot`. */
  readonly scoreMode?: 'dot' | 'concat';
  /** The part of the scores that is dropped in training, from 0 to 1. Default 0. */
  readonly dropout?: number;
  /** Equal seeds drop equal scores. Default: from the stream of `setRandomSeed`. */
  readonly seed?: number | null;
}

const DEFAULTS: DefaultsOf<AttentionLayerOptions> = {
  useScale: false,
  scoreMode: 'dot',
  dropout: 0,
  seed: null,
};

/**
 * `softmax(query · keyᵀ) · value` (Luong et al. 2015). Call it on `[query, value]` or
 * `[query, value, key]`: query `[batch, queries, dim]`, value and key `[batch, keys, dim]` give
 * `[batch, queries, dim]`; with `returnAttentionScores` also the scores `[batch, queries, keys]`.
 * Masked values are not looked at; the results of masked queries are 0. As in Keras, a query that
 * sees no value gets about the mean of all values.
 *
 * @example
 * ```ts
 * import { layers, tensor } from 'keratin';
 * const x = tensor([[[1, 0], [0, 1]]]);
 * const y = layers.attention().apply([x, x], { useCausalMask: true });
 * console.log(await y.getItem([0, 0]).array()); // [ 1, 0 ]
 * ```
 */
export class Attention extends PlainAttention<Resolved<AttentionLayerOptions>> {
  static readonly className = 'Attention';
  static readonly kerasModule = 'keras.layers';
  private scale: Weight | undefined;
  private concatScoreWeight: Weight | undefined;

  constructor(options: AttentionLayerOptions = {}) {
    const config = withDefaults('Attention', DEFAULTS, [], options);
    super('Attention', config, config.seed);
    const modes = ['dot', 'concat'];
    if (!modes.includes(config.scoreMode)) {
      throw unknownName('scoreMode of Attention', config.scoreMode, modes);
    }
  }

  protected override build(inputShape: ShapeTree): void {
    checkInputs(inputShape);
    const { useScale, scoreMode } = this.config;
    if (useScale) this.scale = this.weight('scale', [], { initializer: 'ones' });
    if (scoreMode === 'concat') {
      this.concatScoreWeight = this.weight('concat_score_weight', [], { initializer: 'ones' });
    }
  }

  protected override scoresOf(query: Tensor, key: Tensor): Tensor {
    const scaled = (x: Tensor) => (this.scale === undefined ? x : mul(x, this.scale.value));
    if (this.config.scoreMode === 'dot') return scaled(matmul(query, swapAxes(key, -2, -1)));
    const pairs = tanh(scaled(add(expandDims(query, -2), expandDims(key, -3))));
    return mul(required(this.concatScoreWeight).value, sum(pairs, { axis: -1 }));
  }
}

/** Options of {@link AdditiveAttention}. */
export interface AdditiveAttentionOptions extends LayerOptions {
  /** Whether each feature is weighted by a learnt number. Default true. */
  readonly useScale?: boolean;
  /** The part of the scores that is dropped in training, from 0 to 1. Default 0. */
  readonly dropout?: number;
  /** Equal seeds drop equal scores. Default: from the stream of `setRandomSeed`. */
  readonly seed?: number | null;
}

const ADDITIVE: DefaultsOf<AdditiveAttentionOptions> = { useScale: true, dropout: 0, seed: null };

/**
 * Attention with scores `Σ scale · tanh(query + key)` (Bahdanau et al. 2014). Inputs, masks and
 * results as {@link Attention}. Weight: scale `[dim]`.
 *
 * @example
 * ```ts
 * import { layers, random } from 'keratin';
 * const [query, value] = [random.uniform([2, 3, 4]), random.uniform([2, 5, 4])];
 * console.log(layers.additiveAttention().apply([query, value]).shape); // [ 2, 3, 4 ]
 * ```
 */
export class AdditiveAttention extends PlainAttention<Resolved<AdditiveAttentionOptions>> {
  static readonly className = 'AdditiveAttention';
  static readonly kerasModule = 'keras.layers';
  private scale: Weight | undefined;

  constructor(options: AdditiveAttentionOptions = {}) {
    const config = withDefaults('AdditiveAttention', ADDITIVE, [], options);
    super('AdditiveAttention', config, config.seed);
  }

  protected override build(inputShape: readonly PartialShape[]): void {
    checkInputs(inputShape);
    if (this.config.useScale) this.scale = this.weight('scale', [knownSize(at(inputShape, 0), -1)]);
  }

  protected override scoresOf(query: Tensor, key: Tensor): Tensor {
    const pairs = tanh(add(expandDims(query, -2), expandDims(key, -3)));
    return sum(this.scale === undefined ? pairs : mul(this.scale.value, pairs), { axis: -1 });
  }
}
