// Counts of tokens over a data set: what `adapt` makes a vocabulary of.
import type { Token, Vocabulary } from './vocabulary.js';

/** Ascending, strings by code points: the order of their UTF-8 bytes, which Keras sorts by. */
function compareTokens(a: Token, b: Token): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [one, other] = [Array.from(String(a)), Array.from(String(b))];
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index++) {
    const distance = (one[index]?.codePointAt(0) ?? 0) - (other[index]?.codePointAt(0) ?? 0);
    if (distance !== 0) return distance;
  }
  return one.length - other.length;
}

/** How often each token was seen, and in how many documents. */
export class TokenCounts<T extends Token> {
  readonly #counts = new Map<T, number>();
  readonly #documents = new Map<T, number>();
  #documentCount = 0;

  /** Adds documents, each a list of tokens. */
  add(documents: Iterable<readonly T[]>): void {
    for (const document of documents) {
      this.#documentCount++;
      for (const token of document) this.#counts.set(token, (this.#counts.get(token) ?? 0) + 1);
      for (const token of new Set(document)) {
        this.#documents.set(token, (this.#documents.get(token) ?? 0) + 1);
      }
    }
  }

  /** The tokens, most frequent first, equally frequent ones in descending order; `most` of them. */
  sorted(without: readonly (T | null)[], most: number): readonly T[] {
    const special = new Set<T | null>(without);
    const tokens = [...this.#counts.keys()].filter((token) => !special.has(token));
    const count = (token: T): number => this.#counts.get(token) ?? 0;
    tokens.sort((a, b) => count(b) - count(a) || compareTokens(b, a));
    return tokens.slice(0, Math.max(most, 0));
  }

  /** log(1 + documents / (1 + documents with the token)) for each token. */
  inverseDocumentFrequencies(tokens: readonly T[]): Float32Array {
    return Float32Array.from(tokens, (token) =>
      Math.log(1 + this.#documentCount / (1 + (this.#documents.get(token) ?? 0))),
    );
  }

  /** Makes `vocabulary` hold what was counted; nothing changes where nothing was. */
  teach(vocabulary: Vocabulary<T>): void {
    if (this.#counts.size === 0) return;
    const { maskToken, oovToken, maxTokens, outputMode } = vocabulary.rules;
    const most = maxTokens === null ? Number.POSITIVE_INFINITY : maxTokens - vocabulary.tokenStart;
    const tokens = this.sorted([maskToken, oovToken], most);
    const weights = outputMode === 'tf_idf' ? this.inverseDocumentFrequencies(tokens) : undefined;
    vocabulary.learn(tokens, weights);
  }
}
