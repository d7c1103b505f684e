// Losses for continuous targets. Formulas: Keras 3 (epsilon 1e-7); each reduces the last axis.
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import { currentEpsilon } from '../core/epsilon.js';
import type { Plain } from '../core/op.js';
import type { Tensor } from '../core/tensor.js';
import {
  abs,
  add,
  clip,
  div,
  lessEqual,
  log,
  maximum,
  mean,
  minimum,
  mul,
  neg,
  rsqrt,
  softplus,
  square,
  sub,
  sum,
  where,
} from '../ops/index.js';
import { LOSS_OPTIONS, Loss, type LossOptions } from './loss.js';
import { compared } from './shapes.js';

/** Mean of squared differences over the last axis. */
export function meanSquaredError(yTrue: Tensor, yPred: Tensor): Tensor {
  const [targets, predictions] = compared('meanSquaredError', yTrue, yPred);
  return mean(square(sub(predictions, targets)), { axis: -1 });
}

/** Mean of absolute differences over the last axis. */
export function meanAbsoluteError(yTrue: Tensor, yPred: Tensor): Tensor {
  const [targets, predictions] = compared('meanAbsoluteError', yTrue, yPred);
  return mean(abs(sub(predictions, targets)), { axis: -1 });
}

/** 100 · mean(|t − p| / max(|t|, 1e-7)) over the last axis. */
export function meanAbsolutePercentageError(yTrue: Tensor, yPred: Tensor): Tensor {
  const [targets, predictions] = compared('meanAbsolutePercentageError', yTrue, yPred);
  const scale = maximum(abs(targets), currentEpsilon());
  return mul(mean(div(abs(sub(targets, predictions)), scale), { axis: -1 }), 100);
}

/** Mean of (log(max(p, 1e-7) + 1) − log(max(t, 1e-7) + 1))² over the last axis. */
export function meanSquaredLogarithmicError(yTrue: Tensor, yPred: Tensor): Tensor {
  const [targets, predictions] = compared('meanSquaredLogarithmicError', yTrue, yPred);
  const logOf = (x: Tensor): Tensor => log(add(maximum(x, currentEpsilon()), 1));
  return mean(square(sub(logOf(predictions), logOf(targets))), { axis: -1 });
}

/** Half the square where |t − p| ≤ delta (default 1), else delta·|t − p| − delta²/2 (Huber 1964). */
export function huber(yTrue: Tensor, yPred: Tensor, options: { delta?: number } = {}): Tensor {
  const { delta = 1 } = options;
  const [targets, predictions] = compared('huber', yTrue, yPred);
  const difference = sub(predictions, targets);
  const distance = abs(difference);
  const near = mul(square(difference), 0.5);
  const far = sub(mul(distance, delta), 0.5 * delta * delta);
  return mean(where(lessEqual(distance, delta), near, far), { axis: -1 });
}

/** Mean of log(cosh(p − t)), as x + softplus(−2x) − log 2, over the last axis. */
export function logCosh(yTrue: Tensor, yPred: Tensor): Tensor {
  const [targets, predictions] = compared('logCosh', yTrue, yPred);
  const x = sub(predictions, targets);
  return mean(sub(add(x, softplus(mul(x, -2))), Math.LN2), { axis: -1 });
}

function normalized(x: Tensor, axis: number | readonly number[]): Tensor {
  const inverse = minimum(rsqrt(sum(square(x), { axis, keepDims: true })), 1 / currentEpsilon());
  return mul(x, inverse);
}

/** −Σ of the product of the two L2-normalised tensors along `axis` (default the last). */
export function cosineSimilarity(
  yTrue: Tensor,
  yPred: Tensor,
  options: { axis?: number | readonly number[] } = {},
): Tensor {
  const { axis = -1 } = options;
  const [targets, predictions] = compared('cosineSimilarity', yTrue, yPred);
  return neg(sum(mul(normalized(targets, axis), normalized(predictions, axis)), { axis }));
}

/** Σ t·log(t / p) over the last axis, both clipped to [1e-7, 1]. */
export function klDivergence(yTrue: Tensor, yPred: Tensor): Tensor {
  const [targets, predictions] = compared('klDivergence', yTrue, yPred);
  const t = clip(targets, currentEpsilon(), 1);
  const p = clip(predictions, currentEpsilon(), 1);
  return sum(mul(t, log(div(t, p))), { axis: -1 });
}

