// A FeatureSpace from the config that Keras or `getConfig` has written. deserialize.ts makes the layers.
import { FormatError } from '../../core/errors.js';
import type { Plain } from '../../core/op.js';
import { isSerialized, type PlainConfig } from '../../core/serialized.js';
import { isList, isRecord } from '../../core/tree.js';
import type { AnyLayer } from '../../layers/layer.js';
import { Cross, Feature } from './feature.js';
import { FeatureSpace } from './feature-space.js';
import type { SpaceMode } from './space-options.js';

function broken(what: string, received: unknown): FormatError {
  return new FormatError({
    where: 'FeatureSpace config',
    what,
    received: JSON.stringify(received)?.slice(0, 200) ?? 'undefined',
    fix: 'save the space again',
  });
}

function textIn(config: PlainConfig, key: string): string {
  const value = config[key];
  if (typeof value === 'string') return value;
  throw broken(`${key} is not a text`, value);
}

function countIn(config: PlainConfig, key: string): number {
  const value = config[key];
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  throw broken(`${key} is not a number of bins`, value);
}

function configOf(value: Plain, className: string): PlainConfig {
  if (isSerialized(value) && value.class_name === className && isRecord(value.config)) {
    return value.config;
  }
  throw broken(`a ${className} is not described as one`, value);
}

function dtypeIn(config: PlainConfig): 'string' | 'int32' | 'float32' {
  const dtype = textIn(config, 'dtype');
  if (dtype === 'string' || dtype === 'float32') return dtype;
  // Whole numbers have 32 bits here.
  if (dtype === 'int32' || dtype === 'int64') return 'int32';
  throw broken('a feature has a dtype that no column has', dtype);
}

function featureFrom(value: Plain, makeLayer: (node: unknown) => AnyLayer): Feature {
  const config = configOf(value, 'Feature');
  const outputMode = textIn(config, 'output_mode');
  if (outputMode !== 'int' && outputMode !== 'one_hot' && outputMode !== 'float') {
    throw broken('a feature has an output mode that is not known', outputMode);
  }
  return new Feature({
    dtype: dtypeIn(config),
    preprocessor: makeLayer(config['preprocessor']),
    outputMode,
  });
}

function crossFrom(value: Plain): Cross {
  const config = configOf(value, 'Cross');
  const names = isList(config['feature_names']) ? config['feature_names'] : [];
  const featureNames = names.filter((name) => typeof name === 'string');
  const outputMode = textIn(config, 'output_mode') === 'int' ? 'int' : 'one_hot';
  return new Cross({ featureNames, crossingDim: countIn(config, 'crossing_dim'), outputMode });
}

/** The space that `config` describes; `makeLayer` makes its preprocessing layers. */
export function featureSpaceFrom(
  config: PlainConfig,
  makeLayer: (node: unknown) => AnyLayer,
): FeatureSpace<SpaceMode> {
  const given = config['features'];
  if (!isRecord(given)) throw broken('there are no features', given);
  // What came from a file is plain data.
  const entries = Object.entries(given as PlainConfig);
  const crosses = isList(config['crosses']) ? (config['crosses'] as readonly Plain[]) : [];
  const outputMode = textIn(config, 'output_mode');
  if (outputMode !== 'concat' && outputMode !== 'dict') {
    throw broken('output_mode is not known', outputMode);
  }
  return new FeatureSpace<SpaceMode>({
    features: Object.fromEntries(entries.map(([name, one]) => [name, featureFrom(one, makeLayer)])),
    outputMode,
    crosses: crosses.map(crossFrom),
    crossingDim: countIn(config, 'crossing_dim'),
    hashingDim: countIn(config, 'hashing_dim'),
    numDiscretizationBins: countIn(config, 'num_discretization_bins'),
    ...(typeof config['name'] === 'string' ? { name: config['name'] } : {}),
  });
}
