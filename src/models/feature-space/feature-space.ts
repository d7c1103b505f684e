// FeatureSpace: columns of structured data made into vectors, by one preprocessing layer for each. It
// is a model without weights to train: a graph of layers, which runs on the host where columns are text.
import { currentEngine } from '../../core/engine.js';
import { ArgumentError, StateError, unknownName } from '../../core/errors.js';
import type { Plain } from '../../core/op.js';
import type { PlainConfig, SerializedObject } from '../../core/serialized.js';
import { isTensor, type Tensor } from '../../core/tensor.js';
import { isList, mapTree, type Tree } from '../../core/tree.js';
import { toTensorTree } from '../../data/batch.js';
import type { HostData } from '../../data/host-array.js';
import type { FilePlace } from '../../files/places.js';
import type { Holding } from '../../layers/children.js';
import type { AnyLayer } from '../../layers/layer.js';
import { serializeLayer } from '../../layers/layer-config.js';
import { HashedCrossing } from '../../layers/preprocessing/hashed-crossing.js';
import type { WeightHolder } from '../../layers/weight-holder.js';
import { squeeze } from '../../ops/index.js';
import type { LoadOptions } from '../../saving/model-file.js';
import { FunctionalGraph } from '../functional.js';
import { Model } from '../model.js';
import {
  adaptable,
  asColumn,
  type Columns,
  columnOf,
  type FeatureData,
  readColumns,
  valueOf,
} from './columns.js';
import { type Encoding, encode, inputsOf, type SymbolicRecord } from './encoding.js';
import * as features from './feature.js';
import { Cross, type CrossOptions, Feature, featureOfKind } from './feature.js';
import { learnerOf } from './learners.js';
import {
  checkSpaceOptions,
  type Encoded,
  type EncodedSymbols,
  type FeatureSpaceOptions,
  modeOf,
  type SpaceMode,
} from './space-options.js';

const MODULE = 'keras.src.layers.preprocessing.feature_space';

function serialized(className: string, config: PlainConfig): SerializedObject {
  return { module: MODULE, class_name: className, config, registered_name: className };
}

/**
 * Prepares structured data (tables with columns of numbers, categories and words) and encodes it as
 * vectors: each column through a preprocessing layer, some pairs crossed, all side by side. What it
 * does equals Keras's `FeatureSpace`, and so do its files.
 *
 * `adapt` learns vocabularies, bins and statistics. Then `encode` takes a record of columns, or of the
 * single values of one sample, and gives a vector for each sample, `predict` does so batch by batch,
 * and `getInputs` and `getEncodedFeatures` are the ends of a graph to build a model on, which then
 * takes raw records in `fit` and `predict`.
 *
 * Kinds of features: `float` (as it is), `floatRescaled`, `floatNormalized`, `floatDiscretized`,
 * `integerCategorical`, `stringCategorical`, `integerHashed`, `stringHashed`; each is a function of the
 * class too, with options. `FeatureSpace.feature` takes any preprocessing layer. In the output vector
 * features stand in the order of their names, then crosses in the order of theirs, as in Keras.
 *
 * As in Keras, numbers of categories (`outputMode: 'int'`) can only come out of a space with
 * `outputMode: 'dict'`. Unlike in Keras, `encode` returns a promise, layers that were given what they
 * would learn are left alone by `adapt`, and bins with given borders can be one-hot vectors. In files
 * crosses have two features: Keras opens no others.
 *
 * @throws ArgumentError for features that cannot be encoded as they are asked for; StateError before
 * `adapt`; UnknownNameError for columns that are missing.
 * @example
 * ```ts
 * import { FeatureSpace } from 'keratin';
 * const space = new FeatureSpace({
 *   features: {
 *     age: 'floatNormalized',
 *     city: 'stringCategorical',
 *     rooms: FeatureSpace.integerCategorical({ numOovIndices: 0 }),
 *   },
 *   crosses: [['city', 'rooms']],
 *   crossingDim: 8,
 * });
 * const table = { age: [20, 40], city: ['Oslo', 'Rome'], rooms: [1, 3] };
 * await space.adapt(table);
 * console.log((await space.encode(table)).shape); // [ 2, 14 ]
 * console.log((await space.encode({ age: 31, city: 'Rome', rooms: 3 })).shape); // [ 14 ]
 * ```
 */
