// Numbers of tokens as the tensor that a lookup layer gives.
import type { DType } from '../../../core/dtype.js';
import { StateError } from '../../../core/errors.js';
import { isInferring } from '../../../core/inference.js';
import type { Tensor } from '../../../core/tensor.js';
import { mul, tensor, zeros } from '../../../ops/index.js';
import { encodeCategories } from '../encode-categories.js';
import type { Token, Vocabulary } from './vocabulary.js';

/** Numbers (int32) as they are, or as vectors of the vocabulary's depth. */
export function encodeNumbers<T extends Token>(
  numbers: Tensor,
  vocabulary: Vocabulary<T>,
  dtype: DType,
): Tensor {
  const { outputMode, where } = vocabulary.rules;
  if (outputMode === 'int') return numbers;
  const { depth } = vocabulary;
  // Where only shapes are wanted, as while a file is read, the size alone will do.
  const ready = vocabulary.tokens.length > 0 || vocabulary.rules.padToMaxTokens || isInferring();
  if (depth === null || !ready) {
    throw new StateError({
      where,
      what: 'the vocabulary is not known yet, so vectors have no length',
      fix: 'call await layer.adapt(data) first, or give a vocabulary',
    });
  }
  const mode = outputMode === 'tf_idf' ? 'count' : outputMode;
  const encoded = encodeCategories(numbers, mode, depth, dtype);
  if (outputMode !== 'tf_idf') return encoded;
  return mul(encoded, isInferring() ? zeros([depth]) : tensor(vocabulary.weights));
}
