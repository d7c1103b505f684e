// Options that the lookup layers share, checked, and their config as Keras writes it.
import { ArgumentError, unknownName } from '../../../core/errors.js';
import type { PlainConfig } from '../../../core/serialized.js';
import { type LayerOptions, withDefaults } from '../../options.js';
import {
  type KerasOutputMode,
  type OutputMode,
  outputModeOf,
  refuseSparse,
} from '../encode-categories.js';
import { type Salt, saltOf } from '../hash/bucket.js';
import type { Token, Vocabulary } from './vocabulary.js';

/** Options of {@link StringLookup} and {@link IntegerLookup}. */
export interface LookupOptions<T extends Token> extends LayerOptions {
  /** The largest vocabulary, special tokens included. Default: no limit. */
  readonly maxTokens?: number | null;
  /** How many numbers unknown tokens share. Default 1. */
  readonly numOovIndices?: number;
  /** A token that means padding: 0 in the mode `int`, left out of vectors. Default none. */
  readonly maskToken?: T | null;
  /** What stands for unknown tokens where numbers become tokens again. */
  readonly oovToken?: T;
  /** The tokens in order. Default: learnt by `adapt`. */
  readonly vocabulary?: readonly T[] | null;
  /** One weight for each token, for the mode `tfIdf`. */
  readonly idfWeights?: readonly number[] | null;
  /** Whether numbers become tokens, not tokens numbers. Default false. */
  readonly invert?: boolean;
  /** Default `int`. */
  readonly outputMode?: OutputMode;
  /** Whether vectors have `maxTokens` places even if the vocabulary is smaller. Default false. */
  readonly padToMaxTokens?: boolean;
  /** Only false: there are no sparse tensors. */
  readonly sparse?: boolean;
  /** A key for the hash that spreads unknown tokens over several places. Default none. */
  readonly salt?: Salt | null;
  /** How unknown whole numbers are spread: `floormod`. Strings are always hashed. */
  readonly oovMethod?: string;
  /** Written into files: the size that the vocabulary had. */
  readonly vocabularySize?: number | null;
  /** Written into files of older versions; means nothing here. */
  readonly hasInputVocabulary?: boolean;
}

const DEFAULTS = {
  invert: false,
  maxTokens: null,
  numOovIndices: 1,
  maskToken: null,
  outputMode: 'int',
  sparse: false,
  padToMaxTokens: false,
  idfWeights: null,
  vocabulary: null,
  vocabularySize: null,
  oovMethod: 'floormod',
  salt: null,
  hasInputVocabulary: false,
} as const;

/** All options given, names in Keras's spelling. */
export type LookupConfig<T extends Token> = {
  readonly invert: boolean;
  readonly maxTokens: number | null;
  readonly numOovIndices: number;
  readonly maskToken: T | null;
  readonly oovToken: T;
  readonly outputMode: KerasOutputMode;
  readonly sparse: boolean;
  readonly padToMaxTokens: boolean;
  readonly idfWeights: readonly number[] | null;
  readonly vocabulary: readonly T[] | null;
  readonly vocabularySize: number | null;
  readonly oovMethod: string;
  readonly salt: readonly [number, number] | null;
} & LayerOptions;

function refuse(where: string, what: string, expected: string, received: unknown): never {
  throw new ArgumentError({
    where,
    what,
    expected,
    received: JSON.stringify(received) ?? String(received),
    fix: 'see the options of the layer',
  });
}

const MODES = ['int', 'one_hot', 'multi_hot', 'count', 'tf_idf'] as const;

/** The options over Keras's defaults and `extra`, which a layer adds. */
export function lookupConfig<T extends Token, Extra extends object>(
  where: string,
  options: LookupOptions<T>,
  extra: Extra & { readonly oovToken: T },
): LookupConfig<T> & Extra {
  const { hasInputVocabulary: _, ...config } = withDefaults(
    where,
    { ...DEFAULTS, ...extra },
    [],
    options,
  );
  const { maxTokens, numOovIndices, padToMaxTokens, idfWeights, vocabulary } = config;
  const outputMode = outputModeOf(where, config.outputMode, MODES);
  refuseSparse(where, config.sparse);
  if (maxTokens !== null && !(Number.isInteger(maxTokens) && maxTokens > 1)) {
    refuse(where, 'maxTokens is too small', 'a whole number above 1, or null', maxTokens);
  }
  const oovToken: unknown = config.oovToken;
  if (oovToken === null) refuse(where, 'oovToken is missing', 'a token', null);
  if (!Number.isInteger(numOovIndices) || numOovIndices < 0) {
    refuse(where, 'numOovIndices is no count', 'a whole number of at least 0', numOovIndices);
  }
  if (padToMaxTokens && maxTokens === null) {
    refuse(where, 'padToMaxTokens needs maxTokens', 'maxTokens', null);
  }
  if (config.invert && outputMode !== 'int') {
    refuse(where, 'inverted lookups give single tokens', "outputMode: 'int'", outputMode);
  }
  const needsWeights = outputMode === 'tf_idf' && vocabulary !== null;
  if (needsWeights !== (idfWeights !== null)) {
    const expected = needsWeights
      ? 'a weight for each token'
      : "outputMode: 'tfIdf' and a vocabulary";
    refuse(where, 'idfWeights belong to a vocabulary in the mode tfIdf', expected, idfWeights);
  }
  if (config.oovMethod !== 'floormod' && config.oovMethod !== 'farmhash') {
    throw unknownName('oovMethod', config.oovMethod, ['floormod'], where);
  }
  const checked: object = { ...config, outputMode, salt: saltOf(where, config.salt) };
  // Every option is there now: defaults name all of them.
  return checked as LookupConfig<T> & Extra;
}

/** The config with the size of the vocabulary now, if one is known. */
export function configNow<T extends Token>(
  config: PlainConfig,
  vocabulary: Vocabulary<T>,
): PlainConfig {
  const size = vocabulary.tokens.length > 0 ? vocabulary.size : config['vocabularySize'];
  return { ...config, vocabularySize: size ?? null };
}
