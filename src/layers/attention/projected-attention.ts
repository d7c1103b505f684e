// Attention between projections of its inputs: what MultiHeadAttention and GroupQueryAttention
// share. Each projection is an EinsumDense layer inside, as in Keras, so that files agree.
import { ArgumentError, ShapeError } from '../../core/errors.js';
import { at } from '../../core/sequence.js';
import type { PlainConfig } from '../../core/serialized.js';
import { formatShape } from '../../core/shape.js';
import { isTensor, type Tensor } from '../../core/tensor.js';
import { flattenTree } from '../../core/tree.js';
import { Initializer, type InitializerLike } from '../../initializers/index.js';
import { dotProductAttention, einsum, mul } from '../../ops/index.js';
import { required } from '../built.js';
import { type CallContext, flatMasks } from '../call-context.js';
import { EinsumDense } from '../einsum-dense.js';
import type { BiasSettingOptions, KernelSettingOptions } from '../kernel-options.js';
import { BIAS_SETTING_DEFAULTS, KERNEL_SETTING_DEFAULTS } from '../kernel-options.js';
import { maskedSoftmax } from '../masked-softmax.js';
import { positive, type Resolved } from '../options.js';
import { isShape, type PartialShape, type ShapeTree } from '../symbolic.js';
import type { AttentionEquations } from './attention-equations.js';
import {
  type AttentionCallOptions,
  AttentionLayer,
  type AttentionOutput,
  isOn,
} from './attention-layer.js';
import { causalMask, joinedMask, type ScoreSize, withHeadAxes } from './attention-masks.js';

/** Options of attention layers that project their inputs. */
export interface ProjectionOptions extends KernelSettingOptions, BiasSettingOptions {
  /** The part of the scores that is dropped in training, from 0 to 1. Default 0. */
  readonly dropout?: number;
  /** Whether the projections add a bias. Default true. */
  readonly useBias?: boolean;
  /** Whether the result is multiplied by a learnt sigmoid gate of the query. Default false. */
  readonly useGate?: boolean;
  /** Queries see keys less than this far away, on both sides. Default null: all. */
  readonly slidingWindow?: number | null;
  /** Keras's choice of a GPU kernel. It changes no result here, and files do not have it. */
  readonly flashAttention?: boolean | null;
  /** Equal seeds drop equal scores. Default: from the stream of `setRandomSeed`. */
  readonly seed?: number | null;
}

/** Defaults of {@link ProjectionOptions}. */
export const PROJECTION_DEFAULTS = {
  dropout: 0,
  useBias: true,
  useGate: false,
  slidingWindow: null,
  flashAttention: null,
  ...KERNEL_SETTING_DEFAULTS,
  ...BIAS_SETTING_DEFAULTS,
  activityRegularizer: null,
  seed: null,
} as const;

/** Options of a call of an attention layer that projects its inputs. */
export interface ProjectedCallOptions extends AttentionCallOptions {
  /** Padding among the values, `[batch, keys]`. Default: the mask that the value carries. */
  readonly valueMask?: unknown;
  /** Padding among the keys, `[batch, keys]`. Default: the mask that the key carries. */
  readonly keyMask?: unknown;
  /** True where a query may look: `[batch, queries, keys]`, or `[batch, heads, queries, keys]`. */
  readonly attentionMask?: unknown;
}

/** Where the parts of one call meet: equations of its products and how scores are scaled. */
export interface AttentionShape {
  readonly equations: AttentionEquations;
  /** How many axes attend. */
  readonly axes: number;
  readonly scale: number;
}

type ProjectionConfig = Resolved<ProjectionOptions>;

/** The parent of attention layers with projections. */
export abstract class ProjectedAttention<Config extends ProjectionConfig> extends AttentionLayer<
  Config,
  ProjectedCallOptions