export class FeatureSpace<Mode extends SpaceMode = 'concat'> extends Model<Encoded<Mode>> {
  static override readonly className: string = 'FeatureSpace';
  static override readonly kerasModule: string = 'keras.utils';
  /** A column of numbers as it is. */
  static readonly float = features.float;
  /** A column of numbers, `x * scale + offset`. */
  static readonly floatRescaled = features.floatRescaled;
  /** A column of numbers, brought to mean 0 and variance 1. */
  static readonly floatNormalized = features.floatNormalized;
  /** A column of numbers, put into bins. */
  static readonly floatDiscretized = features.floatDiscretized;
  /** A column of whole numbers that are names of categories. */
  static readonly integerCategorical = features.integerCategorical;
  /** A column of strings that are names of categories. */
  static readonly stringCategorical = features.stringCategorical;
  /** A column of whole numbers, hashed into bins. */
  static readonly integerHashed = features.integerHashed;
  /** A column of strings, hashed into bins. */
  static readonly stringHashed = features.stringHashed;
  /** The features, by name of the column. */
  readonly features: Readonly<Record<string, Feature>>;
  readonly crosses: readonly Cross[];
  readonly outputMode: Mode;
  /** The layer of each feature. */
  readonly preprocessors: Readonly<Record<string, AnyLayer>>;
  /** The layer of each cross, by names such as `city_X_rooms`. */
  readonly crossers: Readonly<Record<string, HashedCrossing>>;
  readonly #sizes: { crossingDim: number; hashingDim: number; numDiscretizationBins: number };
  readonly #inputs: SymbolicRecord;
  #isAdapted = false;
  #encoding: Encoding | undefined;
  #spaceGraph: FunctionalGraph | undefined;

