// Normalization: mean 0 and variance 1 by the statistics of a data set, learnt by `adapt`.
import type { DType } from '../../core/dtype.js';
import { currentEpsilon } from '../../core/epsilon.js';
import { ArgumentError, ShapeError, StateError } from '../../core/errors.js';
import { at, product, sameNumbers } from '../../core/sequence.js';
import { formatShape, normalizeAxes, type Shape } from '../../core/shape.js';
import type { NestedArray, Tensor } from '../../core/tensor.js';
import { add, cast, div, maximum, mul, reshape, sqrt, sub, tensor } from '../../ops/index.js';
import { Layer, oneShape } from '../layer.js';
import { type DefaultsOf, type LayerOptions, type Resolved, withDefaults } from '../options.js';
import type { ShapeTree } from '../symbolic.js';
import type { Weight } from '../weight.js';
import { type AdaptData, type AdaptOptions, batchesOf, type HostNumbers } from './adapt-data.js';

/** Options of {@link Normalization}. */
export interface NormalizationOptions extends LayerOptions {
  /** The axes that have statistics of their own; null for one number over all. Default -1. */
  readonly axis?: number | readonly number[] | null;
  /** The mean, where it is known; then `variance` too. Default: learnt by `adapt`. */
  readonly mean?: NestedArray | null;
  /** The variance, where it is known. */
  readonly variance?: NestedArray | null;
  /** Whether the layer undoes the normalization. Default false. */
  readonly invert?: boolean;
}

const DEFAULTS: DefaultsOf<NormalizationOptions> = {
  axis: -1,
  mean: null,
  variance: null,
  invert: false,
};

function configOf(options: NormalizationOptions): Resolved<NormalizationOptions> {
  const config = withDefaults('Normalization', DEFAULTS, [], options);
  const { axis, mean, variance } = config;
  if ((mean === null) !== (variance === null)) {
    throw new ArgumentError({
      where: 'Normalization',
      what: 'mean and variance belong together',
      expected: 'both, or neither',
      received: mean === null ? 'a variance alone' : 'a mean alone',
      fix: 'give both, or leave both out and call adapt(data)',
    });
  }
  return { ...config, axis: axis === null ? [] : typeof axis === 'number' ? [axis] : axis };
}

/** Mean and variance of each kept position, and how many numbers they are of. */
interface Moments {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  readonly count: number;
}

/** Calls `visit(value, position)` for each number; `position` counts over the kept axes. */
function eachKept(
  { values, shape }: HostNumbers,
  kept: readonly number[],
  visit: (value: number, position: number) => void,
): void {
  const strides = new Array<number>(shape.length).fill(0);
  let stride = 1;
  for (const axis of [...kept].reverse()) {
    strides[axis] = stride;
    stride *= at(shape, axis);
  }
  const index = new Array<number>(shape.length).fill(0);
  let position = 0;
  for (const value of values) {
    visit(value, position);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = at(index, axis) + 1;
      position += at(strides, axis);
      index[axis] = next;
      if (next < at(shape, axis)) break;
      position -= next * at(strides, axis);
      index[axis] = 0;
    }
  }
}

function momentsOf(batch: HostNumbers, kept: readonly number[]): Moments {
  const size = product(kept.map((axis) => at(batch.shape, axis)));
  const count = size === 0 ? 0 : batch.values.length / size;
  const mean = new Float64Array(size);
  const variance = new Float64Array(size);
  eachKept(batch, kept, (value, position) => {
    mean[position] = at(mean, position) + value / count;
  });
  eachKept(batch, kept, (value, position) => {
    const distance = value - at(mean, position);
    variance[position] = at(variance, position) + (distance * distance) / count;
  });
  return { mean, variance, count };
}

/** The moments of two sets of numbers together (Chan, Golub and LeVeque 1979). */
function joined(a: Moments, b: Moments): Moments {
  const count = a.count + b.count;
  const share = b.count / count;
  const mean = a.mean.map((value, index) => value + (at(b.mean, index) - value) * share);
  const variance = a.variance.map((value, index) => {
    const distance = at(b.mean, index) - at(a.mean, index);
    const within = value * (1 - share) + at(b.variance, index) * share;
    return within + distance * distance * share * (1 - share);
  });
  return { mean, variance, count };
}

/**
 * `(x - mean) / max(sqrt(variance), 1e-7)`, with one mean and variance for each position of `axis`:
 * by default one for each feature. They are given, or learnt by `adapt`. The shape stays; whole
 * numbers become floats.
 *
 * @throws ArgumentError where only one of mean and variance is given, or they do not fit the axes.
 * @example
 * ```ts
 * import { layers, tensor } from 'keratin';
 * const layer = layers.normalization();
 * await layer.adapt([[1, 10], [3, 30]]);
 * console.log(await layer.apply(tensor([[1, 30]])).array()); // [ [ -1, 1 ] ]
 * ```
 */
