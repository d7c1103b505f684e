// Whole numbers as vectors: one-hot, multi-hot and counts. Shared by the layers that give categories.
import type { DType } from '../../core/dtype.js';
import { ArgumentError, unknownName } from '../../core/errors.js';
import { spellingFree } from '../../core/names.js';
import { at } from '../../core/sequence.js';
import type { Tensor } from '../../core/tensor.js';
import { cast, expandDims, max, mul, oneHot, reshape, sum } from '../../ops/index.js';

/** How categories come out, in Keras's spelling. */
export type EncodedMode = 'one_hot' | 'multi_hot' | 'count';

/** How layers with a vocabulary give categories, in Keras's spelling. */
export type KerasOutputMode = EncodedMode | 'int' | 'tf_idf';

/**
 * `int`: indices. `oneHot`: a vector for each; `multiHot`: which of them a sample has; `count`: how
 * often; `tfIdf`: counts times weights. Keras's spelling is taken too.
 */
export type OutputMode = KerasOutputMode | 'oneHot' | 'multiHot' | 'tfIdf' | 'binary' | 'tf-idf';

const SPELLINGS: readonly (readonly [name: string, keras: KerasOutputMode])[] = [
  ['int', 'int'],
  ['oneHot', 'one_hot'],
  ['multiHot', 'multi_hot'],
  ['count', 'count'],
  ['tfIdf', 'tf_idf'],
];

/** Older names of Keras's. */
const OLD: Readonly<Record<string, KerasOutputMode>> = { binary: 'multi_hot', 'tf-idf': 'tf_idf' };

/** The output mode in Keras's spelling; throws unless it is one of `allowed`. */
export function outputModeOf<Mode extends KerasOutputMode>(
  where: string,
  mode: string,
  allowed: readonly Mode[],
): Mode {
  const key = spellingFree(mode);
  const keras = OLD[mode] ?? SPELLINGS.find(([name]) => spellingFree(name) === key)?.[1];
  const found = allowed.find((one) => one === keras);
  if (found !== undefined) return found;
  const names = SPELLINGS.filter(([, name]) => allowed.some((one) => one === name));
  throw unknownName(
    'output mode',
    mode,
    names.map(([name]) => name),
    where,
  );
}

/** Throws for `sparse: true`: there are no sparse tensors here. */
export function refuseSparse(where: string, sparse: boolean): void {
  if (!sparse) return;
  throw new ArgumentError({
    where,
    what: 'there are no sparse tensors',
    expected: 'sparse: false',
    received: 'sparse: true',
    fix: 'leave sparse out: the values are the same, stored densely',
  });
}

/**
 * Whole numbers below `depth` as vectors; numbers outside give zeros. As in Keras, `multi_hot` and
 * `count` gather over axis 1, or over the only axis of a vector, and `one_hot` uses a last axis of
 * size 1 instead of adding one.
 */
export function encodeCategories(
  ids: Tensor,
  mode: EncodedMode,
  depth: number,
  dtype: DType,
  weights?: Tensor,
): Tensor {
  const whole = cast(ids.rank === 0 ? reshape(ids, [1]) : ids, 'int32');
  if (mode === 'one_hot') {
    const single = whole.rank > 1 && at(whole.shape, -1) === 1;
    return oneHot(single ? reshape(whole, whole.shape.slice(0, -1)) : whole, depth, { dtype });
  }
  const axis = whole.rank > 1 ? 1 : 0;
  const each = oneHot(whole, depth, { dtype: weights?.dtype ?? dtype });
  if (mode === 'multi_hot') return max(each, { axis });
  return sum(weights === undefined ? each : mul(each, expandDims(weights, -1)), { axis });
}
