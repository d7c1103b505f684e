// Vocabulary: tokens and their numbers, with places kept for masks and unknown tokens. On the host;
// the lookup layers and TextVectorization use it.
import { ArgumentError, StateError } from '../../../core/errors.js';
import type { KerasOutputMode } from '../encode-categories.js';

/** A word or a whole number. */
export type Token = string | number;

/** What is said of a vocabulary besides its tokens. */
export interface VocabularyRules<T extends Token> {
  /** The layer, for errors. */
  readonly where: string;
  readonly maxTokens: number | null;
  readonly numOovIndices: number;
  readonly maskToken: T | null;
  readonly oovToken: T;
  readonly outputMode: KerasOutputMode;
  readonly padToMaxTokens: boolean;
  /** The size that a file says the vocabulary has, before it is there. */
  readonly vocabularySize: number | null;
  readonly invert: boolean;
  /** Which of several places an unknown token takes. */
  readonly bucket: (token: T) => number;
}

/** The number that says: leave this token out. */
export const LEFT_OUT = -1;

function same<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index] ?? 0;
  return sum / values.length;
}

/** Tokens with their numbers: first the mask (mode `int`), then unknown tokens, then the tokens. */
export class Vocabulary<T extends Token> {
  readonly rules: VocabularyRules<T>;
  #tokens: readonly T[] = [];
  #numbers: ReadonlyMap<T, number> = new Map();
  #weights: Float32Array | undefined;

  constructor(rules: VocabularyRules<T>) {
    this.rules = rules;
  }

  /** The number of the first unknown token. */
  get oovStart(): number {
    const { maskToken, outputMode } = this.rules;
    return maskToken !== null && outputMode === 'int' ? 1 : 0;
  }

  /** The number of the first token. */
  get tokenStart(): number {
    return this.oovStart + this.rules.numOovIndices;
  }

  /** The tokens without the special ones, in the order of their numbers. */
  get tokens(): readonly T[] {
    return this.#tokens;
  }

  /** How many numbers there are, special ones included. */
  get size(): number {
    return this.tokenStart + this.#tokens.length;
  }

  /** The length of encoded vectors; null while it is not known. */
  get depth(): number | null {
    const { padToMaxTokens, maxTokens, vocabularySize } = this.rules;
    if (padToMaxTokens && maxTokens !== null) return maxTokens;
    return this.#tokens.length > 0 ? this.size : vocabularySize;
  }

