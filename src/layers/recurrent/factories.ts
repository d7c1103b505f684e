// Functions for recurrent layers. With `returnState` a layer gives a list, and its type says so.
import type { Tensor } from '../../core/tensor.js';
import type { Layer } from '../layer.js';
import type { Resolved } from '../options.js';
import type { TensorTree } from '../symbolic.js';
import {
  Bidirectional,
  type BidirectionalOptions,
  type MergeMode,
  type Recurrent,
} from './bidirectional.js';
import { ConvLSTM1D, ConvLSTM2D, ConvLSTM3D, type ConvLSTMLayerOptions } from './conv-lstm.js';
import { ConvLSTMCell } from './conv-lstm-cell.js';
import type { ConvLSTMOptions } from './conv-lstm-options.js';
import { GRU, type GRUOptions } from './gru.js';
import { GRUCell, type GRUCellOptions } from './gru-cell.js';
import { LSTM, type LSTMOptions } from './lstm.js';
import { LSTMCell, type LSTMCellOptions } from './lstm-cell.js';
import type { SequenceOptions } from './options.js';
import type { RecurrentLayer } from './recurrent-layer.js';
import { RNN, type RNNOptions } from './rnn.js';
import { SimpleRNN, type SimpleRNNOptions } from './simple-rnn.js';
import { SimpleRNNCell, type SimpleRNNCellOptions } from './simple-rnn-cell.js';
import { StackedRNNCells, type StackedRNNCellsOptions } from './stacked-cells.js';

/** What says that the last states are given back too. */
interface WithState {
  readonly returnState: true;
}

/** What says that they are not. */
interface WithoutState {
  readonly returnState?: false;
}

/** A layer of which it is not known beforehand whether it gives back one tensor or several. */
type Either<Options extends SequenceOptions> = RecurrentLayer<Resolved<Options>, TensorTree>;

/** One step of a fully connected recurrent network, for `layers.rnn`. */
export const simpleRNNCell = (options: SimpleRNNCellOptions): SimpleRNNCell =>
  new SimpleRNNCell(options);
/** One step of a long short-term memory, for `layers.rnn`. */
export const lstmCell = (options: LSTMCellOptions): LSTMCell => new LSTMCell(options);
/** One step of a gated recurrent unit, for `layers.rnn`. */
export const gruCell = (options: GRUCellOptions): GRUCell => new GRUCell(options);
/** One step of a convolutional LSTM over rows, for `layers.rnn`. */
export const convLstm1dCell = (options: ConvLSTMOptions): ConvLSTMCell =>
  new ConvLSTMCell({ ...options, rank: 1 });
/** One step of a convolutional LSTM over images, for `layers.rnn`. */
export const convLstm2dCell = (options: ConvLSTMOptions): ConvLSTMCell =>
  new ConvLSTMCell({ ...options, rank: 2 });
/** One step of a convolutional LSTM over volumes, for `layers.rnn`. */
export const convLstm3dCell = (options: ConvLSTMOptions): ConvLSTMCell =>
  new ConvLSTMCell({ ...options, rank: 3 });
/** Cells on top of each other, for `layers.rnn`. */
export const stackedRNNCells = (options: StackedRNNCellsOptions): StackedRNNCells =>
  new StackedRNNCells(options);

/** A fully connected recurrent network over a sequence. */
export function simpleRNN(options: SimpleRNNOptions & WithState): SimpleRNN<readonly Tensor[]>;
export function simpleRNN(options: SimpleRNNOptions & WithoutState): SimpleRNN;
export function simpleRNN(options: SimpleRNNOptions): Either<SimpleRNNOptions>;
export function simpleRNN(options: SimpleRNNOptions): Either<SimpleRNNOptions> {
  return new SimpleRNN(options);
}

/** Long short-term memory over a sequence. */
export function lstm(options: LSTMOptions & WithState): LSTM<readonly Tensor[]>;
export function lstm(options: LSTMOptions & WithoutState): LSTM;
export function lstm(options: LSTMOptions): Either<LSTMOptions>;
export function lstm(options: LSTMOptions): Either<LSTMOptions> {
  return new LSTM(options);
}

/** A gated recurrent unit over a sequence. */
export function gru(options: GRUOptions & WithState): GRU<readonly Tensor[]>;
export function gru(options: GRUOptions & WithoutState): GRU;
export function gru(options: GRUOptions): Either<GRUOptions>;
export function gru(options: GRUOptions): Either<GRUOptions> {
  return new GRU(options);
}

/** Any cell, or a list of cells, over a sequence. */
export function rnn(options: RNNOptions & WithState): RNN<readonly TensorTree[]>;
export function rnn(options: RNNOptions & WithoutState): RNN;
export function rnn(options: RNNOptions): Either<SequenceOptions>;
export function rnn(options: RNNOptions): Either<SequenceOptions> {
  return new RNN(options);
}

/** A convolutional LSTM over sequences of rows. */
export function convLstm1d(
  options: ConvLSTMLayerOptions & WithState,
): ConvLSTM1D<readonly Tensor[]>;
export function convLstm1d(options: ConvLSTMLayerOptions & WithoutState): ConvLSTM1D;
export function convLstm1d(options: ConvLSTMLayerOptions): Either<ConvLSTMLayerOptions>;
export function convLstm1d(options: ConvLSTMLayerOptions): Either<ConvLSTMLayerOptions> {
  return new ConvLSTM1D(options);
}

/** A convolutional LSTM over sequences of images. */
export function convLstm2d(
  options: ConvLSTMLayerOptions & WithState,
): ConvLSTM2D<readonly Tensor[]>;
export function convLstm2d(options: ConvLSTMLayerOptions & WithoutState): ConvLSTM2D;
export function convLstm2d(options: ConvLSTMLayerOptions): Either<ConvLSTMLayerOptions>;
export function convLstm2d(options: ConvLSTMLayerOptions): Either<ConvLSTMLayerOptions> {
  return new ConvLSTM2D(options);
}

/** A convolutional LSTM over sequences of volumes. */
export function convLstm3d(
  options: ConvLSTMLayerOptions & WithState,
): ConvLSTM3D<readonly Tensor[]>;
export function convLstm3d(options: ConvLSTMLayerOptions & WithoutState): ConvLSTM3D;
export function convLstm3d(options: ConvLSTMLayerOptions): Either<ConvLSTMLayerOptions>;
export function convLstm3d(options: ConvLSTMLayerOptions): Either<ConvLSTMLayerOptions> {
  return new ConvLSTM3D(options);
}

/** A recurrent layer over a sequence from both ends. */
export function bidirectional(
  options: BidirectionalOptions<Recurrent<Tensor>> & {
    readonly mergeMode?: Exclude<MergeMode, null>;
  },
): Bidirectional;
export function bidirectional(
  options: BidirectionalOptions<Recurrent<Tensor>> & { readonly mergeMode: null },
): Bidirectional<readonly [Tensor, Tensor]>;
export function bidirectional(
  options: BidirectionalOptions<Recurrent<readonly Tensor[]>>,
): Bidirectional<readonly Tensor[]>;
export function bidirectional(options: BidirectionalOptions): Layer<object, TensorTree>;
export function bidirectional(options: BidirectionalOptions): Layer<object, TensorTree> {
  return new Bidirectional(options);
}
