// IntegerLookup: whole numbers of any size to numbers from 0 on, by a vocabulary; made of ops, so
// that it can be part of a model.
import { ArgumentError } from '../../../core/errors.js';
import { at } from '../../../core/sequence.js';
import type { PlainConfig } from '../../../core/serialized.js';
import type { Tensor } from '../../../core/tensor.js';
import { rowsOf } from '../../../core/text-array.js';
import {
  add,
  cast,
  equal,
  gather,
  greaterEqual,
  lessEqual,
  logicalAnd,
  mod,
  tensor,
  where,
} from '../../../ops/index.js';
import { Layer } from '../../layer.js';
import type { SavedState } from '../../saved-state.js';
import { type AdaptData, type AdaptOptions, batchesOf } from '../adapt-data.js';
import { encodeNumbers } from './encode-numbers.js';
import {
  configNow,
  type LookupConfig,
  type LookupOptions,
  lookupConfig,
} from './lookup-options.js';
import { stateOfVocabulary, vocabularyLoader } from './saved-vocabulary.js';
import { lastNotAbove } from './search-sorted.js';
import { TokenCounts } from './token-counts.js';
import { LEFT_OUT, Vocabulary } from './vocabulary.js';

/** Options of {@link IntegerLookup}. */
export interface IntegerLookupOptions extends LookupOptions<number> {
  /** Only `int64`, as Keras names it; tokens have to fit into 32 bits here. */
  readonly vocabularyDtype?: string;
}

type Config = LookupConfig<number> & { readonly vocabularyDtype: string };

function configOf(options: IntegerLookupOptions): Config {
  const extra = { oovToken: -1, vocabularyDtype: 'int64' };
  const config = lookupConfig('IntegerLookup', options, extra);
  const tokens = [...(config.vocabulary ?? []), config.maskToken ?? 0, config.oovToken];
  checkTokens(tokens);
  if (config.oovMethod === 'floormod' && config.salt === null) return config;
  throw new ArgumentError({
    where: 'IntegerLookup',
    what: 'unknown numbers cannot be hashed here',
    expected: "oovMethod: 'floormod' and no salt",
    received: `${config.oovMethod}${config.salt === null ? '' : ' with a salt'}`,
    fix: 'leave both out: unknown numbers are spread by their remainder',
  });
}

function checkTokens(tokens: readonly number[]): void {
  const wrong = tokens.find((token) => (token | 0) !== token);
  if (wrong === undefined) return;
  throw new ArgumentError({
    where: 'IntegerLookup',
    what: 'a token is no whole number of 32 bits',
    expected: 'whole numbers from -2147483648 to 2147483647',
    received: String(wrong),
    fix: 'use a StringLookup for larger ones',
  });
}

/**
 * Whole numbers such as identifiers to whole numbers from 0 on (int32), or to vectors, by a
 * vocabulary that is given or learnt by `adapt`. Numbers stand as in {@link StringLookup}; with
 * several places for unknown tokens, a token takes the place of its remainder. With `invert: true`
 * numbers become tokens again.
 *
 * Tokens have 32 bits. With `numOovIndices: 0` an unknown token gives -1, or a vector of zeros
 * (Keras stops with an error). Vectors are float32.
 *
 * @throws ArgumentError for tokens above 32 bits, and for `oovMethod: 'farmhash'`.
 * @example
 * ```ts
 * import { layers, tensor } from 'keratin';
 * const layer = layers.integerLookup({ vocabulary: [12, 36, 1138] });
 * console.log(await layer.apply(tensor([1138, 7])).array()); // [ 3, 0 ]
 * ```
 */
export class IntegerLookup extends Layer<Config> {
  static readonly className = 'IntegerLookup';
  static readonly kerasModule = 'keras.layers';
  readonly #vocabulary: Vocabulary<number>;

  constructor(options: IntegerLookupOptions = {}) {
    super(configOf(options));
    this.inputSpec = {};
    this.buildOnce(() => {});
    const { numOovIndices, vocabulary, idfWeights } = this.config;
    const bucket = (token: number): number =>
      ((token % numOovIndices) + numOovIndices) % numOovIndices;
    this.#vocabulary = new Vocabulary({ ...this.config, where: this.className, bucket });
    if (vocabulary !== null) this.#vocabulary.set(vocabulary, idfWeights ?? undefined);
  }

