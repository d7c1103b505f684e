// Models made here of recurrent layers, cells and wrappers, for the tests of files.
import { layers, Model, optimizers } from '../../src/index.js';
import { integers, numbers, type OwnModel } from './own-numbers.js';

const BATCH = 4;

/** Words with padding to numbers: masks, states that go on in another layer, cells of all kinds. */
function translation(): OwnModel {
  const words = layers.input({ shape: [5], dtype: 'int32', name: 'words' });
  const vectors = layers.embedding({ inputDim: 6, outputDim: 3, maskZero: true }).apply(words);
  const encoder = layers.lstm({ units: 2, returnSequences: true, returnState: true });
  const [encoded, ...states] = layers.bidirectional({ layer: encoder }).apply(vectors);
  if (encoded === undefined) throw new Error('no output');
  const [h, c] = [states[0], states[3]];
  if (h === undefined || c === undefined) throw new Error('no states');
  const decoder = layers.lstm({
    units: 2,
    returnSequences: true,
    recurrentActivation: 'hardSigmoid',
  });
  const decoded = decoder.apply(encoded, { initialState: [h, c] });
  const cells = [
    layers.gruCell({ units: 3 }),
    layers.lstmCell({ units: 2, kernelRegularizer: 'l2' }),
    layers.simpleRNNCell({ units: 3, recurrentConstraint: 'unitNorm' }),
  ];
  const stack = layers.rnn({ cell: cells, returnSequences: true }).apply(decoded);
  const each = layers.timeDistributed({ layer: layers.dense({ units: 2 }) }).apply(stack);
  const gru = layers.gru({ units: 2, resetAfter: false, goBackwards: true }).apply(each);
  const last = layers.simpleRNN({ units: 2, unroll: true }).apply(each);
  const outputs = layers.add().apply([gru, last]);
  const model = new Model({ inputs: words, outputs, name: 'own_translation' });
  model.compile({ optimizer: new optimizers.RMSprop({ learningRate: 0.01 }), loss: 'mse' });
  return { model, inputs: integers([BATCH, 5], 6), y: numbers([BATCH, 2]) };
}

/** Convolutional LSTMs over one, two and three axes of space. */
function video(): OwnModel {
  const frames = layers.input({ shape: [3, 4, 4, 1], name: 'frames' });
  const images = layers
    .convLstm2d({ filters: 2, kernelSize: 3, padding: 'same', returnSequences: true })
    .apply(frames);
  const small = layers
    .convLstm2d({ filters: 1, kernelSize: 2, strides: 2, returnSequences: true })
    .apply(images);
  const rows = layers.reshape({ targetShape: [3, 4, 1] }).apply(small);
  const line = layers.convLstm1d({ filters: 1, kernelSize: 2, dilationRate: 2 }).apply(rows);
  const volumes = layers.reshape({ targetShape: [3, 2, 2, 4, 2] }).apply(images);
  const volume = layers
    .bidirectional({ layer: layers.convLstm3d({ filters: 1, kernelSize: 2 }), mergeMode: 'sum' })
    .apply(volumes);
  const joined = layers
    .concatenate()
    .apply([layers.flatten().apply(line), layers.flatten().apply(volume)]);
  const model = new Model({ inputs: frames, outputs: joined, name: 'own_video' });
  model.compile({ optimizer: new optimizers.SGD({ learningRate: 0.05 }), loss: 'mse' });
  return { model, inputs: numbers([BATCH, 3, 4, 4, 1]), y: numbers([BATCH, 5]) };
}

/** A layer that goes on where it stopped: its states are no part of the file. */
function stateful(): OwnModel {
  const x = layers.input({ batchShape: [BATCH, 3, 2] });
  const hidden = layers.gru({ units: 3, stateful: true, dropout: 0.1, seed: 2 }).apply(x);
  const model = new Model({ inputs: x, outputs: hidden, name: 'own_stateful' });
  return { model, inputs: numbers([BATCH, 3, 2]) };
}

export const OWN_RECURRENT: Readonly<Record<string, () => OwnModel>> = {
  'recurrent-translation': translation,
  'recurrent-video': video,
  'recurrent-stateful': stateful,
};