> {
  protected queryDense: EinsumDense | undefined;
  protected keyDense: EinsumDense | undefined;
  protected gateDense: EinsumDense | undefined;
  protected valueDense: EinsumDense | undefined;
  protected outputDense: EinsumDense | undefined;

  constructor(className: string, config: Config) {
    super(className, config, config.seed);
    const { slidingWindow, flashAttention, dropout } = config;
    if (slidingWindow !== null) positive(className, 'slidingWindow', slidingWindow);
    if (flashAttention === true && dropout > 0) {
      throw new ArgumentError({
        where: className,
        what: 'flashAttention and dropout do not go together',
        received: `dropout: ${dropout}`,
        fix: 'leave out one of the two',
      });
    }
  }

  override get argumentNames(): readonly string[] {
    return ['query', 'value', 'key'];
  }

  override getConfig(): PlainConfig {
    const { flashAttention: _, ...config } = super.getConfig();
    return config;
  }

  /** How the projected tensors meet, for a query of this rank. */
  protected abstract shapeOf(projected: Tensor): AttentionShape;

  /** Projected keys or values, with a head for each head of the query. */
  protected perHead(projected: Tensor): Tensor {
    return projected;
  }

  /** A projection with the settings of this layer. */
  protected projected(
    name: string,
    equation: string,
    biasAxes: string,
    outputShape: PartialShape,
    activation = 'linear',
  ): EinsumDense {
    const { config } = this;
    return new EinsumDense({
      name,
      equation,
      outputShape,
      activation,
      biasAxes: config.useBias ? biasAxes : null,
      kernelInitializer: anew(config.kernelInitializer),
      kernelRegularizer: config.kernelRegularizer,
      kernelConstraint: config.kernelConstraint,
      biasInitializer: anew(config.biasInitializer),
      biasRegularizer: config.biasRegularizer,
      biasConstraint: config.biasConstraint,
      activityRegularizer: config.activityRegularizer,
      dtype: this.dtypePolicy,
    });
  }

  protected override call(inputs: readonly Tensor[], context: CallContext): AttentionOutput {
    const [query, value, key = value] = inputs;
    if (query === undefined || value === undefined || key === undefined) throw tooFew(inputs);
    const mask = this.#mask(inputs, context, {
      queries: at(query.shape, 1),
      keys: at(value.shape, 1),
    });
    const isCausal = mask === undefined && isOn(context, 'useCausalMask');
    // Masks have done their part: none is passed on to the projections.
    const q = required(this.queryDense).apply(query, { mask: null });
    const k = this.perHead(required(this.keyDense).apply(key, { mask: null }));
    const v = this.perHead(required(this.valueDense).apply(value, { mask: null }));
    const [attended, scores] = this.#attend(q, k, v, mask, isCausal, context);
    const gated =
      this.gateDense === undefined
        ? attended
        : mul(attended, this.gateDense.apply(query, { mask: null }));
    const result = required(this.outputDense).apply(gated, { mask: null });
    return scores === undefined ? result : [result, scores];
  }

  /** All masks in one; undefined where there is none, or only the causal one. */
  #mask(inputs: readonly Tensor[], context: CallContext, size: ScoreSize): Tensor | undefined {
    const given = flatMasks(context.mask);
    const { slidingWindow } = this.config;
    const masks = {
      query: given[0] ?? undefined,
      value: tensorOption(context.valueMask) ?? given[1] ?? undefined,
      // Where no key is given the value is the key, and its mask counts once.
      key: inputs.length < 3 ? undefined : (tensorOption(context.keyMask) ?? given[2] ?? undefined),
      attention: tensorOption(context.attentionMask),
    };
    const isCausal = isOn(context, 'useCausalMask');
    const none = Object.values(masks).every((mask) => mask === undefined);
    if (none && slidingWindow === null) return undefined;
    return joinedMask({ ...masks, isCausal, slidingWindow }, size);
  }

  /**
   * The attended values, and the scores where they are asked for. Like Keras, rows that see
   * nothing become the mean of all values on the short way, and 0 where scores are kept or dropped.
   */
  #attend(
    q: Tensor,
    k: Tensor,
    v: Tensor,
    mask: Tensor | undefined,
    isCausal: boolean,
    context: CallContext,
  ): readonly [Tensor, Tensor | undefined] {
    const { equations, axes, scale } = this.shapeOf(q);
    const aligned =
      mask === undefined ? undefined : withHeadAxes(mask, equations.scoresRank, 2 * axes);
    const wantsScores = isOn(context, 'returnAttentionScores');
    if (this.config.dropout === 0 && !wantsScores && q.rank === 4) {
      return [dotProductAttention(q, k, v, { mask: aligned, scale, isCausal }), undefined];
    }
    const size = { queries: at(q.shape, 1), keys: at(k.shape, 1) };
    const seen = isCausal
      ? withHeadAxes(causalMask(size), equations.scoresRank, 2 * axes)
      : aligned;
    const last = Array.from({ length: axes }, (_, index) => index - axes);
    const scores = maskedSoftmax(einsum(equations.scores, k, mul(q, scale)), seen, last);
    const attended = einsum(equations.combine, this.dropped(scores, context.training), v);
    return [attended, wantsScores ? scores : undefined];
  }
}

/** Each projection draws for itself, as in Keras. */
function anew(given: InitializerLike): InitializerLike {
  return given instanceof Initializer ? given.clone() : given;
}

/** The shapes of query, value and key; a missing key has that of the value. */
export function attendedShapes(
  inputShape: ShapeTree,
): readonly [query: PartialShape, value: PartialShape, key: PartialShape] {
  const [query, value, key = value] = flattenTree(inputShape, isShape);
  if (isShape(inputShape) || query === undefined || value === undefined || key === undefined) {
    throw tooFew(isShape(inputShape) ? [inputShape] : []);
  }
  const same = (a: PartialShape, b: PartialShape) =>
    a.slice(1, -1).join() === b.slice(1, -1).join();
  if (!same(value, key)) {
    throw new ShapeError({
      what: 'the lengths of value and key differ',
      expected: 'equal sizes in all axes but the first and the last',
      received: `value ${formatShape(value)} and key ${formatShape(key)}`,
      fix: 'pass a key for each value',
    });
  }
  return [query, value, key];
}

function tooFew(inputs: readonly unknown[]): ArgumentError {
  return new ArgumentError({
    what: 'attention needs a query and a value',
    expected: '[query, value] or [query, value, key]',
    received: `${inputs.length} tensor`,
    fix: 'write layer.apply([query, value]); for self-attention layer.apply([x, x])',
  });
}

function tensorOption(value: unknown): Tensor | undefined {
  if (value === undefined || value === null) return undefined;
  if (isTensor(value)) return value;
  throw new ArgumentError({
    what: 'a mask is not a tensor',
    received: typeof value,
    fix: "make a tensor of it: tensor(values, 'bool')",
  });
}
