// Options of convolutional LSTMs, and how they are checked.
import { ArgumentError } from '../../core/errors.js';
import { isList } from '../../core/tree.js';
import {
  CONV_WINDOW_DEFAULTS,
  type ConvWindowOptions,
  type Windowed,
  withWindow,
} from '../conv-layer.js';
import { type DefaultsOf, positive, type Resolved, withDefaults } from '../options.js';
import {
  checkDropout,
  type GateOptions,
  RECURRENT_DEFAULTS,
  type RecurrentOptions,
} from './options.js';

/** Options of convolutional LSTMs. */
export interface ConvLSTMOptions extends RecurrentOptions, GateOptions, ConvWindowOptions {
  /** Size of the channel axis of the output and of each state. */
  readonly filters: number;
  /** `valid` (default) or `same`, for the inputs; states are always padded. */
  readonly padding?: string;
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
  ...CONV_WINDOW_DEFAULTS,
  ...RECURRENT_DEFAULTS,
  recurrentActivation: 'sigmoid',
  unitForgetBias: true,
};

/** Checks the options and writes windows as lists, one number for each of `rank` axes. */
export function convLSTMConfig<T extends Resolved<ConvLSTMOptions>>(
  className: string,
  rank: number,
  config: T,
): Windowed<T> {
  positive(className, 'filters', config.filters);
  checkDropout(className, config);
  return withWindow(className, rank, config);
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
export type ConvLSTMCellConfig = Windowed<Resolved<ConvLSTMOptions>> & { readonly rank: number };

/** The options of a cell, complete and checked. */
export function convLSTMCellConfig(options: ConvLSTMCellOptions): ConvLSTMCellConfig {
  const where = 'ConvLSTMCell';
  const defaults = { ...CONV_LSTM_DEFAULTS, rank: 0 };
  const config = withDefaults(where, defaults, ['filters', 'kernelSize'], options);
  const rank = rankOf(options);
  return convLSTMConfig(where, rank, { ...config, rank });
}