export class Normalization extends Layer<Resolved<NormalizationOptions>> {
  static readonly className = 'Normalization';
  static readonly kerasModule = 'keras.layers';
  override supportsMasking = true;
  private meanWeight: Weight | undefined;
  private varianceWeight: Weight | undefined;
  #builtFor: Shape = [];

  constructor(options: NormalizationOptions = {}) {
    super(configOf(options));
    this.inputSpec = {};
  }

  /** The axes with statistics of their own, counted from 0. */
  #kept(rank: number): readonly number[] {
    const { axis } = this.config;
    return normalizeAxes('Normalization', axis ?? [], rank);
  }

  protected override build(inputShape: ShapeTree): void {
    const shape = oneShape(inputShape);
    const kept = this.#kept(shape.length);
    const sizes = kept.map((axis) => shape[axis] ?? null);
    const known = sizes.filter((size) => size !== null);
    if (known.length < sizes.length) {
      throw new ShapeError({
        where: this.className,
        what: 'the size of a kept axis is not known',
        expected: 'fixed sizes in all axes of `axis`',
        received: formatShape(shape),
        fix: 'give the input a fixed size there, or use axis: null',
      });
    }
    this.#builtFor = shape.map((size, axis) => (kept.includes(axis) ? (size ?? 1) : 1));
    if (this.config.mean !== null) {
      this.#given(this.config.mean, 'float32');
      return;
    }
    const fixed = { trainable: false };
    this.meanWeight = this.weight('mean', known, { initializer: 'zeros', ...fixed });
    this.varianceWeight = this.weight('variance', known, { initializer: 'ones', ...fixed });
    // Nothing reads the count; Keras's files have it.
    this.weight('count', [], {
      initializer: 'zeros',
      dtype: 'int32',
      ...fixed,
    });
  }

  /** A given mean or variance, its axes set against the kept ones from the last backwards. */
  #given(values: NestedArray, dtype: DType): Tensor {
    const rank = this.#builtFor.length;
    const kept = this.#kept(rank);
    const found = tensor(values, { dtype });
    const target = new Array<number>(rank).fill(1);
    for (let back = 1; back <= found.rank; back++) {
      const axis = kept[kept.length - back];
      if (axis !== undefined) target[axis] = at(found.shape, -back);
    }
    const fits = target.every((size, axis) => size === 1 || size === this.#builtFor[axis]);
    if (fits && found.rank <= kept.length) return reshape(found, target);
    throw new ShapeError({
      where: this.className,
      what: 'mean and variance do not fit the axes',
      expected: `at most ${formatShape(kept.map((axis) => at(this.#builtFor, axis)))}`,
      received: formatShape(found.shape),
      fix: 'give one number, or one for each position of `axis`',
    });
  }

  #statistic(given: NestedArray | null, learnt: Weight | undefined): Tensor {
    if (given !== null) return this.#given(given, this.computeDtype);
    if (learnt === undefined) throw new StateError({ what: 'Normalization is not built' });
    return cast(reshape(learnt.value, this.#builtFor), this.computeDtype);
  }

  protected override call(x: Tensor): Tensor {
    const { mean, variance, invert } = this.config;
    const centre = this.#statistic(mean, this.meanWeight);
    const spread = maximum(sqrt(this.#statistic(variance, this.varianceWeight)), currentEpsilon());
    const input = cast(x, this.computeDtype);
    return invert ? add(centre, mul(input, spread)) : div(sub(input, centre), spread);
  }

  /**
   * Learns mean and variance from data, in place of what was learnt before. Batches may have
   * different sizes. Sums run in float64.
   */
  async adapt(data: AdaptData, options: AdaptOptions = {}): Promise<void> {
    if (this.config.mean !== null) {
      throw new StateError({
        where: `${this.className} "${this.name}"`,
        what: 'a layer with a given mean and variance cannot be adapted',
        fix: 'leave mean and variance out',
      });
    }
    let total: Moments | undefined;
    for await (const batch of batchesOf(this.className, data, options)) {
      this.ensureBuilt(batch.shape);
      this.#checkBatch(batch.shape);
      const moments = momentsOf(batch, this.#kept(batch.shape.length));
      total = total === undefined ? moments : joined(total, moments);
    }
    if (total === undefined) return;
    this.meanWeight?.assign(this.#learnt(total.mean));
    this.varianceWeight?.assign(this.#learnt(total.variance));
  }

  #checkBatch(shape: Shape): void {
    const sizes = shape.map((size, axis) => (this.#kept(shape.length).includes(axis) ? size : 1));
    if (sameNumbers(sizes, this.#builtFor)) return;
    throw new ShapeError({
      where: `${this.className} "${this.name}"`,
      what: 'the data does not have the shape that the layer was built for',
      expected: `${formatShape(this.#builtFor)}, in axes of 1 any size`,
      received: formatShape(shape),
      fix: 'make a new layer for data of another shape',
    });
  }

  #learnt(values: Float64Array): Tensor {
    const shape = this.meanWeight?.shape ?? [];
    return reshape(tensor([...values], { dtype: this.variableDtype }), shape);
  }
}
