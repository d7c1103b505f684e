// What a FeatureSpace is told of one column: how it is prepared, and what comes out. Crosses of two
// columns too. feature-space.ts puts them together.
import {
  checkOptions,
  describe,
  type OptionNames,
  requireList,
  requireOptions,
} from '../../core/arguments.js';
import { ArgumentError } from '../../core/errors.js';
import { uniqueName } from '../../core/naming.js';
import { nameAmong } from '../../core/spelling.js';
import { type AnyLayer, Layer } from '../../layers/layer.js';
import { Discretization } from '../../layers/preprocessing/discretization.js';
import { TFDIdentity } from '../../layers/preprocessing/feature-layers.js';
import { Hashing } from '../../layers/preprocessing/hashing.js';
import { IntegerLookup } from '../../layers/preprocessing/lookup/integer-lookup.js';
import { StringLookup } from '../../layers/preprocessing/lookup/string-lookup.js';
import { Normalization } from '../../layers/preprocessing/normalization.js';
import { Rescaling } from '../../layers/rescaling.js';
import type { SymbolicDType } from '../../layers/symbolic.js';

/** How a prepared feature comes out: as whole numbers, as one-hot vectors, or as it is. */
export type FeatureMode = 'int' | 'oneHot' | 'float' | 'one_hot';

const CROSS_MODES = ['int', 'one_hot'] as const;
const FEATURE_MODES = [...CROSS_MODES, 'float'] as const;

type KerasMode = (typeof FEATURE_MODES)[number];

/** Options of {@link FeatureSpace.feature}. */
export interface FeatureOptions {
  /** What the column holds: `string`, `float32` or `int32`. */
  readonly dtype: SymbolicDType;
  /** A preprocessing layer. */
  readonly preprocessor: AnyLayer;
  /** How its result comes out. */
  readonly outputMode: FeatureMode;
}

const FEATURE_OPTIONS: OptionNames<FeatureOptions> = {
  dtype: true,
  preprocessor: true,
  outputMode: true,
};

/** A column: what it holds, the layer that prepares it, and how the result comes out. */
export class Feature {
  readonly dtype: SymbolicDType;
  readonly preprocessor: AnyLayer;
  readonly outputMode: KerasMode;

  constructor(options: FeatureOptions) {
    requireOptions('FeatureSpace.feature', 'dtype, preprocessor, outputMode', options);
    checkOptions('FeatureSpace.feature', options, FEATURE_OPTIONS);
    const { dtype, preprocessor, outputMode } = options;
    if (!(preprocessor instanceof Layer)) throw noPreprocessor(preprocessor);
    this.dtype = dtype;
    this.preprocessor = preprocessor;
    this.outputMode = nameAmong('output mode', outputMode, FEATURE_MODES, 'Feature');
  }
}

function noPreprocessor(received: unknown): ArgumentError {
  return new ArgumentError({
    where: 'FeatureSpace.feature',
    what: 'the preprocessor is no layer',
    expected: 'a layer, such as layers.textVectorization()',
    received: describe(received),
    fix: 'write { preprocessor: layers.normalization(), dtype, outputMode }',
  });
}

/** Options of {@link FeatureSpace.cross}. */
export interface CrossOptions {
  /** The columns, by name. */
  readonly featureNames: readonly string[];
  /** The number of bins for their combinations. */
  readonly crossingDim: number;
  /** `int` or `oneHot`. Default `oneHot`. */
  readonly outputMode?: FeatureMode;
}

const CROSS_OPTIONS: OptionNames<CrossOptions> = {
  featureNames: true,
  crossingDim: true,
  outputMode: true,
};

/** Columns whose combinations are a feature too. */
export class Cross {
  readonly featureNames: readonly string[];
  readonly crossingDim: number;
  readonly outputMode: 'int' | 'one_hot';

