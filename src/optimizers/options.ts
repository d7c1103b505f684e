// The options that all optimizers share, checked and with Keras's defaults.
import type { OptionNames } from '../core/arguments.js';
import { ArgumentError } from '../core/errors.js';
import type { Plain } from '../core/op.js';
import type { SerializedObject } from '../core/serialized.js';
import type { LearningRateSchedule } from './schedules/schedule.js';

/** A constant rate, or a schedule (or a schedule's saved configuration). */
export type LearningRate = number | LearningRateSchedule | SerializedObject;

/** Options that every optimizer takes; the defaults are Keras's. */
export interface OptimizerOptions {
  /** A number, or a schedule called with the number of steps done. */
  readonly learningRate?: LearningRate;
  /** Decoupled decay: `w -= w · weightDecay · learningRate` before each step. Default none. */
  readonly weightDecay?: number | null;
  /** Largest norm of the gradient of one variable. At most one of the three may be given. */
  readonly clipnorm?: number | null;
  /** Largest norm of all gradients together. */
  readonly globalClipnorm?: number | null;
  /** Largest absolute value in a gradient. */
  readonly clipvalue?: number | null;
  /** Keep an exponential moving average of the weights; default false. */
  readonly useEma?: boolean;
  /** Default 0.99. */
  readonly emaMomentum?: number;
  /** Write the averages into the weights every so many steps; default at the end of fit only. */
  readonly emaOverwriteFrequency?: number | null;
  /** The loss is multiplied and the gradients are divided by it. */
  readonly lossScaleFactor?: number | null;
  /** Update the weights only every so many steps, with the mean of their gradients (at least 2). */
  readonly gradientAccumulationSteps?: number | null;
  readonly name?: string;
}

/** The names of the options that every optimizer takes. */
export const OPTIMIZER_OPTIONS: OptionNames<OptimizerOptions> = {
  learningRate: true,
  weightDecay: true,
  clipnorm: true,
  globalClipnorm: true,
  clipvalue: true,
  useEma: true,
  emaMomentum: true,
  emaOverwriteFrequency: true,
  lossScaleFactor: true,
  gradientAccumulationSteps: true,
  name: true,
};

/** The shared options with their defaults filled in, except rate and name. */
export interface SharedSettings {
  readonly weightDecay: number | null;
  readonly clipnorm: number | null;
  readonly globalClipnorm: number | null;
  readonly clipvalue: number | null;
  readonly useEma: boolean;
  readonly emaMomentum: number;
  readonly emaOverwriteFrequency: number | null;
  readonly lossScaleFactor: number | null;
  readonly gradientAccumulationSteps: number | null;
  readonly [key: string]: Plain;
}

function fault(name: string, what: string, expected: string, received: Plain): ArgumentError {
  return new ArgumentError({
    where: name,
    what,
    expected,
    received: String(received),
    fix: `change the options of ${name}`,
  });
}

function requireClips(name: string, settings: SharedSettings): void {
  const { clipnorm, globalClipnorm, clipvalue } = settings;
  const given = Object.entries({ clipnorm, globalClipnorm, clipvalue }).filter(
    ([, value]) => value !== null,
  );
  if (given.length > 1) {
    const names = given.map(([key]) => key).join(' and ');
    throw fault(name, 'gradients can be clipped in one way only', 'one clip option', names);
  }
  for (const [key, value] of given) {
    if (value === null || value > 0) continue;
    throw fault(name, `${key} is not a size`, 'a number above 0', value);
  }
}

/** Checks the shared options and fills in the defaults. */
export function sharedSettings(name: string, options: OptimizerOptions): SharedSettings {
  const settings: SharedSettings = {
    weightDecay: options.weightDecay ?? null,
    clipnorm: options.clipnorm ?? null,
    globalClipnorm: options.globalClipnorm ?? null,
    clipvalue: options.clipvalue ?? null,
    useEma: options.useEma ?? false,
    emaMomentum: options.emaMomentum ?? 0.99,
    emaOverwriteFrequency: options.emaOverwriteFrequency ?? null,
    lossScaleFactor: options.lossScaleFactor ?? null,
    gradientAccumulationSteps: options.gradientAccumulationSteps ?? null,
  };
  requireClips(name, settings);
  const { emaMomentum, gradientAccumulationSteps: steps, emaOverwriteFrequency } = settings;
  if (emaMomentum < 0 || emaMomentum > 1) {
    throw fault(name, 'emaMomentum lies outside its range', '0 to 1', emaMomentum);
  }
  if (steps !== null && !(Number.isInteger(steps) && steps >= 2)) {
    throw fault(name, 'gradientAccumulationSteps is too small', 'a whole number above 1', steps);
  }
  const frequency = emaOverwriteFrequency;
  if (frequency !== null && !(Number.isInteger(frequency) && frequency >= 1)) {
    throw fault(name, 'emaOverwriteFrequency is not a count', 'a whole number', frequency);
  }
  return settings;
}
