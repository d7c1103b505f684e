// The names of the TensorFlow.js Layers API, and ours: mostly the same, so that users change an import.
import { ours } from './keras-names.js';

type Table = (head: readonly string[], rows: readonly (readonly string[])[]) => string;

/** Names by namespace; '' is the top. A name that is called otherwise here is written `theirs=ours`. */
const NAMES: Readonly<Record<string, string>> = {
  '': `model sequential input loadLayersModel LayersModel=Model Sequential SymbolicTensor InputSpec=Layer
    Callback=callbacks.Callback CallbackList=callbacks.CallbackList
    CustomCallback=callbacks.LambdaCallback EarlyStopping=callbacks.EarlyStopping
    History=callbacks.History RNN LayerVariable=Weight`,
  layers: `inputLayer dense activation dropout spatialDropout1d flatten repeatVector reshape permute
    embedding masking elu reLU leakyReLU prelu softmax thresholdedReLU conv1d conv2d conv2dTranspose
    conv3d conv3dTranspose separableConv2d depthwiseConv2d cropping2D upSampling2d zeroPadding2d gru
    gruCell lstm lstmCell simpleRNN simpleRNNCell convLstm2d convLstm2dCell rnn stackedRNNCells add
    average concatenate maximum minimum multiply dot batchNormalization layerNormalization
    averagePooling1d avgPool1d avgPooling1d averagePooling2d avgPool2d avgPooling2d averagePooling3d
    avgPool3d avgPooling3d globalAveragePooling1d globalAveragePooling2d globalMaxPooling1d
    globalMaxPooling2d maxPooling1d maxPooling2d maxPooling3d globalMaxPool1d globalMaxPool2d
    maxPool1d maxPool2d Layer=Layer RNN=RNN RNNCell=RNNCell input gaussianNoise gaussianDropout
    alphaDropout bidirectional timeDistributed rescaling centerCrop resizing categoryEncoding
    randomWidth`,
  activations: `elu hardSigmoid linear relu relu6 selu sigmoid softmax logSoftmax softplus softsign
    tanh swish mish gelu gelu_new`,
  initializers: `zeros ones constant randomUniform randomNormal truncatedNormal identity
    varianceScaling glorotUniform glorotNormal heNormal heUniform leCunNormal leCunUniform orthogonal`,
  constraints: 'maxNorm unitNorm nonNeg minMaxNorm',
  regularizers: 'l1 l2 l1l2',
  callbacks: 'earlyStopping',
  train: 'sgd momentum rmsprop adam adadelta adamax adagrad',
  losses: `absoluteDifference computeWeightedLoss cosineDistance hingeLoss huberLoss logLoss
    meanSquaredError sigmoidCrossEntropy softmaxCrossEntropy`,
  metrics: `binaryAccuracy binaryCrossentropy sparseCategoricalAccuracy categoricalAccuracy
    categoricalCrossentropy precision recall cosineProximity meanAbsoluteError
    meanAbsolutePercentageError MAPE mape meanSquaredError MSE mse r2Score`,
  data: 'array csv func generator zip microphone webcam Dataset CSVDataset TextLineDataset FileDataSource URLDataSource',
};

/** What differs in use, or why a name is missing. */
const NOTES: Readonly<Record<string, string>> = {
  loadLayersModel: 'opens .keras and .h5 files, not model.json',
  LayersModel: 'the class is called Model, as in Keras',
  InputSpec: 'a type here: a record such as { rank: 2 }',
  CustomCallback: 'or any object with hooks',
  registerCallbackConstructor: 'pass callbacks to fit',
  'losses.meanSquaredError': 'gives one loss a sample, as in Keras; take its mean',
  'layers.randomWidth': 'not in Keras 3: use randomZoom or resizing',
  'layers.convLstm2dCell': 'the cell is inside convLstm2d, as in Keras 3',
  'layers.thresholdedReLU': 'called with theta, as there; a reLU layer with this threshold',
  'activations.gelu_new': 'gelu with `approximate: true`',
  'data.microphone': 'the Web Audio interface gives samples as arrays',
  'data.webcam': 'a canvas gives pixels as arrays',
};

/** A name of TensorFlow.js and where it is here. */
export interface TensorFlowName {
  readonly theirs: string;
  readonly ours: string | undefined;
  readonly note: string;
}

/** All names, in the order of the table. */
export function tensorFlowNames(): TensorFlowName[] {
  return Object.entries(NAMES).flatMap(([space, list]) =>
    list.split(/\s+/).map((entry) => {
      const [name = '', renamed] = entry.split('=');
      const theirs = space === '' ? name : `${space}.${name}`;
      const path = renamed ?? theirs;
      const isHere = ours(path) !== undefined;
      return {
        theirs,
        ours: isHere ? path : undefined,
        note: NOTES[theirs] ?? (isHere ? '' : 'not yet'),
      };
    }),
  );
}

/** The tables of the page. */
export function tensorFlowJsTables(table: Table): string {
  const names = tensorFlowNames();
  const here = names.filter((name) => name.ours !== undefined).length;
  const rows = names.map(({ theirs, ours: own, note }) => [
    `\`tf.${theirs}\``,
    own === undefined ? '' : `\`${own}\``,
    note,
  ]);
  return `## TensorFlow.js

The names of its Layers API: ${here} of ${names.length} are here.

${table(['TensorFlow.js', 'Keratin', 'note'], rows)}`;
}
