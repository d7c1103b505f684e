// Vocabularies in files, as Keras lays them out: `vocabulary.txt` with one token a line among the
// assets, and the weights of the mode tf_idf as `idf_weights` among the arrays.
import { FormatError, KeratinError } from '../../../core/errors.js';
import type { SavedState } from '../../saved-state.js';
import type { Token, Vocabulary } from './vocabulary.js';

const FILE = 'vocabulary.txt';
const WEIGHTS = 'idf_weights';

/** What files hold of a vocabulary; its tokens are in the config unless they were `learnt`. */
export function stateOfVocabulary<T extends Token>(
  vocabulary: Vocabulary<T>,
  learnt: boolean,
): SavedState {
  const weighed = vocabulary.rules.outputMode === 'tf_idf' && vocabulary.tokens.length > 0;
  return {
    numbers: new Map(weighed ? [[WEIGHTS, vocabulary.weights]] : []),
    texts: new Map(learnt ? [[FILE, vocabulary.list().join('\n')]] : []),
  };
}

/** Lines without the empty ones at the end, as Keras reads them. */
function linesOf(text: string): string[] {
  const lines = text.split(/\r\n|\n|\r/);
  while (lines.at(-1) === '') lines.pop();
  return lines;
}

function misfit(where: string, what: string, expected: string, received: string): FormatError {
  return new FormatError({ where, what, expected, received, fix: 'save the model again' });
}

/** Sets tokens; that they do not fit is the fault of the file. */
function trySet<T extends Token>(
  vocabulary: Vocabulary<T>,
  tokens: readonly T[],
  weights: Float32Array | undefined,
): void {
  try {
    vocabulary.set(tokens, weights?.subarray(0, tokens.length));
  } catch (error) {
    if (!(error instanceof KeratinError)) throw error;
    throw new FormatError(error.details, { cause: error });
  }
}

/** Checks what files hold and returns what takes it over; `tokenOf` reads a line. */
export function vocabularyLoader<T extends Token>(
  vocabulary: Vocabulary<T>,
  learnt: boolean,
  state: SavedState,
  tokenOf: (line: string) => T | undefined,
): () => void {
  const { where, outputMode } = vocabulary.rules;
  const fresh = vocabulary.emptyCopy();
  const text = learnt ? state.texts.get(FILE) : undefined;
  const weights = outputMode === 'tf_idf' ? state.numbers.get(WEIGHTS) : undefined;
  const tokens = text === undefined ? vocabulary.list() : linesOf(text).map(tokenOf);
  const known = tokens.filter((token) => token !== undefined);
  if (known.length < tokens.length) {
    throw misfit(where, `${FILE} holds a line that is no token`, 'a whole number a line', 'text');
  }
  // Files of a layer that never learnt anything list its special tokens only.
  const nothing = known.length <= vocabulary.tokenStart;
  if (!nothing) trySet(fresh, known, weights);
  if (weights !== undefined && weights.length !== fresh.depth) {
    const expected = `${fresh.depth} numbers`;
    throw misfit(where, 'the weights of the tokens do not fit', expected, String(weights.length));
  }
  return () => {
    if (nothing) return;
    trySet(vocabulary, known, weights);
    if (weights !== undefined) vocabulary.setWeights(weights.slice());
  };
}
