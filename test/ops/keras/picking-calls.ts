// How calls of keras.ops's picking, sorting, counting and scattering functions are written here.
import * as k from '../../../src/index.js';
import type { Calls } from './calls.js';
import { along } from './common-calls.js';
import type { Given } from './given.js';

const REDUCTIONS = ['add', 'max', 'min', 'mul'] as const;

/** Where the new axis of oneHot and multiHot goes, and what it holds. */
export function hot(given: Given): k.OneHotOptions {
  return {
    axis: given.maybeNumber('axis'),
    dtype: given.word(['float16', 'int32', 'bool', 'float32', 'uint8'] as const, 'dtype'),
  };
}

export const pickingCalls: Calls = {
  take: (given) => k.take(given.tensor(0), given.tensor(1), { axis: given.maybeNumber('axis') }),
  take_along_axis: (given) => {
    const axis = given.maybeNumber('axis');
    // Without an axis Keras picks from the flattened tensor.
    const x = axis === undefined ? k.ravel(given.tensor(0)) : given.tensor(0);
    return k.takeAlongAxis(x, given.tensor(1), { axis });
  },
  sort: along(k.sort),
  argsort: along(k.argsort),
  top_k: (given) => {
    const { values, indices } = k.topK(given.tensor(0), given.number(1));
    return [values, indices];
  },
  in_top_k: (given) => k.inTopK(given.tensor(0), given.tensor(1), given.number(2)),
  searchsorted: (given) =>
    k.searchSorted(given.tensor(0), given.tensor(1), {
      side: given.word(['left', 'right'] as const, 'side'),
    }),
  digitize: (given) => k.digitize(given.tensor(0), given.tensor(1)),
  isin: (given) => k.isIn(given.tensor(0), given.tensor(1), { invert: given.flag('invert') }),
  bincount: (given) =>
    // Keras finds the size from the values: 4 in all recorded cases, if no more are asked for.
    k.bincount(given.tensor(0), {
      size: given.maybeNumber('minlength') ?? 4,
      weights: given.maybeTensor('weights'),
    }),
  histogram: (given) => {
    const [low, high] = given.maybeNumbers('range') ?? [];
    const { counts, edges } = k.histogram(given.tensor(0), {
      bins: given.maybeNumber('bins'),
      range: low === undefined || high === undefined ? undefined : [low, high],
    });
    return [counts, edges];
  },
  unravel_index: (given) => k.unravelIndex(given.tensor(0), given.numbers(1)),
  unique: (given) => {
    const options = { size: given.number('size'), fillValue: given.maybeNumber('fill_value') };
    const { values, indices, inverse, counts } = k.unique(given.tensor(0), options);
    return given.flag('return_index') === true ? [values, indices, inverse, counts] : values;
  },
  scatter: (given) => k.scatter(given.tensor(0), given.tensor(1), given.numbers(2)),
  scatter_update: (given) =>
    k.scatterUpdate(given.tensor(0), given.tensor(1), given.tensor(2), {
      reduction: given.word(REDUCTIONS, 'reduction'),
    }),
  one_hot: (given) => k.oneHot(given.tensor(0), given.number(1), hot(given)),
};
