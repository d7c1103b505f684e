// EinsumDense: a Dense layer whose sums an einsum equation names.
import {
  type Activation,
  type ActivationLike,
  get as getActivation,
} from '../activations/index.js';
import { range } from '../core/sequence.js';
import type { Tensor } from '../core/tensor.js';
import { add, einsum } from '../ops/index.js';
import { ADAPTABLE_DEFAULTS, AdaptableLayer, type AdaptableOptions } from './adaptable.js';
import { type EinsumTerms, einsumTerms, einsumWeights } from './einsum-shapes.js';
import {
  BIAS_SETTING_DEFAULTS,
  type BiasSettingOptions,
  biasSettings,
  KERNEL_SETTING_DEFAULTS,
  type KernelSettingOptions,
  kernelSettings,
} from './kernel-options.js';
import { knownSize } from './known-size.js';
import { type DefaultsOf, type Resolved, withDefaults } from './options.js';
import type { PartialShape } from './symbolic.js';
import type { Weight } from './weight.js';

/** Options of {@link EinsumDense}. */
export interface EinsumDenseOptions
  extends KernelSettingOptions,
    BiasSettingOptions,
    AdaptableOptions {
  /** `input,kernel->output`: one letter for each axis, the batch included; `...` on one side. */
  readonly equation: string;
  /**
   * Sizes of the output without the batch and without what `...` stands for; null for those that
   * the input has. A number is a list of one.
   */
  readonly outputShape: number | PartialShape;
  /** A name or function applied to the result. Default `linear`: none. */
  readonly activation?: ActivationLike | null;
  /** Letters of the output that a bias is added along. Default null: no bias. */
  readonly biasAxes?: string | null;
}

const DEFAULTS: DefaultsOf<EinsumDenseOptions, 'equation' | 'outputShape'> = {
  activation: 'linear',
  biasAxes: null,
  ...KERNEL_SETTING_DEFAULTS,
  ...BIAS_SETTING_DEFAULTS,
  ...ADAPTABLE_DEFAULTS,
  activityRegularizer: null,
};

/** The sizes of a weight; throws where the input leaves one open. */
function knownSizes(shape: PartialShape): number[] {
  return shape.map((_, axis) => knownSize(shape, axis));
}

/**
 * `activation(einsum(equation, x, kernel) + bias)`: a Dense layer over any axes. It is one matrix
 * product, whatever the equation. Weights: kernel and bias with the sizes that the equation names; with
 * `loraRank` or after `enableLora` also lora_kernel_a and lora_kernel_b.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const heads = layers.einsumDense({ equation: 'abc,cde->abde', outputShape: [null, 2, 4], biasAxes: 'de' });
 * console.log(heads.apply(layers.input({ shape: [5, 8] })).shape); // [ null, 5, 2, 4 ]
 * ```
 */
export class EinsumDense extends AdaptableLayer<Resolved<EinsumDenseOptions>> {
  static readonly className = 'EinsumDense';
  static readonly kerasModule = 'keras.layers';
  private readonly activation: Activation;
  private readonly terms: EinsumTerms;
  private kernel: Weight | undefined;
  private bias: Weight | undefined;

  constructor(options: EinsumDenseOptions) {
    const config = withDefaults('EinsumDense', DEFAULTS, ['equation', 'outputShape'], options);
    const { outputShape } = config;
    super({
      ...config,
      outputShape: typeof outputShape === 'number' ? [outputShape] : outputShape,
    });
    this.activation = getActivation(this.config.activation);
    this.terms = einsumTerms(this.config.equation, this.config.biasAxes);
    this.inputSpec = {};
  }

  protected override get adaptable(): Weight | undefined {
    return this.kernel;
  }

  protected override build(inputShape: PartialShape): void {
    const { outputShape, biasAxes } = this.config;
    const output = typeof outputShape === 'number' ? [outputShape] : outputShape;
    const { kernel, bias, fanAxes } = einsumWeights(this.terms, biasAxes, inputShape, output);
    this.kernel = this.weight('kernel', knownSizes(kernel), {
      ...kernelSettings(this.config),
      fanAxes,
    });
    if (bias !== undefined) {
      this.bias = this.weight('bias', knownSizes(bias), biasSettings(this.config));
    }
    this.inputSpec = { rank: inputShape.length, axes: this.#summed(inputShape) };
    this.startLora(this.config.loraAlpha);
  }

  /** The axes of the input that the kernel has too, with their sizes. */
  #summed(inputShape: PartialShape): Readonly<Record<number, number>> {
    const { input, kernel, ellipsis } = this.terms;
    const shift = ellipsis === 'left' ? inputShape.length - input.length : 0;
    const axes = range(input.length).filter((axis) => kernel.includes(input.charAt(axis)));
    return Object.fromEntries(
      axes.map((axis) => [axis + shift, knownSize(inputShape, axis + shift)]),
    );
  }

  protected override call(x: Tensor): Tensor {
    const product = einsum(this.config.equation, x, this.adapted);
    return this.activation(this.bias === undefined ? product : add(product, this.bias.value));
  }
}
