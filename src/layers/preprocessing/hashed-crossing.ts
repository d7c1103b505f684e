// HashedCrossing: pairs (or more) of features together into bins, on the host.
import { ShapeError } from '../../core/errors.js';
import { at } from '../../core/sequence.js';
import type { PlainConfig } from '../../core/serialized.js';
import { formatShape, type Shape } from '../../core/shape.js';
import type { NestedArray, Tensor } from '../../core/tensor.js';
import { isTextArray, type TextArray, type Texts, textsOf } from '../../core/text-array.js';
import { isList } from '../../core/tree.js';
import { tensor, zeros } from '../../ops/index.js';
import type { CallOptions } from '../call-context.js';
import { type LayerOptions, positive, withDefaults } from '../options.js';
import type { SymbolicOf, SymbolicTree, TensorTree } from '../symbolic.js';
import {
  encodeCategories,
  type OutputMode,
  outputModeOf,
  refuseSparse,
} from './encode-categories.js';
import { fingerprint64, joinedFingerprint } from './hash/farm-hash.js';
import { asTexts, binDtype, isNumberArray, numbersAsTexts } from './hashing.js';
import { type HostValues, isTexts, TextLayer } from './text/text-layer.js';

/** Options of {@link HashedCrossing}. */
export interface HashedCrossingOptions extends LayerOptions {
  /** The number of bins. */
  readonly numBins: number;
  /** `int` or `oneHot`. Default `int`. */
  readonly outputMode?: OutputMode;
  /** Only false: there are no sparse tensors. */
  readonly sparse?: boolean;
}

const MODES = ['int', 'one_hot'] as const;

/** The key that TensorFlow starts crossed features with. */
const START = 0xdecafcaffen;

function configOf(options: HashedCrossingOptions) {
  const defaults = { outputMode: 'int', sparse: false } as const;
  const config = withDefaults('HashedCrossing', defaults, ['numBins'], options);
  positive('HashedCrossing', 'numBins', config.numBins);
  refuseSparse('HashedCrossing', config.sparse);
  const outputMode = outputModeOf('HashedCrossing', config.outputMode, MODES);
  return { ...config, ...binDtype('HashedCrossing', outputMode, config.dtype), outputMode };
}

/** One feature: texts, or whole numbers as texts, and the fingerprint of each. */
interface Feature {
  readonly shape: readonly number[];
  readonly fingerprints: readonly bigint[];
}

const encoder = /* @__PURE__ */ new TextEncoder();

function fingerprintsOf({ values }: Texts, numbers: boolean): bigint[] {
  return values.map((value) =>
    numbers ? BigInt.asUintN(64, BigInt(value)) : fingerprint64(encoder.encode(value)),
  );
}

/**
 * Several features crossed: each combination of their values gets a bin from 0 to `numBins - 1`, the
 * same as in Keras. Inputs are a list of at least two arrays of strings or whole numbers, `[batch]`
 * or `[batch, 1]`. The result is int32 (int64 in Keras), or float32 vectors with `oneHot`.
 *
 * The layer takes nested arrays, not tensors. In a model it comes before layers that compute, after
 * inputs or after lookups; in Keras it then takes two features, no more.
 *
 * @throws ShapeError where the features do not have one such shape.
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const layer = layers.hashedCrossing({ numBins: 5 });
 * console.log(layer.apply([['A', 'B'], [101, 102]]).shape); // [ 2 ]
 * ```
 */
export class HashedCrossing extends TextLayer<ReturnType<typeof configOf>> {
  static readonly className = 'HashedCrossing';
  static readonly kerasModule = 'keras.layers';

  constructor(options: HashedCrossingOptions) {
    super(configOf(options));
    this.buildOnce(() => {});
  }

  /** The bins of combined features. */
  override apply(
    inputs: TextArray | readonly (TextArray | NestedArray)[],
    options?: CallOptions,
  ): Tensor;
  override apply(inputs: TensorTree, options?: CallOptions): Tensor;
  override apply(inputs: SymbolicTree, options?: CallOptions): SymbolicOf<Tensor>;
  override apply(inputs: never, options?: CallOptions): unknown {
    return super.apply(inputs, options);
  }

  protected override get takesNumbers(): boolean {
    return true;
  }

  protected override encodeNested(inputs: unknown): Tensor {
    const given = isList(inputs) ? inputs : [];
    return this.#cross(given.map((feature) => this.#feature(feature)));
  }

  protected override encodeValues(inputs: readonly HostValues[]): Tensor {
    return this.#cross(
      inputs.map((values) => {
        const texts = asTexts(values);
        return { shape: texts.shape, fingerprints: fingerprintsOf(texts, !isTexts(values)) };
      }),
    );
  }

  #feature(given: unknown): Feature {
    const numbers = isNumberArray(given);
    if (!numbers && !isTextArray(given)) throw this.notText(given);
    const texts = textsOf(this.className, numbers ? numbersAsTexts(given) : given);
    return { shape: texts.shape, fingerprints: fingerprintsOf(texts, numbers) };
  }

  #cross(features: readonly Feature[]): Tensor {
    const shape = features[0]?.shape ?? [];
    const narrow = shape.length < 2 || (shape.length === 2 && at(shape, 1) === 1);
    const same = features.every((feature) => formatShape(feature.shape) === formatShape(shape));
    if (features.length < 2 || !narrow || !same) {
      throw new ShapeError({
        what: 'the features cannot be crossed',
        expected: 'a list of at least two arrays of one shape, [batch] or [batch, 1]',
        received: features.map((feature) => formatShape(feature.shape)).join(', ') || 'no list',
        fix: 'pass [first, second]',
      });
    }
    const { numBins } = this.config;
    const bins = (features[0]?.fingerprints ?? []).map((_, index) => {
      const joined = features.reduce(
        (all, { fingerprints }) => joinedFingerprint(all, at(fingerprints, index)),
        START,
      );
      return Number(joined % BigInt(numBins));
    });
    return this.#encodeBins(tensor(Int32Array.from(bins), { shape }));
  }

  #encodeBins(ids: Tensor): Tensor {
    const { numBins, outputMode } = this.config;
    if (outputMode === 'int') return ids;
    return encodeCategories(ids, outputMode, numBins, this.computeDtype);
  }

  protected override encodeBlank(shape: Shape): Tensor {
    return this.#encodeBins(zeros(shape, 'int32'));
  }

  protected override encode(texts: Texts): Tensor {
    throw this.notText(texts.values);
  }

  /** Keras writes a bare dtype, int64 for numbers of bins, and no `trainable`. */
  override getConfig(): PlainConfig {
    const { trainable: _, ...config } = super.getConfig();
    const { outputMode } = this.config;
    return { ...config, dtype: outputMode === 'int' ? 'int64' : this.dtypePolicy.name };
  }
}
