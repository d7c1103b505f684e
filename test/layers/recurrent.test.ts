// Recurrent layers through the tests that all layers should pass, on both engines.
import { layers } from '../../src/index.js';
import { checkLayer } from '../harness/check-layer.js';

const sequence = [2, 4, 3];

checkLayer('simpleRNN', () => layers.simpleRNN({ units: 5 }), {
  inputs: [sequence],
  output: [2, 5],
  weights: 3,
  params: 15 + 25 + 5,
});
checkLayer('lstm', () => layers.lstm({ units: 5 }), {
  inputs: [sequence],
  output: [2, 5],
  weights: 3,
  params: 4 * (15 + 25 + 5),
});
checkLayer('lstm sequences', () => layers.lstm({ units: 5, returnSequences: true }), {
  inputs: [sequence],
  output: [2, 4, 5],
  weights: 3,
});
checkLayer('lstm backwards', () => layers.lstm({ units: 2, goBackwards: true, useBias: false }), {
  inputs: [sequence],
  output: [2, 2],
  weights: 2,
});
checkLayer('lstm unrolled', () => layers.lstm({ units: 2, unroll: true }), {
  inputs: [sequence],
  output: [2, 2],
  weights: 3,
});
checkLayer('lstm dropout', () => layers.lstm({ units: 4, dropout: 0.5, seed: 1 }), {
  inputs: [sequence],
  output: [2, 4],
  weights: 3,
  random: true,
});
checkLayer('lstm recurrent dropout', () => layers.lstm({ units: 4, recurrentDropout: 0.2 }), {
  inputs: [sequence],
  output: [2, 4],
  weights: 3,
  random: true,
});
checkLayer('gru', () => layers.gru({ units: 5 }), {
  inputs: [sequence],
  output: [2, 5],
  weights: 3,
  params: 3 * (15 + 25 + 10),
});
checkLayer('gru reset before', () => layers.gru({ units: 5, resetAfter: false }), {
  inputs: [sequence],
  output: [2, 5],
  weights: 3,
  params: 3 * (15 + 25 + 5),
});
checkLayer(
  'gru reset before, dropout',
  () => layers.gru({ units: 5, resetAfter: false, dropout: 0.1, recurrentDropout: 0.1 }),
  { inputs: [sequence], output: [2, 5], weights: 3, random: true },
);
checkLayer('rnn', () => layers.rnn({ cell: layers.lstmCell({ units: 3 }) }), {
  inputs: [sequence],
  output: [2, 3],
  weights: 3,
});
checkLayer(
  'rnn of stacked cells',
  () => layers.rnn({ cell: [layers.gruCell({ units: 3 }), layers.simpleRNNCell({ units: 4 })] }),
  { inputs: [sequence], output: [2, 4], weights: 6 },
);
checkLayer(
  'bidirectional',
  () => layers.bidirectional({ layer: layers.gru({ units: 3, returnSequences: true }) }),
  { inputs: [sequence], output: [2, 4, 6], weights: 6 },
);
checkLayer(
  'bidirectional average',
  () => layers.bidirectional({ layer: layers.simpleRNN({ units: 3 }), mergeMode: 'ave' }),
  { inputs: [sequence], output: [2, 3], weights: 6 },
);
checkLayer(
  'timeDistributed lstm',
  () => layers.timeDistributed({ layer: layers.lstm({ units: 2 }) }),
  { inputs: [[2, 3, 4, 1]], output: [2, 3, 2], weights: 3 },
);
checkLayer(
  'timeDistributed statistics',
  () => layers.timeDistributed({ layer: layers.batchNormalization() }),
  { inputs: [[4, 3, 2]], output: [4, 3, 2], weights: 4, refuses: [4, 2] },
);
checkLayer('convLstm1d', () => layers.convLstm1d({ filters: 2, kernelSize: 2 }), {
  inputs: [[2, 3, 5, 2]],
  output: [2, 4, 2],
  weights: 3,
});
checkLayer(
  'convLstm2d',
  () => layers.convLstm2d({ filters: 2, kernelSize: 2, padding: 'same', returnSequences: true }),
  { inputs: [[2, 3, 4, 3, 1]], output: [2, 3, 4, 3, 2], weights: 3 },
);
checkLayer(
  'convLstm2d channels first, dropout',
  () =>
    layers.convLstm2d({
      filters: 2,
      kernelSize: 2,
      dataFormat: 'channelsFirst',
      dropout: 0.2,
      recurrentDropout: 0.2,
    }),
  { inputs: [[2, 3, 1, 4, 3]], output: [2, 2, 3, 2], weights: 3, random: true },
);
checkLayer('convLstm3d', () => layers.convLstm3d({ filters: 1, kernelSize: 2, strides: 2 }), {
  inputs: [[1, 2, 4, 4, 4, 1]],
  output: [1, 2, 2, 2, 1],
  weights: 3,
});
checkLayer(
  'rnn of convolutional cells',
  () => layers.rnn({ cell: layers.convLstm2dCell({ filters: 2, kernelSize: [2, 2] }) }),
  { inputs: [[2, 3, 4, 3, 1]], output: [2, 3, 2, 2], weights: 3, refuses: [2, 3, 4] },
);
