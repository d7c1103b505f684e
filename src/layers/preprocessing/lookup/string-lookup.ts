// StringLookup: words to numbers and back, on the host; numbers go on into models.
import { ArgumentError } from '../../../core/errors.js';
import type { PlainConfig } from '../../../core/serialized.js';
import type { Shape } from '../../../core/shape.js';
import { type NestedArray, Tensor } from '../../../core/tensor.js';
import {
  isTextArray,
  nestedTexts,
  rowsOf,
  type TextArray,
  type Texts,
  textsOf,
} from '../../../core/text-array.js';
import { asTensor, tensor, zeros } from '../../../ops/index.js';
import type { SavedState } from '../../saved-state.js';
import type { AdaptOptions } from '../adapt-data.js';
import { limited } from '../adapt-data.js';
import { bucketing } from '../hash/bucket.js';
import { TextLayer } from '../text/text-layer.js';
import { encodeNumbers } from './encode-numbers.js';
import {
  configNow,
  type LookupConfig,
  type LookupOptions,
  lookupConfig,
} from './lookup-options.js';
import { stateOfVocabulary, vocabularyLoader } from './saved-vocabulary.js';
import { TokenCounts } from './token-counts.js';
import { Vocabulary } from './vocabulary.js';

/** Options of {@link StringLookup}. */
export interface StringLookupOptions extends LookupOptions<string> {
  /** The encoding of texts in files: `utf-8`. */
  readonly encoding?: string;
}

/** Strings for `adapt`: one array, or batches of them in any iterable. */
export type TextData = TextArray | Iterable<TextArray> | AsyncIterable<TextArray>;

type Config = LookupConfig<string> & { readonly encoding: string };

/** The arrays of strings that `data` holds; `whole` tells the only one from batches. */
export async function* textBatches(
  where: string,
  data: TextData,
  options: AdaptOptions,
): AsyncGenerator<{ readonly texts: Texts; readonly whole: boolean }> {
  if (isTextArray(data)) {
    yield { texts: textsOf(where, data), whole: true };
    return;
  }
  for await (const batch of limited(data, options.steps)) {
    yield { texts: textsOf(where, batch), whole: false };
  }
}

/**
 * Words to whole numbers (int32), or to vectors, by a vocabulary that is given or learnt by
 * `adapt`. Numbers run from 0: first the mask if there is one (mode `int`), then `numOovIndices`
 * places for unknown words, then the words. With several places, a word's place among them is that
 * of TensorFlow's FarmHash64, or SipHash64 with a `salt`.
 *
 * Tensors hold numbers, so this layer takes strings as nested arrays: apply it to data, for example in
 * `map` of a pipeline, or let a model begin with it, after an input of dtype `string`. With
 * `invert: true` it turns numbers into words: `await layer.toText(numbers)`, outside of models.
 *
 * In vectors the output is float32 (Keras declares that, but gives int64 for all but `tfIdf`).
 *
 * @throws ArgumentError for words that are unknown where `numOovIndices` is 0, or for tensors.
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const layer = layers.stringLookup();
 * await layer.adapt(['cat', 'dog', 'cat']);
 * console.log(layer.getVocabulary(), await layer.apply(['dog', 'fox']).array()); // [ '[UNK]', 'cat', 'dog' ] [ 2, 0 ]
 * ```
 */
export class StringLookup extends TextLayer<Config> {
  static readonly className: string = 'StringLookup';
  static readonly kerasModule = 'keras.layers';
  readonly #vocabulary: Vocabulary<string>;

  constructor(options: StringLookupOptions = {}) {
    const extra = { oovToken: '[UNK]', encoding: 'utf-8' };
    super(lookupConfig('StringLookup', options, extra));
    this.buildOnce(() => {});
    const { numOovIndices, salt, vocabulary, idfWeights } = this.config;
    const bucket = bucketing(Math.max(numOovIndices, 1), salt);
    this.#vocabulary = new Vocabulary({ ...this.config, where: this.className, bucket });
    if (vocabulary !== null) this.#vocabulary.set(vocabulary, idfWeights ?? undefined);
  }

