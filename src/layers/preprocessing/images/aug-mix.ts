// AugMix: chains of changes, mixed with each other and with the images themselves.
import { range } from '../../../core/sequence.js';
import type { Tensor } from '../../../core/tensor.js';
import {
  add,
  cast,
  clip,
  mul,
  random,
  reshape,
  type SeedGenerator,
  softmax,
  sub,
  switchCase,
} from '../../../ops/index.js';
import { logGammaNumbers } from '../../../ops/random-distributions.js';
import { sliceAxis } from '../../../ops/slicing.js';
import { positive, withDefaults } from '../../options.js';
import { ComposedImageLayer } from './composed-changes.js';
import { type Factor, factorOf, valueRangeOf } from './factors.js';
import {
  type ImageSize,
  imageConfig,
  RANDOM,
  type RandomImageOptions,
  type Transformation,
} from './image-layer.js';
import type { BoundingBoxes } from './image-record.js';
import { entriesOf, joined } from './named-parts.js';

/** Options of {@link AugMix}. */
export interface AugMixOptions extends RandomImageOptions {
  /** The darkest and the brightest value of a colour. Default [0, 255]. */
  readonly valueRange?: readonly number[];
  /** How many chains are mixed. Default 3. */
  readonly numChains?: number;
  /** How many changes follow each other in a chain, at most. Default 3. */
  readonly chainDepth?: number;
  /** The range of the strength of changes, in 0 to 1. Default 0.3: from 0 to 0.3. */
  readonly factor?: Factor;
  /** The parameter of the Dirichlet and beta distributions of weights, above 0. Default 1. */
  readonly alpha?: number;
  /** Whether brightness, less colour, contrast and sharpness take part too. Default true. */
  readonly allOps?: boolean;
  /** How pixels between pixels are guessed. Default `bilinear`. */
  readonly interpolation?: 'nearest' | 'bilinear';
}

const DEFAULTS: Required<
  Pick<
    AugMixOptions,
    'valueRange' | 'numChains' | 'chainDepth' | 'factor' | 'alpha' | 'allOps' | 'interpolation'
  >
> = {
  valueRange: [0, 255],
  numChains: 3,
  chainDepth: 3,
  factor: 0.3,
  alpha: 1,
  allOps: true,
  interpolation: 'bilinear',
};

function configOf(options: AugMixOptions) {
  const where = 'AugMix';
  const config = withDefaults(where, { ...RANDOM, ...DEFAULTS }, [], options);
  positive(where, 'numChains', config.numChains);
  positive(where, 'chainDepth', config.chainDepth);
  const factor = factorOf(where, 'factor', config.factor, [0, 1]);
  const valueRange = valueRangeOf(where, config.valueRange);
  return imageConfig(where, { ...config, factor, valueRange });
}

/** The changes in Keras's order, and those that `allOps` adds. */
const CHANGES = [
  'randomShear',
  'randomTranslation',
  'randomRotation',
  'randomPosterization',
  'solarization',
  'autoContrast',
  'equalization',
] as const;
const FURTHER = [
  'randomBrightness',
  'randomColorDegeneration',
  'randomContrast',
  'randomSharpness',
] as const;

/** Number `place` of a list, without axes. */
function entry(list: Tensor, place: number): Tensor {
  return reshape(sliceAxis(reshape(list, [-1]), 0, place, 1), []);
}

/**
 * In training makes several chains of random changes of each image, mixes the chains by weights of a
 * Dirichlet distribution, and the mixture with the image itself by a weight of a beta distribution
 * (Hendrycks et al. 2020). The whole batch gets the same changes, with strengths of its own for each
 * image; a place in a chain may stay empty. Masks are mixed alike, and bounding boxes stay, as in
 * Keras. Unlike in Keras, changes are chosen anew in each step of a compiled model too.
 *
 * @example
 * ```ts
 * import { layers, ones } from 'keratin';
 * const layer = layers.augMix({ factor: 0.3, seed: 1 });
 * console.log(layer.apply(ones([2, 8, 8, 3])).shape); // [ 2, 8, 8, 3 ]
 * ```
 */
export class AugMix extends ComposedImageLayer<ReturnType<typeof configOf>> {
  static readonly className = 'AugMix';
  static readonly kerasModule = 'keras.layers';

  constructor(options: AugMixOptions = {}) {
    const config = configOf(options);
    super(config, config.allOps ? [...CHANGES, ...FURTHER] : CHANGES);
  }

  /** What `draw` gives, and the numbers of each change at each place under `chain.depth.change`. */
  override getRandomTransformation(
    images: Tensor,
    options: { readonly training?: boolean } = {},
  ): Transformation | undefined {
    const own = super.getRandomTransformation(images, options);
    if (own === undefined) return undefined;
    const parts = this.#places().map(({ name }) => [name, this.drawAll(images)] as const);
    return { ...own, ...joined(parts) };
  }

  /** The places of all chains in order, by the names of their numbers. */
  #places() {
    const { numChains, chainDepth } = this.config;
    return range(numChains).flatMap((chain) =>
      range(chainDepth).map((depth) => ({ chain, name: `${chain}.${depth}` })),
    );
  }

  /**
   * `chainMixingWeights` `[numChains]`, `weightSample` `[]`: the share of the image itself, and
   * `layerIdxes` `[numChains, chainDepth]`: numbers of changes, the next after the last for none.
   */
  protected override draw(_: ImageSize, seeds: SeedGenerator): Transformation {
    const { alpha, numChains, chainDepth } = this.config;
    return {
      // Gamma numbers divided by their sum, which would be 0 for small alpha.
      chainMixingWeights: softmax(logGammaNumbers([numChains], alpha, { seed: seeds })),
      weightSample: random.beta([], alpha, alpha, { seed: seeds }),
      layerIdxes: random.randint([numChains, chainDepth], {
        max: this.changes.size + 1,
        seed: seeds,
      }),
    };
  }

  protected override change(
    images: Tensor,
    transformation: Transformation | undefined,
    isMask: boolean,
  ): Tensor {
    const { numChains, valueRange } = this.config;
    const chosen = this.drawn(transformation, 'layerIdxes');
    const chains: Tensor[] = range(numChains).map(() => images);
    for (const [place, { chain, name }] of this.#places().entries()) {
      const before = chains[chain] ?? images;
      const numbers = entriesOf(transformation, name);
      chains[chain] = this.#step(before, entry(chosen, place), numbers, isMask);
    }
    const weights = this.drawn(transformation, 'chainMixingWeights');
    const weight = cast(this.drawn(transformation, 'weightSample'), images.dtype);
    const mixed = chains
      .map((chain, place) => mul(chain, cast(entry(weights, place), images.dtype)))
      .reduce((total, part) => add(total, part));
    const result = add(mul(images, weight), mul(mixed, sub(1, weight)));
    return isMask ? result : clip(result, valueRange[0], valueRange[1]);
  }

  /** One place of a chain: the change of this number, or none behind the last. */
  #step(images: Tensor, index: Tensor, numbers: Transformation, isMask: boolean): Tensor {
    const branches = [...this.changes].map(
      ([name, change]) =>
        (x: Tensor): Tensor =>
          change.changeBatch(x, entriesOf(numbers, name), isMask),
    );
    return switchCase(index, [...branches, (x: Tensor): Tensor => x], images);
  }

  protected override changeBoxes(given: BoundingBoxes): BoundingBoxes {
    return given;
  }
}