/** Mean of p − t·log(p + 1e-7) over the last axis. */
export function poisson(yTrue: Tensor, yPred: Tensor): Tensor {
  const [targets, predictions] = compared('poisson', yTrue, yPred);
  const likelihood = mul(targets, log(add(predictions, currentEpsilon())));
  return mean(sub(predictions, likelihood), { axis: -1 });
}

/** {@link meanSquaredError} as a loss object. */
export class MeanSquaredError extends Loss {
  static override readonly className = 'MeanSquaredError';
  static override readonly optionNames: KnownOptions = LOSS_OPTIONS;
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return meanSquaredError(yTrue, yPred);
  }
}

/** {@link meanAbsoluteError} as a loss object. */
export class MeanAbsoluteError extends Loss {
  static override readonly className = 'MeanAbsoluteError';
  static override readonly optionNames: KnownOptions = LOSS_OPTIONS;
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return meanAbsoluteError(yTrue, yPred);
  }
}

/** {@link meanAbsolutePercentageError} as a loss object. */
export class MeanAbsolutePercentageError extends Loss {
  static override readonly className = 'MeanAbsolutePercentageError';
  static override readonly optionNames: KnownOptions = LOSS_OPTIONS;
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return meanAbsolutePercentageError(yTrue, yPred);
  }
}

/** {@link meanSquaredLogarithmicError} as a loss object. */
export class MeanSquaredLogarithmicError extends Loss {
  static override readonly className = 'MeanSquaredLogarithmicError';
  static override readonly optionNames: KnownOptions = LOSS_OPTIONS;
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return meanSquaredLogarithmicError(yTrue, yPred);
  }
}

/** Options of {@link Huber}. */
export interface HuberOptions extends LossOptions {
  /** Where the square turns into a line; default 1. */
  readonly delta?: number;
}

/** {@link huber} as a loss object. */
export class Huber extends Loss {
  static override readonly className = 'Huber';
  static override readonly optionNames: KnownOptions = {
    ...LOSS_OPTIONS,
    delta: true,
  } satisfies OptionNames<HuberOptions>;
  readonly delta: number;
  constructor(options: HuberOptions = {}) {
    super({ ...options, name: options.name ?? 'huber_loss' });
    this.delta = options.delta ?? 1;
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return huber(yTrue, yPred, { delta: this.delta });
  }
  override getConfig(): Record<string, Plain> {
    // Keras leaves the default out (and loses other values, which we keep).
    return { ...super.getConfig(), ...(this.delta === 1 ? {} : { delta: this.delta }) };
  }
}

/** {@link logCosh} as a loss object. */
export class LogCosh extends Loss {
  static override readonly className = 'LogCosh';
  static override readonly optionNames: KnownOptions = LOSS_OPTIONS;
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return logCosh(yTrue, yPred);
  }
}

/** Options of {@link CosineSimilarity}. */
export interface CosineSimilarityOptions extends LossOptions {
  /** Default −1. */
  readonly axis?: number | readonly number[];
}

/** {@link cosineSimilarity} as a loss object; −1 is the best value. */
export class CosineSimilarity extends Loss {
  static override readonly className = 'CosineSimilarity';
  static override readonly optionNames: KnownOptions = {
    ...LOSS_OPTIONS,
    axis: true,
  } satisfies OptionNames<CosineSimilarityOptions>;
  readonly axis: number | readonly number[];
  constructor(options: CosineSimilarityOptions = {}) {
    super(options);
    this.axis = options.axis ?? -1;
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return cosineSimilarity(yTrue, yPred, { axis: this.axis });
  }
  override getConfig(): Record<string, Plain> {
    // Keras leaves the default out (and loses other values, which we keep).
    return { ...super.getConfig(), ...(this.axis === -1 ? {} : { axis: this.axis }) };
  }
}

/** {@link klDivergence} as a loss object. */
export class KLDivergence extends Loss {
  static override readonly className = 'KLDivergence';
  static override readonly optionNames: KnownOptions = LOSS_OPTIONS;
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return klDivergence(yTrue, yPred);
  }
}

/** {@link poisson} as a loss object. */
export class Poisson extends Loss {
  static override readonly className = 'Poisson';
  static override readonly optionNames: KnownOptions = LOSS_OPTIONS;
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return poisson(yTrue, yPred);
  }
}