  constructor(options: CrossOptions) {
    requireOptions('FeatureSpace.cross', 'featureNames, crossingDim', options);
    checkOptions('FeatureSpace.cross', options, CROSS_OPTIONS);
    const { featureNames, crossingDim, outputMode = 'oneHot' } = options;
    requireList('FeatureSpace.cross', 'featureNames', featureNames);
    if (featureNames.length < 2) {
      throw new ArgumentError({
        where: 'FeatureSpace',
        what: 'a cross needs two features',
        expected: 'the names of two features',
        received: JSON.stringify(featureNames),
        fix: "write crosses: [['first', 'second']]",
      });
    }
    this.featureNames = featureNames;
    this.crossingDim = crossingDim;
    this.outputMode = nameAmong('output mode', outputMode, CROSS_MODES, 'Cross');
  }

  /** The names of the columns, joined as Keras does. */
  get name(): string {
    return this.featureNames.join('_X_');
  }
}

/** A name, for features and their layers. */
export interface NamedFeature {
  /** Default: the kind, with a counter. The layer is called `name_preprocessor`. */
  readonly name?: string | undefined;
}

/** Options of features that are numbered. */
export interface CategoricalOptions extends NamedFeature {
  /** The largest vocabulary, special tokens included. Default: no limit. */
  readonly maxTokens?: number | null;
  /** How many numbers unknown values share. Default 1. */
  readonly numOovIndices?: number;
  /** `int` or `oneHot`. Default `oneHot`. */
  readonly outputMode?: FeatureMode;
}

/** Options of features that are hashed. */
export interface HashedOptions extends NamedFeature {
  /** The number of bins. */
  readonly numBins: number;
  /** `int` or `oneHot`. Default `oneHot`. */
  readonly outputMode?: FeatureMode;
}

/** Options of features that are put into bins. */
export interface DiscretizedOptions extends NamedFeature {
  /** The number of bins to learn. */
  readonly numBins?: number | null;
  /** The borders between bins, in place of `numBins`. */
  readonly binBoundaries?: readonly number[] | null;
  /** `int` or `oneHot`. Default `oneHot`. */
  readonly outputMode?: FeatureMode;
}

/** Options of features that are scaled. */
export interface RescaledOptions extends NamedFeature {
  /** Default 1. */
  readonly scale?: number;
  /** Default 0. */
  readonly offset?: number;
}

const NAMED: OptionNames<NamedFeature> = { name: true };
const HASHED: OptionNames<HashedOptions> = { ...NAMED, numBins: true, outputMode: true };
const RESCALED: OptionNames<RescaledOptions> = { ...NAMED, scale: true, offset: true };
const CATEGORICAL: OptionNames<CategoricalOptions> = {
  ...NAMED,
  maxTokens: true,
  numOovIndices: true,
  outputMode: true,
};
const DISCRETIZED: OptionNames<DiscretizedOptions> = {
  ...NAMED,
  numBins: true,
  binBoundaries: true,
  outputMode: true,
};

function layerName(kind: string, name: string | undefined): { readonly name: string } {
  return { name: `${name ?? uniqueName(kind)}_preprocessor` };
}

export function float(options: NamedFeature = {}): Feature {
  checkOptions('FeatureSpace.float', options, NAMED);
  const { name } = options;
  const preprocessor = new TFDIdentity({ ...layerName('float', name), dtype: 'float32' });
  return new Feature({ dtype: 'float32', preprocessor, outputMode: 'float' });
}

export function floatRescaled(options: RescaledOptions = {}): Feature {
  checkOptions('FeatureSpace.floatRescaled', options, RESCALED);
  const { scale = 1, offset = 0, name } = options;
  const preprocessor = new Rescaling({ ...layerName('float_rescaled', name), scale, offset });
  return new Feature({ dtype: 'float32', preprocessor, outputMode: 'float' });
}

export function floatNormalized(options: NamedFeature = {}): Feature {
  checkOptions('FeatureSpace.floatNormalized', options, NAMED);
  const { name } = options;
  const preprocessor = new Normalization(layerName('float_normalized', name));
  return new Feature({ dtype: 'float32', preprocessor, outputMode: 'float' });
}

