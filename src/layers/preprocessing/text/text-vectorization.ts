// TextVectorization: whole texts to the numbers of their words. On the host, before a model's ops.
import { ArgumentError, ShapeError } from '../../../core/errors.js';
import { product } from '../../../core/sequence.js';
import type { PlainConfig } from '../../../core/serialized.js';
import { formatShape, type Shape } from '../../../core/shape.js';
import type { Tensor } from '../../../core/tensor.js';
import { rowsOf, type Texts } from '../../../core/text-array.js';
import { type LayerOptions, withDefaults } from '../../options.js';
import type { SavedState } from '../../saved-state.js';
import { sizeOfData } from '../../symbolic-call.js';
import type { AdaptOptions } from '../adapt-data.js';
import { type OutputMode, outputModeOf } from '../encode-categories.js';
import { StringLookup, type TextData, textBatches } from '../lookup/string-lookup.js';
import { TokenCounts } from '../lookup/token-counts.js';
import { TextLayer } from './text-layer.js';
import {
  ngramWidths,
  type Split,
  type Standardize,
  splitter,
  standardizeName,
  standardizer,
  withNgrams,
} from './tokenize.js';

/** Options of {@link TextVectorization}. */
export interface TextVectorizationOptions extends LayerOptions {
  /** The largest vocabulary, special tokens included. Default: no limit. */
  readonly maxTokens?: number | null;
  /** How texts are cleaned: a name, a function of one text, or null. Default `lowerAndStripPunctuation`. */
  readonly standardize?: Standardize | null;
  /** How texts become tokens: a name, a function of one text, or null. Default `whitespace`. */
  readonly split?: Split | null;
  /** Runs of neighbouring tokens that count as tokens: up to a width, or of these. Default none. */
  readonly ngrams?: number | readonly number[] | null;
  /** Default `int`. */
  readonly outputMode?: OutputMode;
  /** The length of rows in the mode `int`: longer ones are cut. Default: the longest of the batch. */
  readonly outputSequenceLength?: number | null;
  /** Whether vectors have `maxTokens` places even if the vocabulary is smaller. Default false. */
  readonly padToMaxTokens?: boolean;
  /** The words in order. Default: learnt by `adapt`. */
  readonly vocabulary?: readonly string[] | null;
  /** One weight for each word, for the mode `tfIdf`. */
  readonly idfWeights?: readonly number[] | null;
  /** Only false: there are no sparse tensors. */
  readonly sparse?: boolean;
  /** Only false: there are no ragged tensors. */
  readonly ragged?: boolean;
  /** The encoding of texts in files: `utf-8`. */
  readonly encoding?: string;
  /** Written into files: the size that the vocabulary had. */
  readonly vocabularySize?: number | null;
  /** Written into files of older versions; means nothing here. */
  readonly hasInputVocabulary?: boolean;
}

const DEFAULTS = {
  maxTokens: null,
  standardize: 'lower_and_strip_punctuation',
  split: 'whitespace',
  ngrams: null,
  outputMode: 'int',
  outputSequenceLength: null,
  padToMaxTokens: false,
  sparse: false,
  ragged: false,
  vocabulary: null,
  idfWeights: null,
  encoding: 'utf-8',
  vocabularySize: null,
  hasInputVocabulary: false,
} as const;

const MODES = ['int', 'one_hot', 'multi_hot', 'count', 'tf_idf'] as const;

function configOf(options: TextVectorizationOptions) {
  const where = 'TextVectorization';
  const { hasInputVocabulary: _, ...config } = withDefaults(where, DEFAULTS, [], options);
  const outputMode = outputModeOf(where, config.outputMode, MODES);
  const { outputSequenceLength: length, standardize, split } = config;
  const fits = length === null || (outputMode === 'int' && Number.isInteger(length) && length > 0);
  if (!fits || config.ragged) {
    throw new ArgumentError({
      where,
      what: config.ragged ? 'there are no ragged tensors' : 'outputSequenceLength does not fit',
      expected: config.ragged ? 'ragged: false' : "a whole number above 0, with outputMode: 'int'",
      received: config.ragged ? 'ragged: true' : `${length} with ${outputMode}`,
      fix: 'leave it out: rows are filled up with 0',
    });
  }
  ngramWidths(config.ngrams);
  if (split !== null) splitter(split);
  return {
    ...config,
    outputMode,
    standardize: standardize === null ? null : standardizeName(standardize),
  };
}

type Config = ReturnType<typeof configOf>;

