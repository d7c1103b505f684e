// Hashing: words and whole numbers into bins without a vocabulary, on the host.
import { DTypeError } from '../../core/errors.js';
import { at } from '../../core/sequence.js';
import type { PlainConfig } from '../../core/serialized.js';
import type { Shape } from '../../core/shape.js';
import type { NestedArray, Tensor } from '../../core/tensor.js';
import { type TextArray, type Texts, textsOf } from '../../core/text-array.js';
import { isList } from '../../core/tree.js';
import { tensor, zeros } from '../../ops/index.js';
import type { CallOptions } from '../call-context.js';
import { DTypePolicy } from '../dtype-policy.js';
import { type LayerOptions, positive, withDefaults } from '../options.js';
import type { SymbolicOf, SymbolicTree, TensorTree } from '../symbolic.js';
import {
  encodeCategories,
  type KerasOutputMode,
  type OutputMode,
  outputModeOf,
  refuseSparse,
} from './encode-categories.js';
import { bucketing, type Salt, saltOf } from './hash/bucket.js';
import { type HostValues, isTexts, TextLayer } from './text/text-layer.js';

/** Options of {@link Hashing}. */
export interface HashingOptions extends LayerOptions {
  /** The number of bins. */
  readonly numBins: number;
  /** A value that means nothing: it gets bin 0, which no other then gets. Default none. */
  readonly maskValue?: string | number | null;
  /** A key: with it SipHash64 is used, which cannot be steered from outside. Default none. */
  readonly salt?: Salt | null;
  /** `int`, `oneHot`, `multiHot` or `count`. Default `int`. */
  readonly outputMode?: OutputMode;
  /** Only false: there are no sparse tensors. */
  readonly sparse?: boolean;
}

const DEFAULTS = { salt: null, maskValue: null, outputMode: 'int', sparse: false } as const;
const MODES = ['int', 'one_hot', 'multi_hot', 'count'] as const;

function configOf(options: HashingOptions) {
  const config = withDefaults('Hashing', DEFAULTS, ['numBins'], options);
  positive('Hashing', 'numBins', config.numBins);
  refuseSparse('Hashing', config.sparse);
  return {
    ...config,
    ...binDtype('Hashing', outputModeOf('Hashing', config.outputMode, MODES), config.dtype),
    outputMode: outputModeOf('Hashing', config.outputMode, MODES),
    salt: saltOf('Hashing', config.salt),
  };
}

/** Numbers of bins are int64 in Keras's files and int32 here. */
export function binDtype(
  where: string,
  mode: string,
  given: LayerOptions['dtype'],
): { readonly dtype?: LayerOptions['dtype'] } {
  const name = nameOf(given);
  if (mode !== 'int') return name === undefined ? {} : { dtype: name };
  if (name === undefined || name === 'int64' || name === 'int32') return { dtype: 'int32' };
  throw new DTypeError({
    where,
    what: 'numbers of bins are whole numbers',
    expected: 'int32 (Keras also knows int64)',
    received: name,
    fix: 'leave dtype out, or use another outputMode',
  });
}

function nameOf(given: LayerOptions['dtype']): string | undefined {
  if (given === null || given === undefined) return undefined;
  if (typeof given === 'string') return given;
  if (given instanceof DTypePolicy) return given.name;
  const name = given.config?.['name'];
  return typeof name === 'string' ? name : undefined;
}

/** Nested arrays of numbers as texts of whole numbers: fractions are cut off. */
export function numbersAsTexts(numbers: NestedArray): TextArray {
  if (isList(numbers)) return numbers.map(numbersAsTexts);
  return String(Math.trunc(Number(numbers)) + 0);
}

/** Numbers on the host as texts of whole numbers; strings as they are. */
export function asTexts(values: HostValues): Texts {
  if (isTexts(values)) return values;
  const { shape } = values;
  return { values: Array.from(values.values, (value) => String(Math.trunc(value) + 0)), shape };
}

