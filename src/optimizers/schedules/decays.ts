// Schedules that fall steadily. Formulas: Keras 3.
import type { KnownOptions, OptionNames } from '../../core/arguments.js';
import { ArgumentError } from '../../core/errors.js';
import type { Plain } from '../../core/op.js';
import { scalarOf } from '../../core/scalar.js';
import type { Tensor } from '../../core/tensor.js';
import {
  add,
  ceil,
  div,
  equal,
  floor,
  lessEqual,
  maximum,
  minimum,
  mul,
  pow,
  sub,
  where,
} from '../../ops/index.js';
import { asFloat, LearningRateSchedule } from './schedule.js';

/** Options of {@link ExponentialDecay} and {@link InverseTimeDecay}. */
export interface DecayOptions {
  readonly initialLearningRate: number;
  /** Steps in which the rate decays once. */
  readonly decaySteps: number;
  readonly decayRate: number;
  /** Decay in jumps, once every `decaySteps` steps; default false. */
  readonly staircase?: boolean;
  readonly name?: string;
}

/** The names of {@link DecayOptions}. */
const DECAY_OPTIONS: OptionNames<DecayOptions> = {
  initialLearningRate: true,
  decaySteps: true,
  decayRate: true,
  staircase: true,
  name: true,
};

abstract class SteppedDecay extends LearningRateSchedule {
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  readonly decayRate: number;
  readonly staircase: boolean;
  readonly name: string;

  constructor(options: DecayOptions, name: string) {
    super(options);
    this.initialLearningRate = options.initialLearningRate;
    this.decaySteps = options.decaySteps;
    this.decayRate = options.decayRate;
    this.staircase = options.staircase ?? false;
    this.name = options.name ?? name;
    if (this.decaySteps > 0) return;
    throw new ArgumentError({
      where: name,
      what: 'decaySteps is not a number of steps',
      expected: 'a number above 0',
      received: String(this.decaySteps),
      fix: 'give the number of steps in which the rate decays once',
    });
  }

  /** How many times the rate has decayed. */
  protected times(step: Tensor): Tensor {
    const times = div(asFloat(step), this.decaySteps);
    return this.staircase ? floor(times) : times;
  }

  override getConfig(): Record<string, Plain> {
    const { initialLearningRate, decaySteps, decayRate, staircase, name } = this;
    return { initialLearningRate, decaySteps, decayRate, staircase, name };
  }
}

/** lr · decayRate^(step / decaySteps). */
export class ExponentialDecay extends SteppedDecay {
  static override readonly className = 'ExponentialDecay';
  static override readonly optionNames: KnownOptions = DECAY_OPTIONS;
  constructor(options: DecayOptions) {
    super(options, 'ExponentialDecay');
  }
  override call(step: Tensor): Tensor {
    return mul(pow(scalarOf(this.decayRate), this.times(step)), this.initialLearningRate);
  }
}

/** lr / (1 + decayRate · step / decaySteps). */
export class InverseTimeDecay extends SteppedDecay {
  static override readonly className = 'InverseTimeDecay';
  static override readonly optionNames: KnownOptions = DECAY_OPTIONS;
  constructor(options: DecayOptions) {
    super(options, 'InverseTimeDecay');
  }
  override call(step: Tensor): Tensor {
    return div(this.initialLearningRate, add(mul(this.times(step), this.decayRate), 1));
  }
}

/** Options of {@link PiecewiseConstantDecay}. */
export interface PiecewiseConstantDecayOptions {
  /** Steps, ascending; a boundary still has the value to its left. */
  readonly boundaries: readonly number[];
  /** One more than there are boundaries. */
  readonly values: readonly number[];
  readonly name?: string;
}

/** The first value up to the first boundary, then the second, and so on. */
export class PiecewiseConstantDecay extends LearningRateSchedule {
  static override readonly className = 'PiecewiseConstantDecay';
  static override readonly optionNames: KnownOptions = {
    boundaries: true,
    values: true,
    name: true,
  } satisfies OptionNames<PiecewiseConstantDecayOptions>;
  readonly boundaries: readonly number[];
  readonly values: readonly number[];
  readonly name: string;

  constructor(options: PiecewiseConstantDecayOptions) {
    super(options);
    this.boundaries = options.boundaries;
    this.values = options.values;
    this.name = options.name ?? 'PiecewiseConstant';
    if (this.values.length === this.boundaries.length + 1) return;
    throw new ArgumentError({
      where: 'PiecewiseConstantDecay',
      what: 'values and boundaries do not fit each other',
      expected: `${this.boundaries.length + 1} values for ${this.boundaries.length} boundaries`,
      received: `${this.values.length} values`,
      fix: 'give one value more than there are boundaries',
    });
  }

  override call(step: Tensor): Tensor {
    const position = asFloat(step);
    let rate = scalarOf(this.values.at(-1) ?? 0);
    for (let index = this.boundaries.length - 1; index >= 0; index--) {
      const isBefore = lessEqual(position, this.boundaries[index] ?? 0);
      rate = where(isBefore, this.values[index] ?? 0, rate);
    }
    return rate;
  }

  override getConfig(): Record<string, Plain> {
    return { boundaries: this.boundaries, values: this.values, name: this.name };
  }
}

/** Options of {@link PolynomialDecay}. */
export interface PolynomialDecayOptions {
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  /** Default 1e-4. */
  readonly endLearningRate?: number;
  /** Default 1: a line. */
  readonly power?: number;
  /** Start again (more slowly) after `decaySteps`; default false. */
  readonly cycle?: boolean;
  readonly name?: string;
}

/** (lr − end) · (1 − step / decaySteps)^power + end. */
export class PolynomialDecay extends LearningRateSchedule {
  static override readonly className = 'PolynomialDecay';
  static override readonly optionNames: KnownOptions = {
    initialLearningRate: true,
    decaySteps: true,
    endLearningRate: true,
    power: true,
    cycle: true,
    name: true,
  } satisfies OptionNames<PolynomialDecayOptions>;
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  readonly endLearningRate: number;
  readonly power: number;
  readonly cycle: boolean;
  readonly name: string;

  constructor(options: PolynomialDecayOptions) {
    super(options);
    this.initialLearningRate = options.initialLearningRate;
    this.decaySteps = options.decaySteps;
    this.endLearningRate = options.endLearningRate ?? 1e-4;
    this.power = options.power ?? 1;
    this.cycle = options.cycle ?? false;
    this.name = options.name ?? 'PolynomialDecay';
  }

  override call(step: Tensor): Tensor {
    const { initialLearningRate, decaySteps, endLearningRate, power } = this;
    let position = asFloat(step);
    let length = scalarOf(decaySteps);
    if (this.cycle) {
      const rounds = ceil(div(position, decaySteps));
      length = mul(length, where(equal(position, 0), 1, maximum(rounds, 1)));
    } else {
      position = minimum(position, decaySteps);
    }
    const left = sub(1, div(position, length));
    return add(mul(pow(left, power), initialLearningRate - endLearningRate), endLearningRate);
  }

  override getConfig(): Record<string, Plain> {
    const { initialLearningRate, decaySteps, endLearningRate, power, cycle, name } = this;
    return { initialLearningRate, decaySteps, endLearningRate, power, cycle, name };
  }
}
