// AdaptableLayer: a layer whose large weight can be frozen and trained through two thin ones (LoRA).
// Hu et al. 2021, "LoRA: low-rank adaptation of large language models". Rules as in Keras 3.

import { scope } from '../core/engine.js';
import { StateError } from '../core/errors.js';
import { nameScope } from '../core/naming.js';
import { filled } from '../core/scalar.js';
import type { PlainConfig } from '../core/serialized.js';
import type { Tensor } from '../core/tensor.js';
import type { InitializerLike } from '../initializers/index.js';
import { add, cast, matmul, mul } from '../ops/index.js';
import { required } from './built.js';
import { Layer } from './layer.js';
import { type LayerOptions, positive } from './options.js';
import type { Weight } from './weight.js';
import type { SavedWeight } from './weight-holder.js';

/** Options of layers that can be adapted. */
export interface AdaptableOptions extends LayerOptions {
  /** Train two thin weights of this rank in place of the kernel (LoRA). Default null: not. */
  readonly loraRank?: number | null;
  /** What they add is multiplied by `loraAlpha / loraRank`. Default: the rank, so by 1. */
  readonly loraAlpha?: number | null;
}

/** Defaults of {@link AdaptableOptions}. */
export const ADAPTABLE_DEFAULTS = { loraRank: null, loraAlpha: null } as const;

/** Options of `enableLora`. */
export interface LoraOptions {
  /** Default: the rank. */
  readonly loraAlpha?: number | null;
  /** Of the thin weight on the side of the inputs. Default `heUniform`. */
  readonly aInitializer?: InitializerLike;
  /** Of the one on the side of the outputs. Default `zeros`: at first nothing is added. */
  readonly bInitializer?: InitializerLike;
}

/** The thin weights, and how much of their product is added. */
interface Adapter {
  readonly rank: number;
  readonly alpha: number;
  readonly a: Weight;
  readonly b: Weight;
}

/** A layer with one weight that `enableLora` can freeze and adapt. */
export abstract class AdaptableLayer<Config extends AdaptableOptions> extends Layer<Config> {
  #adapter: Adapter | undefined;

  /** The weight to adapt, once it exists; undefined for layers that Keras adapts none of. */
  protected get adaptable(): Weight | undefined {
    return undefined;
  }

  /** Whether the kernel is frozen and adapted. */
  get loraEnabled(): boolean {
    return this.#adapter !== undefined;
  }

  /**
   * Freezes the kernel (or the embeddings) and trains instead the product of two thin float32
   * weights, `[..., inputs, rank]` and `[rank, outputs]`, that is added to it. Compile afterwards.
   * Files hold the sum in the kernel's place, and no thin weights; where they are loaded the product
   * starts anew at 0. (Keras 3.15 then sets both thin weights to 0, so that neither has a gradient
   * and nothing is trained any more; here the first keeps its values.) As in Keras, setting
   * `trainable` of the layer afterwards sets that of the kernel too.
   *
   * @throws StateError for a layer that is not built, has a constraint, is adapted already, or of a class
   * that Keras does not adapt either (depthwise and transposed convolutions).
   */
  enableLora(rank: number, options: LoraOptions = {}): void {
    if (!this.built) throw this.#refuse('the layer has no weights yet', 'call it on data first');
    nameScope(this.name, () => this.buildMore(() => this.#adapt(rank, options)));
  }

  /** For `build`: adapts the new weight where the options ask for it. */
  protected startLora(loraAlpha: number | null = null): void {
    const { loraRank } = this.config;
    if (loraRank) this.#adapt(loraRank, { loraAlpha });
  }

  #adapt(rank: number, options: LoraOptions): void {
    positive(this.className, 'the rank of LoRA', rank);
    const weight = this.adaptable;
    if (weight === undefined) {
      throw this.#refuse('layers of this class are not adapted', 'adapt others, such as Dense');
    }
    if (this.#adapter !== undefined) {
      throw this.#refuse('LoRA is enabled already', 'enable it once');
    }
    if (weight.constraint !== undefined) {
      throw this.#refuse(`"${weight.name}" has a constraint`, 'make the layer without it');
    }
    const { aInitializer = 'heUniform', bInitializer = 'zeros', loraAlpha } = options;
    const part = (letter: string, shape: readonly number[], initializer: InitializerLike) =>
      this.weight(`lora_${weight.name}_${letter}`, shape, {
        initializer,
        // In 16 bits small steps would be lost.
        dtype: 'float32',
        regularizer: weight.regularizer ?? null,
        autocast: weight.autocast,
      });
    const outputs = weight.shape.at(-1) ?? 1;
    const a = part('a', [...weight.shape.slice(0, -1), rank], aInitializer);
    const b = part('b', [rank, outputs], bInitializer);
    weight.trainable = false;
    this.#adapter = { rank, alpha: loraAlpha ?? rank, a, b };
  }

  #refuse(what: string, fix: string): StateError {
    return new StateError({ where: `enableLora of ${this.className} "${this.name}"`, what, fix });
  }

  /** The weight as the layer computes with it: with what LoRA adds. */
  protected get adapted(): Tensor {
    const { value } = required(this.adaptable);
    return this.#adapter === undefined ? value : this.#sum(this.#adapter, value);
  }

  #sum({ rank, alpha, a, b }: Adapter, value: Tensor): Tensor {
    return cast(add(value, mul(matmul(a.value, b.value), alpha / rank)), value.dtype);
  }

  override get savedWeights(): readonly SavedWeight[] {
    const adapter = this.#adapter;
    if (adapter === undefined) return super.savedWeights;
    const thin = [adapter.a, adapter.b];
    return super.savedWeights
      .filter(({ weight }) => !thin.includes(weight))
      .map((saved) => {
        const { weight } = saved;
        if (weight !== this.adaptable) return saved;
        return { weight, value: () => this.#sum(adapter, weight.value) };
      });
  }

  override weightsLoaded(): void {
    const { b } = this.#adapter ?? {};
    if (b !== undefined) scope(() => b.assign(filled(b.shape, 0, b.dtype)));
  }

  override getConfig(): PlainConfig {
    const { loraRank = null, loraAlpha = null, ...config } = super.getConfig();
    const rank = this.#adapter?.rank ?? loraRank;
    if (rank === null) return config;
    return { ...config, loraRank: rank, loraAlpha: this.#adapter?.alpha ?? loraAlpha ?? rank };
  }
}