/**
 * Texts to whole numbers, one for each word, by a vocabulary that is given or learnt by `adapt`:
 * cleaned, split, looked up. In the mode `int` each text becomes a row of int32, filled up with 0
 * to the longest of the batch or to `outputSequenceLength`; 1 stands for unknown words. In the other
 * modes each text becomes one vector of float32.
 *
 * As in Keras, only the letters A to Z become lower case, and only spaces of ASCII part words.
 * Keras calls functions for `standardize` and `split` with whole tensors; here they get one text.
 *
 * Tensors hold numbers, so this layer takes strings as arrays: apply it to data, for example in `map`
 * of a pipeline, or let a model begin with it, after an input of dtype `string`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const layer = layers.textVectorization({ outputSequenceLength: 4 });
 * await layer.adapt(['The cat sat.', 'The dog sat!']);
 * console.log(layer.getVocabulary()); // [ '', '[UNK]', 'the', 'sat', 'dog', 'cat' ]
 * console.log(await layer.apply(['The fox sat']).array()); // [ [ 2, 1, 3, 0 ] ]
 * ```
 */
export class TextVectorization extends TextLayer<Config> {
  static readonly className = 'TextVectorization';
  static readonly kerasModule = 'keras.layers';
  private readonly lookupLayer: StringLookup;

  constructor(options: TextVectorizationOptions = {}) {
    super(configOf(options));
    this.buildOnce(() => {});
    const { maxTokens, vocabulary, idfWeights, padToMaxTokens, outputMode } = this.config;
    const { sparse, vocabularySize } = this.config;
    this.lookupLayer = new StringLookup({
      ...{ maxTokens, vocabulary, idfWeights, padToMaxTokens, outputMode, sparse, vocabularySize },
      maskToken: '',
    });
  }

  /** In Keras's files the lookup inside lies here. */
  override get attributeNames(): Readonly<Record<string, string>> {
    return { lookupLayer: '_lookup_layer' };
  }

  /** The words by number, special tokens included unless told otherwise. */
  getVocabulary(includeSpecialTokens = true): readonly string[] {
    return this.lookupLayer.getVocabulary(includeSpecialTokens);
  }

  /** How many numbers there are, special tokens included. */
  vocabularySize(): number {
    return this.lookupLayer.vocabularySize();
  }

  /** Replaces the vocabulary; in the mode `tfIdf` with one weight for each word. */
  setVocabulary(vocabulary: readonly string[], idfWeights?: readonly number[]): void {
    this.lookupLayer.setVocabulary(vocabulary, idfWeights);
  }

  /** Learns the vocabulary from texts; each text is a document. See {@link StringLookup.adapt}. */
  async adapt(data: TextData, options: AdaptOptions = {}): Promise<void> {
    const counts = new TokenCounts<string>();
    for await (const { texts, whole } of textBatches(this.className, data, options)) {
      const alone = this.config.split === null && whole && texts.shape.length === 1;
      counts.add(this.#tokens(alone ? { ...texts, shape: [...texts.shape, 1] } : texts));
    }
    this.lookupLayer.learn(counts);
  }

  /** The tokens of each text; without a split the rows of the array are the lists of tokens. */
  #tokens({ values, shape }: Texts): readonly (readonly string[])[] {
    const { standardize, split, ngrams } = this.config;
    const clean = values.map(standardizer(standardize));
    const widths = ngramWidths(ngrams);
    const lists = split === null ? rowsOf(clean, shape) : clean.map(splitter(split));
    return lists.map((tokens) => withNgrams(tokens, widths));
  }

  protected override encode(texts: Texts): Tensor {
    const { split, outputMode, outputSequenceLength } = this.config;
    const { shape } = texts;
    const columns = split === null ? shape.slice(0, -1) : this.#single(shape);
    const rows = this.#tokens(texts);
    const longest = Math.max(...rows.map((row) => row.length), outputMode === 'int' ? 0 : 1);
    const length = outputSequenceLength ?? longest;
    const words = rows.flatMap((row) => Array.from({ length }, (_, place) => row[place] ?? null));
    const count = product(columns);
    if (count * length !== words.length) throw this.notText(shape);
    return this.lookupLayer.encodeWords(words, [...columns, length]);
  }

  protected override encodeBlank(shape: Shape): Tensor {
    const { split, outputMode, outputSequenceLength } = this.config;
    const columns = split === null ? shape.slice(0, -1) : this.#single(shape);
    const unknown = outputMode === 'int' ? sizeOfData() : 1;
    return this.lookupLayer.encodeBlankWords([...columns, outputSequenceLength ?? unknown]);
  }

  /** The shape of texts that are split: a last axis of size 1 is left out, others are refused. */
  #single(shape: readonly number[]): readonly number[] {
    if (shape.length <= 1) return shape;
    if (shape.at(-1) === 1) return shape.slice(0, -1);
    throw new ShapeError({
      what: 'texts that are split come one by one',
      expected: '[batch], or a last axis of size 1',
      received: formatShape(shape),
      fix: 'join the strings of a row first, or use split: null',
    });
  }

  override getConfig(): PlainConfig {
    return { ...super.getConfig(), vocabularySize: this.vocabularySize() };
  }

  override savedState(): SavedState {
    return this.lookupLayer.savedState();
  }

  override stateLoader(state: SavedState): () => void {
    return this.lookupLayer.stateLoader(state);
  }
}