/** Whether `value` is a number or an array that begins with one, at any depth. */
export function isNumberArray(value: unknown): value is NestedArray {
  let inner = value;
  while (isList(inner) && inner.length > 0) inner = inner[0];
  return typeof inner === 'number' || typeof inner === 'boolean';
}

/**
 * Strings or whole numbers to bins 0 to `numBins - 1`, by the hash of their text: the same bins as
 * Keras, which uses TensorFlow's FarmHash64, or SipHash64 with a `salt`. Different values may share
 * a bin. The result is int32 (int64 in Keras), or float32 vectors in the other output modes.
 *
 * The layer takes nested arrays, not tensors. In a model it comes before layers that compute, after
 * an input of dtype `string` or `int32`.
 *
 * @throws ArgumentError for tensors; DTypeError for a dtype that holds no whole numbers.
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const layer = layers.hashing({ numBins: 3 });
 * const bins = await layer.apply(['cat', 'dog', 'cat']).data();
 * console.log(bins[0] === bins[2]); // true
 * ```
 */
export class Hashing extends TextLayer<ReturnType<typeof configOf>> {
  static readonly className = 'Hashing';
  static readonly kerasModule = 'keras.layers';

  constructor(options: HashingOptions) {
    super(configOf(options));
    this.buildOnce(() => {});
  }

  /** The bins of strings, or of whole numbers, nested as the axes of the result. */
  override apply(inputs: TextArray | NestedArray, options?: CallOptions): Tensor;
  override apply(inputs: TensorTree, options?: CallOptions): Tensor;
  override apply(inputs: SymbolicTree, options?: CallOptions): SymbolicOf<Tensor>;
  override apply(inputs: never, options?: CallOptions): unknown {
    return super.apply(inputs, options);
  }

  protected override get takesNumbers(): boolean {
    return true;
  }

  protected override encodeNested(inputs: unknown): Tensor {
    if (isNumberArray(inputs)) return this.encode(textsOf('Hashing', numbersAsTexts(inputs)));
    return super.encodeNested(inputs);
  }

  protected override encodeValues(inputs: readonly HostValues[]): Tensor {
    return super.encodeValues(inputs.map(asTexts));
  }

  protected override encodeBlank(shape: Shape): Tensor {
    const { numBins, outputMode } = this.config;
    return this.#encodeBins(zeros(this.#binShape(shape), 'int32'), outputMode, numBins);
  }

  protected override encode({ values, shape }: Texts): Tensor {
    const { numBins, maskValue, salt, outputMode } = this.config;
    const masked = maskValue !== null && numBins > 1;
    const bucket = bucketing(masked ? numBins - 1 : numBins, salt);
    const mask = String(maskValue);
    const bins = values.map((value) =>
      masked ? (value === mask ? 0 : bucket(value) + 1) : bucket(value),
    );
    const ids = tensor(Int32Array.from(bins), { shape: this.#binShape(shape) });
    return this.#encodeBins(ids, outputMode, numBins);
  }

  /** One-hot vectors stand in the place of a last axis of size 1. */
  #binShape(shape: Shape): Shape {
    const single = this.config.outputMode === 'one_hot' && shape.length > 0 && at(shape, -1) === 1;
    return single ? shape.slice(0, -1) : shape;
  }

  #encodeBins(ids: Tensor, mode: KerasOutputMode, depth: number): Tensor {
    if (mode === 'int' || mode === 'tf_idf') return ids;
    return encodeCategories(ids, mode, depth, this.computeDtype);
  }

  /** Keras's files say int64 for numbers of bins. */
  override getConfig(): PlainConfig {
    return withFileDtype(super.getConfig(), this.config.outputMode);
  }
}

/** The config with the dtype that Keras gives numbers of bins. */
function withFileDtype(config: PlainConfig, mode: string): PlainConfig {
  if (mode !== 'int') return config;
  const dtype = {
    module: 'keras',
    class_name: 'DTypePolicy',
    config: { name: 'int64' },
    registered_name: null,
  };
  return { ...config, dtype };
}