  /** The words by number, special tokens included unless told otherwise. */
  getVocabulary(includeSpecialTokens = true): readonly string[] {
    return this.#vocabulary.list(includeSpecialTokens);
  }

  /** How many numbers there are, special tokens included. */
  vocabularySize(): number {
    return this.#vocabulary.size;
  }

  /** Replaces the vocabulary; in the mode `tfIdf` with one weight for each word. */
  setVocabulary(vocabulary: readonly string[], idfWeights?: readonly number[]): void {
    this.#vocabulary.set(vocabulary, idfWeights);
  }

  /**
   * Learns the vocabulary: the most frequent words first, equally frequent ones in descending
   * order. For `tfIdf` each row is a document; a vector is one document if it comes as a batch, and
   * as many as it has words if it is all there is, as in Keras.
   */
  async adapt(data: TextData, options: AdaptOptions = {}): Promise<void> {
    const counts = new TokenCounts<string>();
    for await (const { texts, whole } of textBatches(this.className, data, options)) {
      const single = whole && texts.shape.length === 1;
      counts.add(single ? texts.values.map((word) => [word]) : rowsOf(texts.values, texts.shape));
    }
    this.learn(counts);
  }

  /** Takes counted words as the vocabulary. */
  learn(counts: TokenCounts<string>): void {
    if (this.config.vocabulary !== null) {
      throw new ArgumentError({
        where: `${this.className} "${this.name}"`,
        what: 'a layer that was given its vocabulary cannot be adapted',
        fix: 'leave vocabulary out, or call setVocabulary(words)',
      });
    }
    counts.teach(this.#vocabulary);
  }

  protected override encode({ values, shape }: Texts): Tensor {
    if (this.config.invert) throw this.notText('strings, though invert is true');
    return this.encodeWords(values, shape);
  }

  protected override encodeBlank(shape: Shape): Tensor {
    if (this.config.invert) throw this.notText('numbers to be made words in a model');
    return encodeNumbers(zeros(shape, 'int32'), this.#vocabulary, 'float32');
  }

  /** For layers that hold this one: what `encodeWords` returns for words of this shape. */
  encodeBlankWords(shape: Shape): Tensor {
    return this.encodeBlank(shape);
  }

  /** Words of any shape as numbers or vectors; null marks a place without a word. */
  encodeWords(words: readonly (string | null)[], shape: readonly number[]): Tensor {
    const padding = this.config.outputMode === 'int' ? 0 : -1;
    const numbers = words.map((word) =>
      word === null ? padding : this.#vocabulary.numberOf(word),
    );
    const ids = tensor(Int32Array.from(numbers), { shape });
    return encodeNumbers(ids, this.#vocabulary, 'float32');
  }

  /** The words with these numbers, for `invert: true`; others give the token for unknown words. */
  async toText(numbers: Tensor | NestedArray): Promise<TextArray> {
    const { invert, oovToken } = this.config;
    if (!invert) {
      throw new ArgumentError({
        where: `${this.className} "${this.name}"`,
        what: 'only an inverted lookup turns numbers into words',
        fix: 'make another layer: layers.stringLookup({ vocabulary: layer.getVocabulary(), invert: true })',
      });
    }
    const given = numbers instanceof Tensor ? numbers : asTensor(numbers, 'int32');
    const words = this.#vocabulary.list();
    const found = Array.from(await given.data(), (number) => words[number] ?? oovToken);
    return nestedTexts(found, given.shape);
  }

  override getConfig(): PlainConfig {
    return configNow(super.getConfig(), this.#vocabulary);
  }

  override savedState(): SavedState {
    return stateOfVocabulary(this.#vocabulary, this.config.vocabulary === null);
  }

  override stateLoader(state: SavedState): () => void {
    return vocabularyLoader(
      this.#vocabulary,
      this.config.vocabulary === null,
      state,
      (line) => line,
    );
  }
}