export function floatDiscretized(options: DiscretizedOptions): Feature {
  requireOptions('FeatureSpace.floatDiscretized', 'numBins', options);
  checkOptions('FeatureSpace.floatDiscretized', options, DISCRETIZED);
  const { numBins = null, binBoundaries = null, outputMode = 'oneHot', name } = options;
  const named = layerName('float_discretized', name);
  const preprocessor = new Discretization({ ...named, numBins, binBoundaries });
  return new Feature({ dtype: 'float32', preprocessor, outputMode });
}

export function integerCategorical(options: CategoricalOptions = {}): Feature {
  checkOptions('FeatureSpace.integerCategorical', options, CATEGORICAL);
  const { maxTokens = null, numOovIndices = 1, outputMode = 'oneHot', name } = options;
  const named = layerName('integer_categorical', name);
  const preprocessor = new IntegerLookup({ ...named, maxTokens, numOovIndices });
  return new Feature({ dtype: 'int32', preprocessor, outputMode });
}

export function stringCategorical(options: CategoricalOptions = {}): Feature {
  checkOptions('FeatureSpace.stringCategorical', options, CATEGORICAL);
  const { maxTokens = null, numOovIndices = 1, outputMode = 'oneHot', name } = options;
  const named = layerName('string_categorical', name);
  const preprocessor = new StringLookup({ ...named, maxTokens, numOovIndices });
  return new Feature({ dtype: 'string', preprocessor, outputMode });
}

export function integerHashed(options: HashedOptions): Feature {
  requireOptions('FeatureSpace.integerHashed', 'numBins', options);
  checkOptions('FeatureSpace.integerHashed', options, HASHED);
  const { numBins, outputMode = 'oneHot', name } = options;
  const preprocessor = new Hashing({ ...layerName('integer_hashed', name), numBins });
  return new Feature({ dtype: 'int32', preprocessor, outputMode });
}

export function stringHashed(options: HashedOptions): Feature {
  requireOptions('FeatureSpace.stringHashed', 'numBins', options);
  checkOptions('FeatureSpace.stringHashed', options, HASHED);
  const { numBins, outputMode = 'oneHot', name } = options;
  const preprocessor = new Hashing({ ...layerName('string_hashed', name), numBins });
  return new Feature({ dtype: 'string', preprocessor, outputMode });
}

const FEATURE_KINDS = [
  'float',
  'floatRescaled',
  'floatNormalized',
  'floatDiscretized',
  'integerCategorical',
  'stringCategorical',
  'integerHashed',
  'stringHashed',
] as const;

/** The kinds of features that a name says, with default options. */
export type FeatureKind = (typeof FEATURE_KINDS)[number];

/** The defaults that a FeatureSpace sets for kinds that need a size. */
export interface FeatureSizes {
  readonly hashingDim: number;
  readonly numDiscretizationBins: number;
}

/** The feature of a kind, which may be spelt as in Keras. */
export function featureOfKind(name: string, kind: string, sizes: FeatureSizes): Feature {
  const { hashingDim, numDiscretizationBins } = sizes;
  const kinds: Readonly<Record<FeatureKind, () => Feature>> = {
    float: () => float({ name }),
    floatRescaled: () => floatRescaled({ name }),
    floatNormalized: () => floatNormalized({ name }),
    floatDiscretized: () => floatDiscretized({ name, numBins: numDiscretizationBins }),
    integerCategorical: () => integerCategorical({ name }),
    stringCategorical: () => stringCategorical({ name }),
    integerHashed: () => integerHashed({ name, numBins: hashingDim }),
    stringHashed: () => stringHashed({ name, numBins: hashingDim }),
  };
  return kinds[nameAmong('kind of feature', kind, FEATURE_KINDS, `feature "${name}"`)]();
}
