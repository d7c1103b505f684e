// Options that recurrent layers and cells share, their defaults, and the weights they describe.
import type { ActivationLike } from '../../activations/index.js';
import type { ConstraintLike } from '../../constraints/index.js';
import { ArgumentError } from '../../core/errors.js';
import type { InitializerLike } from '../../initializers/index.js';
import type { RegularizerLike } from '../../regularizers/index.js';
import { KERNEL_DEFAULTS, type KernelOptions } from '../kernel-options.js';
import { fraction, type LayerOptions } from '../options.js';
import type { WeightOptions } from '../weight-holder.js';

/** Options of the weights that work on states, and of dropout. */
export interface RecurrentOptions extends KernelOptions {
  /** Default `orthogonal`. */
  readonly recurrentInitializer?: InitializerLike;
  /** Default none. */
  readonly recurrentRegularizer?: RegularizerLike | null;
  /** Default none. */
  readonly recurrentConstraint?: ConstraintLike | null;
  /** The part of the inputs that becomes 0 in training; the same part in all steps. Default 0. */
  readonly dropout?: number;
  /** The part of the states that becomes 0 in training; the same part in all steps. Default 0. */
  readonly recurrentDropout?: number;
  /** Seed of dropout. Default: from the stream of `setRandomSeed`. */
  readonly seed?: number | null;
}

/** Options of cells with a number of units. */
export interface UnitsOptions extends RecurrentOptions {
  /** Number of units: the size of the output and of each state. */
  readonly units: number;
}

/** Options of cells with gates. */
export interface GateOptions {
  /** The activation of the gates. Default `sigmoid`. */
  readonly recurrentActivation?: ActivationLike | null;
}

/** How a layer goes over time and what it gives back. */
export interface SequenceOptions extends LayerOptions {
  /** Whether all outputs are given back, `[batch, steps, ...]`, or the last one. Default false. */
  readonly returnSequences?: boolean;
  /** Whether the last states follow the output in a list. Default false. */
  readonly returnState?: boolean;
  /** Whether steps are done from the last to the first; outputs come in that order. Default false. */
  readonly goBackwards?: boolean;
  /**
   * Whether a batch starts from the states that the batch before ended with. The batch size must
   * then be known. Default false.
   */
  readonly stateful?: boolean;
  /** Whether the steps are written out one by one in place of a loop. Default false. */
  readonly unroll?: boolean;
  /** Whether outputs of masked steps are 0, in place of the last output. Default false. */
  readonly zeroOutputForMask?: boolean;
}

/** Defaults of {@link RecurrentOptions}. */
export const RECURRENT_DEFAULTS = {
  ...KERNEL_DEFAULTS,
  activation: 'tanh',
  recurrentInitializer: 'orthogonal',
  recurrentRegularizer: null,
  recurrentConstraint: null,
  dropout: 0,
  recurrentDropout: 0,
  seed: null,
} as const;

/** Defaults of {@link SequenceOptions}. */
export const SEQUENCE_DEFAULTS = {
  returnSequences: false,
  returnState: false,
  goBackwards: false,
  stateful: false,
  unroll: false,
  zeroOutputForMask: false,
} as const;

/** The settings of a recurrent kernel, for `weight`. */
export function recurrentSettings(config: RecurrentOptions): WeightOptions {
  return {
    initializer: config.recurrentInitializer,
    regularizer: config.recurrentRegularizer,
    constraint: config.recurrentConstraint,
  };
}

/** Throws unless both dropout rates are parts of 1. */
export function checkDropout(where: string, config: RecurrentOptions): void {
  fraction(where, 'dropout', config.dropout ?? 0);
  fraction(where, 'recurrentDropout', config.recurrentDropout ?? 0);
}

/** The options of a layer that its cell takes as well: those of `cellDefaults`, and shared ones. */
export function cellOptions<Defaults extends object>(
  config: Readonly<Defaults> & LayerOptions,
  cellDefaults: Defaults,
  name: string,
): Defaults & LayerOptions {
  const { dtype, trainable } = config;
  const chosen = Object.keys(cellDefaults).map((key) => [key, Reflect.get(config, key)]);
  return { ...cellDefaults, ...Object.fromEntries(chosen), dtype, trainable, name };
}

/** For the error where a stateful layer does not know its batch. */
export function unknownBatch(where: string): ArgumentError {
  return new ArgumentError({
    where,
    what: 'a stateful layer keeps one state for each sample, so the batch size must be known',
    expected: 'an input with a fixed batch size',
    received: 'a batch of any size',
    fix: 'write layers.input({ batchShape: [batch, steps, features] })',
  });
}
