// Schedules along a cosine. Loshchilov and Hutter 2016 (SGDR); details as in Keras 3.
import type { KnownOptions, OptionNames } from '../../core/arguments.js';
import { ArgumentError } from '../../core/errors.js';
import type { Plain } from '../../core/op.js';
import { scalarOf } from '../../core/scalar.js';
import type { Tensor } from '../../core/tensor.js';
import {
  add,
  cos,
  div,
  floor,
  less,
  log,
  maximum,
  minimum,
  mul,
  pow,
  sub,
  where,
} from '../../ops/index.js';
import { asFloat, LearningRateSchedule } from './schedule.js';

/** (1 + cos(π·fraction)) / 2, lifted so that it ends at `alpha`. */
function cosineFall(fraction: Tensor, alpha: number): Tensor {
  const fall = mul(add(cos(mul(fraction, Math.PI)), 1), 0.5);
  return add(mul(fall, 1 - alpha), alpha);
}

/** Options of {@link CosineDecay}. */
export interface CosineDecayOptions {
  readonly initialLearningRate: number;
  /** Steps of the fall, after the warm-up. */
  readonly decaySteps: number;
  /** Where it ends, as a part of where it starts; default 0. */
  readonly alpha?: number;
  readonly name?: string;
  /** The rate that the warm-up reaches; default none: no warm-up. */
  readonly warmupTarget?: number | null;
  /** Default 0. */
  readonly warmupSteps?: number;
}

/** A linear warm-up (if asked for), then half a cosine. */
export class CosineDecay extends LearningRateSchedule {
  static override readonly className = 'CosineDecay';
  static override readonly optionNames: KnownOptions = {
    initialLearningRate: true,
    decaySteps: true,
    alpha: true,
    name: true,
    warmupTarget: true,
    warmupSteps: true,
  } satisfies OptionNames<CosineDecayOptions>;
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  readonly alpha: number;
  readonly name: string;
  readonly warmupTarget: number | null;
  readonly warmupSteps: number;

  constructor(options: CosineDecayOptions) {
    super(options);
    this.initialLearningRate = options.initialLearningRate;
    this.decaySteps = options.decaySteps;
    this.alpha = options.alpha ?? 0;
    this.name = options.name ?? 'CosineDecay';
    this.warmupTarget = options.warmupTarget ?? null;
    this.warmupSteps = options.warmupSteps ?? 0;
    if (this.decaySteps > 0) return;
    throw new ArgumentError({
      where: 'CosineDecay',
      what: 'decaySteps is not a number of steps',
      expected: 'a number above 0',
      received: String(this.decaySteps),
      fix: 'give the number of steps of the fall',
    });
  }

  override call(step: Tensor): Tensor {
    const { initialLearningRate, decaySteps, alpha, warmupTarget, warmupSteps } = this;
    const position = asFloat(step);
    const fall = (from: number, after: Tensor): Tensor =>
      mul(cosineFall(div(minimum(after, decaySteps), decaySteps), alpha), from);
    if (warmupTarget === null) return fall(initialLearningRate, position);
    const slope = (warmupTarget - initialLearningRate) / Math.max(warmupSteps, 1);
    const rise = add(mul(position, slope), initialLearningRate);
    const after = maximum(sub(position, warmupSteps), 0);
    return where(less(position, warmupSteps), rise, fall(warmupTarget, after));
  }

  override getConfig(): Record<string, Plain> {
    const { initialLearningRate, decaySteps, alpha, name, warmupTarget, warmupSteps } = this;
    return { initialLearningRate, decaySteps, alpha, name, warmupTarget, warmupSteps };
  }
}

/** Options of {@link CosineDecayRestarts}. */
export interface CosineDecayRestartsOptions {
  readonly initialLearningRate: number;
  /** Steps of the first fall. */
  readonly firstDecaySteps: number;
  /** How much longer each further fall takes; default 2. */
  readonly tMul?: number;
  /** How much higher each further fall starts; default 1. */
  readonly mMul?: number;
  /** Where falls end, as a part of where they start; default 0. */
  readonly alpha?: number;
  readonly name?: string;
}

/** Half a cosine, again and again, each longer than the one before. */
export class CosineDecayRestarts extends LearningRateSchedule {
  static override readonly className = 'CosineDecayRestarts';
  static override readonly optionNames: KnownOptions = {
    initialLearningRate: true,
    firstDecaySteps: true,
    tMul: true,
    mMul: true,
    alpha: true,
    name: true,
  } satisfies OptionNames<CosineDecayRestartsOptions>;
  readonly initialLearningRate: number;
  readonly firstDecaySteps: number;
  readonly tMul: number;
  readonly mMul: number;
  readonly alpha: number;
  readonly name: string;

  constructor(options: CosineDecayRestartsOptions) {
    super(options);
    this.initialLearningRate = options.initialLearningRate;
    this.firstDecaySteps = options.firstDecaySteps;
    this.tMul = options.tMul ?? 2;
    this.mMul = options.mMul ?? 1;
    this.alpha = options.alpha ?? 0;
    this.name = options.name ?? 'SGDRDecay';
  }

  /** Which fall this is, from 0, and how far along it is, from 0 to 1. */
  #place(rounds: Tensor): { fall: Tensor; fraction: Tensor } {
    if (this.tMul === 1) {
      const fall = floor(rounds);
      return { fall, fraction: sub(rounds, fall) };
    }
    const grown = add(mul(rounds, this.tMul - 1), 1);
    const fall = floor(div(log(grown), Math.log(this.tMul)));
    const scale = pow(scalarOf(this.tMul), fall);
    const before = div(sub(scale, 1), this.tMul - 1);
    return { fall, fraction: div(sub(rounds, before), scale) };
  }

  override call(step: Tensor): Tensor {
    const { fall, fraction } = this.#place(div(asFloat(step), this.firstDecaySteps));
    const height = pow(scalarOf(this.mMul), fall);
    const wave = mul(mul(add(cos(mul(fraction, Math.PI)), 1), 0.5), height);
    return mul(add(mul(wave, 1 - this.alpha), this.alpha), this.initialLearningRate);
  }

  override getConfig(): Record<string, Plain> {
    const { initialLearningRate, firstDecaySteps, tMul, mMul, alpha, name } = this;
    return { initialLearningRate, firstDecaySteps, tMul, mMul, alpha, name };
  }
}
