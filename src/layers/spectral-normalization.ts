// SpectralNormalization: keeps the largest singular value of a layer's kernel at 1.
import { ArgumentError } from '../core/errors.js';
import { at } from '../core/sequence.js';
import type { Tensor } from '../core/tensor.js';
import { TruncatedNormal } from '../initializers/index.js';
import {
  all,
  cast,
  div,
  equal,
  matmul,
  minimum,
  mul,
  reshape,
  rsqrt,
  square,
  stopGradient,
  sum,
  transpose,
  where,
} from '../ops/index.js';
import { required } from './built.js';
import type { CallContext } from './call-context.js';
import { knownSize } from './known-size.js';
import type { Layer } from './layer.js';
import { positive, type Resolved, withDefaults } from './options.js';
import type { PartialShape } from './symbolic.js';
import type { Weight } from './weight.js';
import { Wrapper, type WrapperOptions } from './wrapper.js';

/** Options of {@link SpectralNormalization}. */
export interface SpectralNormalizationOptions extends WrapperOptions<Layer> {
  /** Steps of the power iteration in each training step. Default 1. */
  readonly powerIterations?: number;
}

/** As Keras: divided by the length, but at most multiplied by 1e7. */
function unitLength(vector: Tensor): Tensor {
  return mul(vector, minimum(rsqrt(sum(square(vector))), 1e7));
}

/** The weight that is normalized: the layer's kernel, or its table of vectors. */
function kernelOf(layer: Layer): Weight {
  const kernel = layer.ownWeights.find(({ name }) => name === 'kernel' || name === 'embeddings');
  if (kernel !== undefined) return kernel;
  throw new ArgumentError({
    what: `${layer.className} has no kernel to normalize`,
    expected: 'a layer with a weight called kernel or embeddings',
    received: layer.ownWeights.map(({ name }) => name).join(', ') || 'no weights',
    fix: 'wrap layers.dense, a convolution or layers.embedding',
  });
}

/**
 * Divides the kernel of the layer inside by its largest singular value, in training (Miyato et al.
 * 2018). The value is estimated by power iteration with a vector that is kept between steps. As in
 * Keras, a training call changes the kernel itself, and the gradient goes through the division;
 * other calls leave the kernel as it is. (Keras's `fit` on JAX forgets the changed kernel, on other
 * backends it stays; here it stays.)
 * Weights: the kernel, vector_u `[1, last size of the kernel]`, which is not trained, and what else
 * the layer inside has.
 *
 * @example
 * ```ts
 * import { layers, tensor } from 'keratin';
 * const dense = layers.dense({ units: 2, kernelInitializer: 'identity', useBias: false });
 * const layer = layers.spectralNormalization({ layer: dense });
 * console.log(layer.apply(tensor([[1, 2]])).shape); // [ 1, 2 ]
 * ```
 */
export class SpectralNormalization extends Wrapper<Resolved<SpectralNormalizationOptions>> {
  static readonly className = 'SpectralNormalization';
  static readonly kerasModule = 'keras.layers';
  /** As the signature of Keras's `call` says. */
  override readonly trainingByDefault = false;
  private vectorU: Weight | undefined;
  private kernel: Weight | undefined;

  constructor(options: SpectralNormalizationOptions) {
    super(withDefaults('SpectralNormalization', { powerIterations: 1 }, ['layer'], options));
    positive('SpectralNormalization', 'powerIterations', this.config.powerIterations);
  }

  protected override build(inputShape: PartialShape): void {
    super.build(inputShape);
    this.inputSpec = { minRank: 1, axes: { [-1]: knownSize(inputShape, -1) } };
    const kernel = this.share(kernelOf(this.layer));
    this.kernel = kernel;
    this.vectorU = this.weight('vector_u', [1, at(kernel.shape, -1)], {
      initializer: new TruncatedNormal({ stddev: 0.02 }),
      trainable: false,
      dtype: kernel.dtype,
    });
  }

  protected override call(x: Tensor, { training }: CallContext): Tensor {
    if (!training) return cast(this.layer.apply(x), x.dtype);
    const [kernel, vectorU] = [required(this.kernel), required(this.vectorU)];
    const next = this.#normalized(kernel, vectorU);
    const result = kernel.readAs(next.kernel, () => this.layer.apply(x));
    vectorU.assign(next.vectorU);
    kernel.assign(next.kernel);
    return cast(result, x.dtype);
  }

  #normalized(kernel: Weight, vectorU: Weight): { kernel: Tensor; vectorU: Tensor } {
    const weights = reshape(kernel.value, [-1, at(kernel.shape, -1)]);
    let [u, v] = [vectorU.value, vectorU.value];
    for (let step = 0; step < this.config.powerIterations; step++) {
      v = unitLength(matmul(u, transpose(weights)));
      u = unitLength(matmul(v, weights));
    }
    [u, v] = [stopGradient(u), stopGradient(v)];
    const largest = matmul(matmul(v, weights), transpose(u));
    // A kernel of zeros stays, and the vector with it.
    const isZero = all(equal(kernel.value, 0));
    const divisor = where(isZero, 1, reshape(largest, []));
    return {
      kernel: cast(div(kernel.value, divisor), kernel.dtype),
      vectorU: cast(where(isZero, vectorU.value, u), vectorU.dtype),
    };
  }
}
