// Preprocessing layers through the tests that all layers should pass.

import { layers } from '../../../src/index.js';
import { checkLayer } from '../../harness/check-layer.js';

checkLayer('normalization', () => layers.normalization({ mean: [1, 2, 3], variance: [4, 5, 6] }), {
  inputs: [[2, 3]],
  output: [2, 3],
  refuses: [2, 4],
});
checkLayer('normalization, learnt', () => layers.normalization({ axis: [1, 2] }), {
  inputs: [[2, 3, 4]],
  output: [2, 3, 4],
  weights: 3,
  params: 25,
});
checkLayer('discretization', () => layers.discretization({ binBoundaries: [-0.5, 0, 0.5] }), {
  inputs: [[2, 3]],
  output: [2, 3],
  refuses: null,
});
checkLayer(
  'discretization, one-hot',
  () => layers.discretization({ binBoundaries: [-0.5, 0], outputMode: 'oneHot' }),
  { inputs: [[2, 4]], output: [2, 4, 3], refuses: null },
);
checkLayer(
  'categoryEncoding',
  () => layers.categoryEncoding({ numTokens: 5, outputMode: 'count' }),
  { inputs: [[2, 3]], output: [2, 5], below: 5, refuses: null },
);
checkLayer('integerLookup', () => layers.integerLookup({ vocabulary: [3, 1, 4] }), {
  inputs: [[2, 3]],
  output: [2, 3],
  below: 6,
  refuses: null,
});
checkLayer(
  'integerLookup, counts',
  () => layers.integerLookup({ vocabulary: [3, 1, 4], outputMode: 'count', numOovIndices: 2 }),
  { inputs: [[2, 3]], output: [2, 5], below: 6, refuses: null },
);
