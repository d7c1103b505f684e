// The graph of a FeatureSpace: from columns through preprocessing layers and crosses to vectors. The
// order of features and layers is Keras's.
import { isInteger } from '../../core/dtype.js';
import { ArgumentError } from '../../core/errors.js';
import { byCodePoint } from '../../core/names.js';
import { input } from '../../layers/input-layer.js';
import type { AnyLayer } from '../../layers/layer.js';
import { CategoryEncoding } from '../../layers/preprocessing/category-encoding.js';
import { Discretization } from '../../layers/preprocessing/discretization.js';
import { TFDConcat } from '../../layers/preprocessing/feature-layers.js';
import { HashedCrossing } from '../../layers/preprocessing/hashed-crossing.js';
import { Hashing } from '../../layers/preprocessing/hashing.js';
import { IntegerLookup } from '../../layers/preprocessing/lookup/integer-lookup.js';
import { StringLookup } from '../../layers/preprocessing/lookup/string-lookup.js';
import { isSymbolic, type SymbolicTensor } from '../../layers/symbolic.js';
import type { Cross, Feature } from './feature.js';

/** Symbolic tensors by name of feature. */
export type SymbolicRecord = Readonly<Record<string, SymbolicTensor>>;

/** The layers of a space, by name of feature or cross. */
export interface SpaceLayers {
  readonly preprocessors: Readonly<Record<string, AnyLayer>>;
  readonly crossers: Readonly<Record<string, HashedCrossing>>;
}

/** What the graph ends with, and the layers that were made for it. */
export interface Encoding {
  readonly outputs: SymbolicTensor | SymbolicRecord;
  readonly oneHotEncoders: Readonly<Record<string, CategoryEncoding>>;
  readonly concat: TFDConcat | undefined;
}

/** One symbolic input of shape `[batch, 1]` for each feature. */
export function inputsOf(features: Readonly<Record<string, Feature>>): SymbolicRecord {
  return Object.fromEntries(
    Object.entries(features).map(([name, { dtype }]) => [name, input({ shape: [1], dtype, name })]),
  );
}

/** How many numbers a layer may give; undefined where nobody knows. */
function cardinalityOf(layer: AnyLayer | undefined): number | undefined {
  if (layer instanceof IntegerLookup || layer instanceof StringLookup)
    return layer.vocabularySize();
  if (layer instanceof CategoryEncoding) return layer.config.numTokens;
  if (layer instanceof Hashing || layer instanceof HashedCrossing) return layer.config.numBins;
  if (!(layer instanceof Discretization)) return undefined;
  return layer.config.numBins ?? (layer.binBoundaries ?? []).length + 1;
}

function refuse(name: string, what: string, received: string, fix: string): ArgumentError {
  return new ArgumentError({ where: `FeatureSpace, feature "${name}"`, what, received, fix });
}

function encoderFor(
  name: string,
  symbol: SymbolicTensor,
  layer: AnyLayer | undefined,
): CategoryEncoding {
  if (symbol.dtype === 'string' || !isInteger(symbol.dtype)) {
    const fix = "use the output mode 'float', or a preprocessor that gives whole numbers";
    throw refuse(name, 'only whole numbers can be encoded as one-hot vectors', symbol.dtype, fix);
  }
  const numTokens = cardinalityOf(layer);
  if (numTokens !== undefined) return new CategoryEncoding({ numTokens, outputMode: 'multiHot' });
  const fix = "use the output mode 'int', and encode the numbers in the model";
  const what = 'nobody knows how many numbers the preprocessor gives, so vectors have no length';
  throw refuse(name, what, layer?.className ?? 'no layer', fix);
}

function single(name: string, result: unknown): SymbolicTensor {
  if (isSymbolic(result)) return result;
  const fix = 'use a layer that returns one tensor';
  throw refuse(name, 'the preprocessor returns several tensors', 'a list or record', fix);
}

function sorted<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => byCodePoint(a, b));
}

/** Calls the layers on the inputs. Features come in the order of their names, then crosses. */
export function encode(
  inputs: SymbolicRecord,
  features: Readonly<Record<string, Feature>>,
  crosses: readonly Cross[],
  { preprocessors, crossers }: SpaceLayers,
  outputMode: 'concat' | 'dict',
): Encoding {
  const prepared: Record<string, SymbolicTensor> = {};
  for (const [name, symbol] of Object.entries(inputs)) {
    prepared[name] = single(name, preprocessors[name]?.apply(symbol));
  }
  const crossed: Record<string, SymbolicTensor> = {};
  for (const { name, featureNames } of crosses) {
    const given = featureNames.map((feature) => single(feature, prepared[feature]));
    crossed[name] = single(name, crossers[name]?.apply(given));
  }
  const modes = new Map(Object.entries(features).map(([name, one]) => [name, one.outputMode]));
  for (const cross of crosses) modes.set(cross.name, cross.outputMode);
  const oneHotEncoders: Record<string, CategoryEncoding> = {};
  const outputs: Record<string, SymbolicTensor> = {};
  for (const [name, symbol] of [...sorted(prepared), ...sorted(crossed)]) {
    outputs[name] = symbol;
    if (modes.get(name) !== 'one_hot') continue;
    const encoder = encoderFor(name, symbol, preprocessors[name] ?? crossers[name]);
    oneHotEncoders[name] = encoder;
    outputs[name] = encoder.apply(symbol);
  }
  if (outputMode === 'dict') return { outputs, oneHotEncoders, concat: undefined };
  for (const [name, { dtype }] of Object.entries(outputs)) {
    if (dtype !== 'string' && !isInteger(dtype)) continue;
    const fix = "use outputMode: 'dict', or the output mode 'oneHot' for the feature";
    throw refuse(name, 'whole numbers cannot stand among the numbers of a vector', dtype, fix);
  }
  const concat = new TFDConcat({ axis: -1 });
  return { outputs: single('all', concat.apply(Object.values(outputs))), oneHotEncoders, concat };
}