  constructor(options: FeatureSpaceOptions<Mode>) {
    checkSpaceOptions(options);
    super(options.name === undefined ? {} : { name: options.name });
    const { crossingDim = 32, hashingDim = 32, numDiscretizationBins = 32 } = options;
    this.#sizes = { crossingDim, hashingDim, numDiscretizationBins };
    this.outputMode = modeOf(options.outputMode ?? 'concat') as Mode;
    this.features = Object.fromEntries(
      Object.entries(options.features).map(([name, given]) => [
        name,
        given instanceof Feature ? given : featureOfKind(name, given, this.#sizes),
      ]),
    );
    this.crosses = (options.crosses ?? []).map((cross) => this.#crossOf(cross));
    if (Object.keys(this.features).length === 0) throw noFeatures();
    this.preprocessors = Object.fromEntries(
      Object.entries(this.features).map(([name, { preprocessor }]) => [name, preprocessor]),
    );
    this.crossers = Object.fromEntries(
      this.crosses.map(({ name, crossingDim: numBins }) => {
        return [name, new HashedCrossing({ numBins, name })];
      }),
    );
    this.#inputs = inputsOf(this.features);
  }

  /** Columns crossed, with bins and an output mode of their own. */
  static cross(options: CrossOptions): Cross {
    return new Cross(options);
  }

  /**
   * A column that a layer of your choice prepares.
   *
   * @example
   * ```ts
   * import { FeatureSpace, layers } from 'keratin';
   * const preprocessor = layers.textVectorization({ outputMode: 'tfIdf' });
   * const text = FeatureSpace.feature({ preprocessor, dtype: 'string', outputMode: 'float' });
   * const space = new FeatureSpace({ features: { text } });
   * await space.adapt({ text: ['first text', 'second text'] });
   * console.log((await space.encode({ text: ['a text'] })).shape); // [ 1, 4 ]
   * ```
   */
  static feature(options: features.FeatureOptions): Feature {
    return new Feature(options);
  }

  /**
   * The space in a .keras file that `save` or Keras has written.
   *
   * @throws ArgumentError where the file holds another model.
   */
  static async load(
    source: FilePlace | Uint8Array,
    options?: LoadOptions,
  ): Promise<FeatureSpace<SpaceMode>> {
    const { loadModel } = await import('../../saving/model-file.js');
    const found: unknown = await loadModel(source, options);
    if (found instanceof FeatureSpace) return found;
    throw new ArgumentError({
      where: 'FeatureSpace.load',
      what: 'the file holds another model',
      expected: 'a file that a FeatureSpace was saved to',
      fix: 'use loadModel',
    });
  }

  /**
   * Learns what the layers have to know: vocabularies, bins, means. `data` is a record of columns, or an
   * iterable (asynchronous or not) of batches or of single samples, without targets. An iterable is read
   * once, and its columns are kept until all layers have learnt.
   */
  async adapt(data: FeatureData): Promise<void> {
    const learning = new Map(this.#learners().map((name) => [name, this.#feature(name)]));
    const columns = await readColumns(data, learning);
    for (const [name, { preprocessor }] of learning) {
      await learnerOf(preprocessor)?.(adaptable(columns.get(name) ?? []));
    }
    this.#isAdapted = true;
    this.#spaceGraph = undefined;
    this.#encoding = undefined;
    this.#finish();
  }

  /** One symbolic tensor of shape `[batch, 1]` for each column: the inputs of a model. */
  getInputs(): SymbolicRecord {
    this.#finish();
    return this.#inputs;
  }

  /** The vectors as symbolic tensors: one, or with `outputMode: 'dict'` a record. */
  getEncodedFeatures(): EncodedSymbols<Mode> {
    // The graph was made for the mode.
    return this.#finish().outputs as EncodedSymbols<Mode>;
  }

  /**
   * Encodes a record of columns, `[samples]` or `[samples, 1]` each, or of the single values of one
   * sample, which then has no axis of samples. Columns that the space does not know are left alone.
   */
  async encode(columns: Columns): Promise<Encoded<Mode>> {
    this.#finish();
    const data: Record<string, HostData> = {};
    let isSingle = false;
    for (const [name, feature] of Object.entries(this.features)) {
      const column = await columnOf(name, feature, valueOf(columns, name));
      isSingle ||= column.shape.length === 0;
      data[name] = asColumn(column);
    }
    const prepared = await this.hostInputs(data);
    return currentEngine().scope(() => {
      const encoded: Tree<Tensor> = this.apply(toTensorTree(prepared), { training: false });
      const isRow = ({ rank, shape }: Tensor): boolean => rank === 2 && shape[0] === 1;
      const alone = (one: Tensor): Tensor => (isSingle && isRow(one) ? squeeze(one, 0) : one);
      // The structure stays what the mode says.
      return mapTree(encoded, isTensor, alone) as Encoded<Mode>;
    });
  }

  override get graph(): FunctionalGraph | undefined {
    return this.#spaceGraph;
  }

  override get layers(): readonly AnyLayer[] {
    return this.#spaceGraph?.layers ?? [];
  }

  /** The layers that turn numbers of categories into vectors, by name of feature or cross. */
  get oneHotEncoders(): Encoding['oneHotEncoders'] {
    return this.#encoding?.oneHotEncoders ?? {};
  }

  /** The layer that joins the features; undefined before `adapt` and with `outputMode: 'dict'`. */
  get concat(): Encoding['concat'] {
    return this.#encoding?.concat;
  }

  override get children(): readonly Holding<WeightHolder>[] {
    const { concat } = this;
    const held: Holding<WeightHolder>[] = [
      ['concat', concat === undefined ? [] : [concat]],
      ['crossers', Object.values(this.crossers)],
      ['oneHotEncoders', Object.values(this.oneHotEncoders)],
      ['preprocessors', Object.values(this.preprocessors)],
    ];
    return held.filter(([, layers]) => layers.length > 0);
  }

  override get runsOnHost(): boolean {
    if (this.#isAdapted) this.#finish();
    return super.runsOnHost;
  }

  /** For loaders: the layers are going to get what they have learnt. */
  markAdapted(): void {
    this.#isAdapted = true;
    this.buildOnce(() => {});
  }

  override getConfig(): PlainConfig {
    const entries = Object.entries(this.features).map(([name, feature]): [string, Plain] => {
      const { dtype, outputMode } = feature;
      const preprocessor = serializeLayer(feature.preprocessor);
      return [name, serialized('Feature', { dtype, preprocessor, output_mode: outputMode })];
    });
    const crosses = this.crosses.map((cross) =>
      serialized('Cross', {
        feature_names: cross.featureNames,
        crossing_dim: cross.crossingDim,
        output_mode: cross.outputMode,
      }),
    );
    const { outputMode } = this;
    return { features: Object.fromEntries(entries), outputMode, crosses, ...this.#sizes };
  }

  /** What Keras builds the layers from. */
  buildConfig(): Plain {
    const entries = Object.entries(this.preprocessors).map(([name, layer]): [string, Plain] => [
      name,
      serializeLayer(layer).build_config ?? {},
    ]);
    return Object.fromEntries(entries);
  }

  #crossOf(cross: Cross | readonly string[]): Cross {
    const { crossingDim } = this.#sizes;
    const made = isList(cross) ? new Cross({ featureNames: cross, crossingDim }) : cross;
    for (const name of made.featureNames) this.#feature(name);
    return made;
  }

  #feature(name: string): Feature {
    const found = this.features[name];
    if (found !== undefined) return found;
    throw unknownName('feature', name, Object.keys(this.features), 'FeatureSpace');
  }

  /** The features whose layers have something to learn. */
  #learners(): readonly string[] {
    const names = Object.keys(this.features);
    return names.filter((name) => learnerOf(this.#feature(name).preprocessor) !== undefined);
  }

  /** Makes the graph, once the layers know what they have to. */
  #finish(): Encoding {
    if (this.#encoding !== undefined) return this.#encoding;
    if (!this.#isAdapted && this.#learners().length > 0) {
      throw new StateError({
        where: `FeatureSpace "${this.name}"`,
        what: 'the layers have not learnt from data yet',
        expected: `adapt() first, for ${this.#learners().join(', ')}`,
        fix: 'call await space.adapt(columns)',
      });
    }
    const made = encode(this.#inputs, this.features, this.crosses, this, this.outputMode);
    this.#spaceGraph = new FunctionalGraph(this.#inputs, made.outputs);
    this.#encoding = made;
    this.#isAdapted = true;
    this.buildOnce(() => {});
    return made;
  }
}

function noFeatures(): ArgumentError {
  return new ArgumentError({
    where: 'FeatureSpace',
    what: 'there are no features',
    expected: 'at least one column',
    received: '{}',
    fix: "write features: { age: 'float' }",
  });
}
