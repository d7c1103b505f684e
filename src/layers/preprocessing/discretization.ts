// Discretization: numbers into bins, whose borders are given or learnt from quantiles by `adapt`.
import { ArgumentError, StateError } from '../../core/errors.js';
import { at } from '../../core/sequence.js';
import type { PlainConfig } from '../../core/serialized.js';
import type { Tensor } from '../../core/tensor.js';
import { cast, digitize, tensor } from '../../ops/index.js';
import { Layer } from '../layer.js';
import { type LayerOptions, withDefaults } from '../options.js';
import { type AdaptData, type AdaptOptions, batchesOf } from './adapt-data.js';
import {
  encodeCategories,
  type OutputMode,
  outputModeOf,
  refuseSparse,
} from './encode-categories.js';
import { binBorders, merged, type Summary, summaryOf } from './quantile-summary.js';

/** Options of {@link Discretization}. */
export interface DiscretizationOptions extends LayerOptions {
  /** The borders between bins, ascending. Default: learnt by `adapt`. */
  readonly binBoundaries?: readonly number[] | null;
  /** How many bins `adapt` makes. Where borders are given too, as in saved files, those count. */
  readonly numBins?: number | null;
  /** How exact learnt quantiles are; smaller is slower. Default 0.01. */
  readonly epsilon?: number;
  /** `int`, `oneHot`, `multiHot` or `count`. Default `int`. */
  readonly outputMode?: OutputMode;
  /** Only false: there are no sparse tensors. */
  readonly sparse?: boolean;
}

type Config = {
  readonly binBoundaries: readonly number[] | null;
  readonly numBins: number | null;
  readonly epsilon: number;
  readonly outputMode: 'int' | 'one_hot' | 'multi_hot' | 'count';
  readonly sparse: boolean;
} & LayerOptions;

const MODES = ['int', 'one_hot', 'multi_hot', 'count'] as const;

function configOf(options: DiscretizationOptions): Config {
  const defaults = {
    binBoundaries: null,
    numBins: null,
    epsilon: 0.01,
    outputMode: 'int',
    sparse: false,
  };
  const config = withDefaults('Discretization', defaults, [], options);
  refuseSparse('Discretization', config.sparse);
  const { binBoundaries, numBins } = config;
  const ascending = (binBoundaries ?? []).every(
    (border, index, all) => index === 0 || border >= at(all, index - 1),
  );
  const enough = numBins === null || (Number.isInteger(numBins) && numBins >= 1);
  if (!ascending || !enough || (binBoundaries === null && numBins === null)) {
    throw new ArgumentError({
      where: 'Discretization',
      what: 'the bins are not described',
      expected: 'ascending binBoundaries, or numBins of at least 1',
      received: JSON.stringify({ binBoundaries, numBins }),
      fix: 'write numBins: 10 and call adapt(data), or binBoundaries: [0, 1, 2]',
    });
  }
  return { ...config, outputMode: outputModeOf('Discretization', config.outputMode, MODES) };
}

/**
 * The number of the bin that each value lies in: 0 below the first border, 1 from it on, and so
 * forth, as int32. In the other output modes bins become vectors of `binBoundaries.length + 1`, as
 * in {@link CategoryEncoding}.
 *
 * `adapt` learns borders that cut the data into `numBins` bins of about equal counts, by a summary
 * of its quantiles: exact to `epsilon`, and with the same borders as Keras.
 *
 * @throws ArgumentError for bins that are not described; StateError before `adapt`.
 * @example
 * ```ts
 * import { layers, tensor } from 'keratin';
 * const layer = layers.discretization({ binBoundaries: [0, 1] });
 * console.log(await layer.apply(tensor([-1, 0, 0.5, 9])).array()); // [ 0, 1, 1, 2 ]
 * ```
 */
export class Discretization extends Layer<Config> {
  static readonly className = 'Discretization';
  static readonly kerasModule = 'keras.layers';
  #boundaries: readonly number[] | undefined;

  constructor(options: DiscretizationOptions) {
    super(configOf(options));
    this.inputSpec = {};
    this.#boundaries = this.config.binBoundaries ?? undefined;
  }

  /** The borders between bins; undefined before `adapt`. */
  get binBoundaries(): readonly number[] | undefined {
    return this.#boundaries;
  }

  /** Learns the borders from data, in place of those learnt before. */
  async adapt(data: AdaptData, options: AdaptOptions = {}): Promise<void> {
    const { numBins, epsilon } = this.config;
    if (numBins === null) {
      throw new StateError({
        where: `${this.className} "${this.name}"`,
        what: 'a layer with given borders cannot be adapted',
        fix: 'give numBins in place of binBoundaries',
      });
    }
    let summary: Summary = { values: [], weights: [] };
    for await (const { values } of batchesOf(this.className, data, options)) {
      summary = merged(summaryOf(values, epsilon), summary, epsilon);
    }
    this.#boundaries = binBorders(summary, numBins);
  }

  /** Keras's constructor of this layer knows no `trainable`; learnt borders are part of the config. */
  override getConfig(): PlainConfig {
    const { trainable: _, ...config } = super.getConfig();
    return { ...config, binBoundaries: this.#boundaries ?? null };
  }

  protected override call(x: Tensor): Tensor {
    if (this.#boundaries === undefined) {
      throw new StateError({
        where: this.className,
        what: 'the borders of the bins are not known yet',
        fix: 'call await layer.adapt(data) first, or give binBoundaries',
      });
    }
    const { outputMode } = this.config;
    const depth = this.#boundaries.length + 1;
    const borders = tensor([...this.#boundaries], { dtype: 'float32' });
    const bins = digitize(cast(x, 'float32'), borders);
    if (outputMode === 'int') return bins;
    return encodeCategories(bins, outputMode, depth, this.computeDtype);
  }
}
