// Dense: every output is a weighted sum of all inputs.
import { type Activation, get as getActivation } from '../activations/index.js';
import type { Tensor } from '../core/tensor.js';
import { add, matmul } from '../ops/index.js';
import { ADAPTABLE_DEFAULTS, AdaptableLayer, type AdaptableOptions } from './adaptable.js';
import {
  biasSettings,
  KERNEL_DEFAULTS,
  type KernelOptions,
  kernelSettings,
} from './kernel-options.js';
import { knownSize } from './known-size.js';
import { type DefaultsOf, positive, type Resolved, withDefaults } from './options.js';
import type { PartialShape } from './symbolic.js';
import type { Weight } from './weight.js';

/** Options of {@link Dense}. */
export interface DenseOptions extends KernelOptions, AdaptableOptions {
  /** Size of the last axis of the output. */
  readonly units: number;
}

const DEFAULTS: DefaultsOf<DenseOptions, 'units'> = {
  ...KERNEL_DEFAULTS,
  ...ADAPTABLE_DEFAULTS,
};

/**
 * `activation(x · kernel + bias)` along the last axis: `[..., inputs]` becomes `[..., units]`.
 * Weights: kernel `[inputs, units]`, bias `[units]`; with `loraRank` or after `enableLora` also
 * lora_kernel_a `[inputs, rank]` and lora_kernel_b `[rank, units]`. As in Keras 3.15, `loraAlpha` of
 * the options is not used, only that of `enableLora`.
 *
 * @example
 * ```ts
 * import { layers, tensor } from 'keratin';
 * const dense = layers.dense({ units: 2, kernelInitializer: 'ones' });
 * console.log(await dense.apply(tensor([[1, 2, 3]])).array()); // [ [ 6, 6 ] ]
 * ```
 */
export class Dense extends AdaptableLayer<Resolved<DenseOptions>> {
  static readonly className = 'Dense';
  static readonly kerasModule = 'keras.layers';
  override supportsMasking = true;
  private readonly activation: Activation;
  private kernel: Weight | undefined;
  private bias: Weight | undefined;

  constructor(options: DenseOptions) {
    super(withDefaults('Dense', DEFAULTS, ['units'], options));
    positive('Dense', 'units', this.config.units);
    this.activation = getActivation(this.config.activation);
    this.inputSpec = { minRank: 2 };
  }

  protected override get adaptable(): Weight | undefined {
    return this.kernel;
  }

  protected override build(inputShape: PartialShape): void {
    const { units, useBias } = this.config;
    const inputs = knownSize(inputShape, -1);
    this.kernel = this.weight('kernel', [inputs, units], kernelSettings(this.config));
    if (useBias) this.bias = this.weight('bias', [units], biasSettings(this.config));
    this.inputSpec = { minRank: 2, axes: { [-1]: inputs } };
    this.startLora();
  }

  protected override call(x: Tensor): Tensor {
    const product = matmul(x, this.adapted);
    return this.activation(this.bias === undefined ? product : add(product, this.bias.value));
  }
}
