// The options of a FeatureSpace, and what it gives by its mode. feature-space.ts is the space itself.
import {
  checkOptions,
  type OptionNames,
  requireObject,
  requireOptions,
} from '../../core/arguments.js';
import { nameAmong } from '../../core/spelling.js';
import type { Tensor } from '../../core/tensor.js';
import type { SymbolicTensor } from '../../layers/symbolic.js';
import type { SymbolicRecord } from './encoding.js';
import type { Cross, Feature, FeatureKind } from './feature.js';

/** How a space gives its features: side by side in one vector, or each by its name. */
export type SpaceMode = 'concat' | 'dict';

/** What a space encodes to. */
export type Encoded<Mode extends SpaceMode> = Mode extends 'dict'
  ? Readonly<Record<string, Tensor>>
  : Tensor;

/** The same before there is data: ends of a graph. */
export type EncodedSymbols<Mode extends SpaceMode> = Mode extends 'dict'
  ? SymbolicRecord
  : SymbolicTensor;

/** Options of {@link FeatureSpace}. */
export interface FeatureSpaceOptions<Mode extends SpaceMode = SpaceMode> {
  /** The columns: a kind by name (Keras's spelling is known too), or a feature with options. */
  readonly features: Readonly<Record<string, FeatureKind | Feature | (string & {})>>;
  /** `concat` for one vector, `dict` for a record of tensors. Default `concat`. */
  readonly outputMode?: Mode | undefined;
  /** Pairs of columns whose combinations are hashed: their names, or crosses with options. */
  readonly crosses?: readonly (Cross | readonly string[])[] | null | undefined;
  /** The bins of crosses that say nothing else. Default 32. */
  readonly crossingDim?: number | undefined;
  /** The bins of hashed features that say nothing else. Default 32. */
  readonly hashingDim?: number | undefined;
  /** The bins of discretized features that say nothing else. Default 32. */
  readonly numDiscretizationBins?: number | undefined;
  /** Default `feature_space`, with a counter. */
  readonly name?: string | undefined;
}

const SPACE_OPTIONS: OptionNames<FeatureSpaceOptions> = {
  features: true,
  outputMode: true,
  crosses: true,
  crossingDim: true,
  hashingDim: true,
  numDiscretizationBins: true,
  name: true,
};

/** Throws for options that there are none of, and where the features are missing. */
export function checkSpaceOptions(options: FeatureSpaceOptions): void {
  requireOptions('FeatureSpace', 'features', options);
  checkOptions('FeatureSpace', options, SPACE_OPTIONS);
  requireObject('FeatureSpace features', options.features, { age: "'floatNormalized'" });
}

/** The mode that a name means. */
export function modeOf(mode: string): SpaceMode {
  return nameAmong('output mode', mode, ['concat', 'dict'], 'FeatureSpace');
}
