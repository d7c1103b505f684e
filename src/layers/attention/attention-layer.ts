// What all attention layers share: the calls that also give the scores, dropout of the scores, and
// the mask of the query, which is that of the result.
import type { Tensor } from '../../core/tensor.js';
import { random, SeedGenerator } from '../../ops/index.js';
import { type CallContext, type CallOptions, flatMasks, type MaskTree } from '../call-context.js';
import { Layer } from '../layer.js';
import { fraction } from '../options.js';
import type { SymbolicTensor, SymbolicTree, TensorTree } from '../symbolic.js';

/** Options of a call of an attention layer. */
export interface AttentionCallOptions extends CallOptions {
  /** Whether a query sees only keys at or before its own position. Default false. */
  readonly useCausalMask?: boolean | undefined;
  /** Whether the call returns `[result, scores]` instead of the result alone. Default false. */
  readonly returnAttentionScores?: boolean | undefined;
}

/** Options of a call that gives the scores too. */
export interface WithScores {
  readonly returnAttentionScores: true;
}

/** Options of a call that gives the result alone. */
export interface WithoutScores {
  readonly returnAttentionScores?: false | undefined;
}

/** Options that all attention layers have. */
export interface AttentionConfig {
  readonly dropout: number;
}

/** What a call returns: the result, or the result and the scores it was weighted with. */
export type AttentionOutput = Tensor | readonly [result: Tensor, scores: Tensor];

/** The parent of attention layers, which take `[query, value]` or `[query, value, key]`. */
export abstract class AttentionLayer<
  Config extends AttentionConfig,
  Call extends AttentionCallOptions = AttentionCallOptions,
> extends Layer<Config, AttentionOutput> {
  override supportsMasking = true;
  private readonly seedGenerator: SeedGenerator | undefined;

  constructor(className: string, config: Config, seed: number | null) {
    super(config);
    fraction(className, 'dropout', config.dropout);
    if (config.dropout > 0) this.seedGenerator = new SeedGenerator(seed ?? undefined);
  }

  /**
   * Attends: `query` looks at `key` (the value where there is none) and gathers from `value`.
   * On symbolic tensors the call extends a functional model.
   */
  override apply(inputs: TensorTree, options: Call & WithScores): readonly [Tensor, Tensor];
  override apply(
    inputs: SymbolicTree,
    options: Call & WithScores,
  ): readonly [SymbolicTensor, SymbolicTensor];
  override apply(inputs: TensorTree, options?: Call & WithoutScores): Tensor;
  override apply(inputs: SymbolicTree, options?: Call & WithoutScores): SymbolicTensor;
  override apply(inputs: TensorTree | SymbolicTree, options?: Call): unknown {
    // The parent's one implementation takes both kinds; its overloads only say what each returns.
    return super.apply(inputs as TensorTree, options);
  }

  /** The scores with a part of them dropped, in training. */
  protected dropped(scores: Tensor, training: boolean): Tensor {
    if (!training || this.seedGenerator === undefined) return scores;
    return random.dropout(scores, this.config.dropout, { seed: this.seedGenerator });
  }

  /** The result has the mask of the query, and the scores none. */
  protected override computeMask(
    _inputs: TensorTree,
    mask: MaskTree | undefined,
  ): MaskTree | undefined {
    return flatMasks(mask)[0] ?? undefined;
  }
}

/** The option of a call, where it was given. */
export function isOn(context: CallContext, option: keyof WithScores | 'useCausalMask'): boolean {
  return context[option] === true;
}