  /** The tokens by number, special ones included unless told otherwise. */
  getVocabulary(includeSpecialTokens = true): readonly number[] {
    return this.#vocabulary.list(includeSpecialTokens);
  }

  /** How many numbers there are, special tokens included. */
  vocabularySize(): number {
    return this.#vocabulary.size;
  }

  /** Replaces the vocabulary; in the mode `tfIdf` with one weight for each token. */
  setVocabulary(vocabulary: readonly number[], idfWeights?: readonly number[]): void {
    checkTokens(vocabulary);
    this.#vocabulary.set(vocabulary, idfWeights);
  }

  /** Learns the vocabulary, as {@link StringLookup.adapt}. */
  async adapt(data: AdaptData, options: AdaptOptions = {}): Promise<void> {
    if (this.config.vocabulary !== null) {
      throw new ArgumentError({
        where: `${this.className} "${this.name}"`,
        what: 'a layer that was given its vocabulary cannot be adapted',
        fix: 'leave vocabulary out, or call setVocabulary(tokens)',
      });
    }
    const counts = new TokenCounts<number>();
    for await (const { values, shape } of batchesOf(this.className, data, options)) {
      const tokens = Array.from(values, Number);
      checkTokens(tokens);
      counts.add(rowsOf(tokens, shape));
    }
    counts.teach(this.#vocabulary);
  }

  protected override call(x: Tensor): Tensor {
    const tokens = cast(x, 'int32');
    if (this.config.invert) return this.#tokensOf(tokens);
    return encodeNumbers(this.#numbersOf(tokens), this.#vocabulary, 'float32');
  }

  #tokensOf(numbers: Tensor): Tensor {
    const all = this.#vocabulary.list();
    const exists = logicalAnd(greaterEqual(numbers, 0), lessEqual(numbers, all.length - 1));
    if (all.length === 0) return where(exists, numbers, this.config.oovToken);
    const found = gather(tensor(Int32Array.from(all)), where(exists, numbers, 0));
    return where(exists, found, this.config.oovToken);
  }

  #numbersOf(tokens: Tensor): Tensor {
    const { maskToken, numOovIndices, outputMode } = this.config;
    const { oovStart, tokenStart, tokens: known } = this.#vocabulary;
    const unknown = this.#unknown(tokens, oovStart, numOovIndices);
    const numbers = known.length === 0 ? unknown : this.#find(tokens, known, tokenStart, unknown);
    if (maskToken === null) return numbers;
    return where(equal(tokens, maskToken), outputMode === 'int' ? 0 : LEFT_OUT, numbers);
  }

  #unknown(tokens: Tensor, start: number, places: number): Tensor {
    if (places > 1) return add(mod(tokens, places), start);
    const place = places === 0 ? LEFT_OUT : start;
    return tensor(new Int32Array(tokens.size).fill(place), { shape: tokens.shape });
  }

  #find(tokens: Tensor, known: readonly number[], start: number, unknown: Tensor): Tensor {
    const order = known.map((_, index) => index).sort((a, b) => at(known, a) - at(known, b));
    const sorted = Int32Array.from(order, (index) => at(known, index));
    const place = lastNotAbove(tokens, sorted);
    const found = equal(gather(tensor(sorted), place), tokens);
    const numbers = tensor(Int32Array.from(order, (index) => index + start));
    return where(found, gather(numbers, place), unknown);
  }

  override getConfig(): PlainConfig {
    return configNow(super.getConfig(), this.#vocabulary);
  }

  override savedState(): SavedState {
    return stateOfVocabulary(this.#vocabulary, this.config.vocabulary === null);
  }

  override stateLoader(state: SavedState): () => void {
    return vocabularyLoader(this.#vocabulary, this.config.vocabulary === null, state, (line) =>
      /^-?\d+$/.test(line) ? Number(line) : undefined,
    );
  }
}
