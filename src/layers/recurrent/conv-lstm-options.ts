// Options of convolutional LSTMs, and how they are checked.
import { ArgumentError } from '../../core/errors.js';
import { isList } from '../../core/tree.js';
import { notBoth } from '../conv.js';
import { type DataFormat, dataFormatOf, paddingOf, type Window, windowOf } from '../data-format.js';
import { type DefaultsOf, positive, type Resolved, withDefaults } from '../options.js';
import {
  checkDropout,
  type GateOptions,
  RECURRENT_DEFAULTS,
  type RecurrentOptions,
} from './options.js';

/** Options of convolutional LSTMs. */
export interface ConvLSTMOptions extends RecurrentOptions, GateOptions {
  /** Size of the channel axis of the output and of each state. */
  readonly filters: number;
  /** Size of the window: one number, or one for each axis of space. */
  readonly kernelSize: Window;
  /** Steps of the window over the inputs. Default 1. */
  readonly strides?: Window;
  /** `valid` (default) or `same`, for the inputs; states are always padded. */
  readonly padding?: string;
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat | null;
  /** Distance between the values of the inputs that one window sees. Default 1. */
  readonly dilationRate?: Window;
  /** Whether the forget gate's bias starts at 1 (Jozefowicz et al. 2015). Default true. */
  readonly unitForgetBias?: boolean;
}

/** Options of `ConvLSTMCell`. */
export interface ConvLSTMCellOptions extends ConvLSTMOptions {
  /** The number of axes of space, 1 to 3. Default: as many as `kernelSize` has numbers. */
  readonly rank?: number;
}

/** Defaults of {@link ConvLSTMOptions}. */
export const CONV_LSTM_DEFAULTS: DefaultsOf<ConvLSTMOptions, 'filters' | 'kernelSize'> = {
  strides: 1,
  padding: 'valid',
  dataFormat: null,
  dilationRate: 1,
  ...RECURRENT_DEFAULTS,
  recurrentActivation: 'sigmoid',
  unitForgetBias: true,
};

/** Checks the options and writes windows as lists, one number for each of `rank` axes. */
export function convLSTMConfig<T extends Resolved<ConvLSTMOptions>>(
  className: string,
  rank: number,
  config: T,
): T {
  const strides = windowOf(className, 'strides', config.strides, rank);
  const dilationRate = windowOf(className, 'dilationRate', config.dilationRate, rank);
  positive(className, 'filters', config.filters);
  checkDropout(className, config);
  notBoth(className, strides, dilationRate);
  return {
    ...config,
    kernelSize: windowOf(className, 'kernelSize', config.kernelSize, rank),
    strides,
    dilationRate,
    padding: paddingOf(className, config.padding),
    dataFormat: dataFormatOf(className, config.dataFormat),
  };
}

function rankOf({ rank, kernelSize }: ConvLSTMCellOptions): number {
  const found = rank ?? (isList(kernelSize) ? kernelSize.length : undefined);
  if (found === 1 || found === 2 || found === 3) return found;
  throw new ArgumentError({
    where: 'ConvLSTMCell',
    what: 'the number of axes of space is not known',
    expected: 'a rank from 1 to 3',
    received: String(found),
    fix: 'give rank, or kernelSize as a list',
  });
}

/** What the cell keeps of its options. */
export type ConvLSTMCellConfig = Resolved<ConvLSTMOptions> & { readonly rank: number };

/** The options of a cell, complete and checked. */
export function convLSTMCellConfig(options: ConvLSTMCellOptions): ConvLSTMCellConfig {
  const rank = rankOf(options);
  const required = ['filters', 'kernelSize', 'rank'];
  const config = withDefaults('ConvLSTMCell', CONV_LSTM_DEFAULTS, required, { ...options, rank });
  return convLSTMConfig('ConvLSTMCell', rank, config);
}