  /** What counts are multiplied by in the mode `tf_idf`, one for each number. */
  get weights(): Float32Array {
    if (this.#weights !== undefined) return this.#weights;
    throw new StateError({
      where: this.rules.where,
      what: 'the weights of the tokens are not known yet',
      fix: 'call await layer.adapt(data) first, or give vocabulary and idfWeights',
    });
  }

  /** The tokens that stand before all others. */
  get specials(): readonly T[] {
    const { maskToken, oovToken, numOovIndices } = this.rules;
    const unknown = new Array<T>(numOovIndices).fill(oovToken);
    return maskToken === null || this.oovStart === 0 ? unknown : [maskToken, ...unknown];
  }

  /** All tokens by number; special ones too unless told otherwise. */
  list(includeSpecialTokens = true): readonly T[] {
    if (!includeSpecialTokens) return this.#tokens;
    return [...this.specials, ...this.#tokens];
  }

  /** The number of a token; {@link LEFT_OUT} for masks outside the mode `int`. */
  numberOf(token: T): number {
    const { maskToken, outputMode, numOovIndices } = this.rules;
    if (maskToken !== null && token === maskToken) return outputMode === 'int' ? 0 : LEFT_OUT;
    const known = this.#numbers.get(token);
    if (known !== undefined) return known;
    if (numOovIndices === 1) return this.oovStart;
    if (numOovIndices > 1) return this.oovStart + this.rules.bucket(token);
    throw new ArgumentError({
      where: this.rules.where,
      what: 'a token is not in the vocabulary, and there is no place for unknown ones',
      expected: 'a token of the vocabulary',
      received: JSON.stringify(token).slice(0, 200),
      fix: 'use numOovIndices: 1',
    });
  }

  /** Replaces the tokens, and where there are some their weights. Throws before it changes anything. */
  set(given: readonly T[], weights?: ArrayLike<number>): void {
    const { maxTokens } = this.rules;
    const withSpecials = same(given.slice(0, this.tokenStart), this.specials);
    const tokens = withSpecials ? given.slice(this.tokenStart) : [...given];
    this.#check(given, tokens);
    const size = this.tokenStart + tokens.length;
    if (maxTokens !== null && size > maxTokens) {
      throw new ArgumentError({
        where: this.rules.where,
        what: 'the vocabulary is larger than maxTokens',
        expected: `at most ${maxTokens}, with ${this.tokenStart} special ones`,
        received: String(size),
        fix: 'give fewer tokens, or a larger maxTokens',
      });
    }
    const kept = this.#weightsFor(given.length, weights, withSpecials ? 0 : this.tokenStart);
    this.#replace(tokens, kept);
  }

  /** Takes learnt tokens, and their weights where there are some; unknown ones get the mean. */
  learn(tokens: readonly T[], weights?: Float32Array): void {
    this.#replace(
      tokens,
      weights === undefined ? undefined : this.#padded(weights, this.tokenStart),
    );
  }

  /** Another vocabulary of the same rules, to try tokens on. */
  emptyCopy(): Vocabulary<T> {
    return new Vocabulary(this.rules);
  }

  /** Weights for all numbers, as files hold them. */
  setWeights(weights: Float32Array): void {
    this.#weights = weights;
  }

  #replace(tokens: readonly T[], weights: Float32Array | undefined): void {
    this.#numbers = new Map(tokens.map((token, index) => [token, this.tokenStart + index]));
    this.#tokens = tokens;
    if (weights !== undefined) this.#weights = weights;
  }

  #check(given: readonly T[], tokens: readonly T[]): void {
    const { where, maskToken, oovToken, invert } = this.rules;
    if (given.length === 0) {
      throw new ArgumentError({
        where,
        what: 'the vocabulary is empty',
        expected: 'at least one token',
        fix: 'leave it out and call adapt(data), or give tokens',
      });
    }
    const seen = new Set<T>();
    const twice = tokens.find((token) => seen.size === seen.add(token).size);
    const reserved = tokens.find((token) => token === maskToken || (invert && token === oovToken));
    const wrong = twice ?? reserved;
    if (wrong === undefined) return;
    throw new ArgumentError({
      where,
      what:
        twice === undefined
          ? 'a special token stands among the others'
          : 'a token is in the vocabulary twice',
      expected: `every token once, the special ones nowhere or first: ${JSON.stringify(this.specials)}`,
      received: JSON.stringify(wrong).slice(0, 200),
      fix: 'take it out',
    });
  }

  #weightsFor(
    tokens: number,
    weights: ArrayLike<number> | undefined,
    before: number,
  ): Float32Array | undefined {
    const wanted = this.rules.outputMode === 'tf_idf';
    if (
      wanted === (weights !== undefined) &&
      (weights === undefined || weights.length === tokens)
    ) {
      return weights === undefined ? undefined : this.#padded(weights, before);
    }
    throw new ArgumentError({
      where: this.rules.where,
      what: 'idfWeights do not fit',
      expected: wanted ? `${tokens} weights, one for each token` : 'none: outputMode is not tfIdf',
      received: weights === undefined ? 'none' : String(weights.length),
      fix: wanted ? 'give one weight for each token' : 'leave idfWeights out',
    });
  }

  /** Weights with their mean before them and, where vectors are longer, zeros behind. */
  #padded(weights: ArrayLike<number>, before: number): Float32Array {
    const { padToMaxTokens, maxTokens } = this.rules;
    const length = before + weights.length;
    const result = new Float32Array(padToMaxTokens && maxTokens !== null ? maxTokens : length);
    result.fill(mean(weights), 0, before);
    result.set(Array.from(weights), before);
    return result;
  }
}
