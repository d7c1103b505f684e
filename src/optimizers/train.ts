// Optimizers by the names and arguments of TensorFlow.js, for programs that come from there.
import { currentEpsilon } from '../core/epsilon.js';
import { Adam } from './adam.js';
import { Adadelta, Adagrad, Adamax } from './adaptive.js';
import { RMSprop } from './rmsprop.js';
import { InverseTimeDecay } from './schedules/decays.js';
import { SGD } from './sgd.js';

/**
 * Gradient descent: `new optimizers.SGD({ learningRate })`.
 *
 * @example
 * ```ts
 * import { layers, sequential, train } from 'keratin';
 * const model = sequential({ layers: [layers.dense({ units: 1, inputShape: [2] })] });
 * model.compile({ optimizer: train.sgd(0.1), loss: 'meanSquaredError' });
 * ```
 */
export function sgd(learningRate: number): SGD {
  return new SGD({ learningRate });
}

/** Gradient descent with momentum. */
export function momentum(learningRate: number, momentum: number, useNesterov = false): SGD {
  return new SGD({ learningRate, momentum, nesterov: useNesterov });
}

/** RMSprop; `decay` is what Keras calls rho. */
export function rmsprop(
  learningRate: number,
  decay = 0.9,
  momentum = 0,
  epsilon = currentEpsilon(),
  centered = false,
): RMSprop {
  return new RMSprop({ learningRate, rho: decay, momentum, epsilon, centered });
}

/** Adam. */
export function adam(
  learningRate = 0.001,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = currentEpsilon(),
): Adam {
  return new Adam({ learningRate, beta1, beta2, epsilon });
}

/** Adadelta. */
export function adadelta(learningRate = 0.001, rho = 0.95, epsilon = currentEpsilon()): Adadelta {
  return new Adadelta({ learningRate, rho, epsilon });
}

/** Adamax; with `decay` the rate falls as 1 / (1 + decay · steps). */
export function adamax(
  learningRate = 0.002,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = currentEpsilon(),
  decay = 0,
): Adamax {
  const falling = { initialLearningRate: learningRate, decaySteps: 1, decayRate: decay };
  const rate = decay === 0 ? learningRate : new InverseTimeDecay(falling);
  return new Adamax({ learningRate: rate, beta1, beta2, epsilon });
}

/** Adagrad. */
export function adagrad(learningRate: number, initialAccumulatorValue = 0.1): Adagrad {
  return new Adagrad({ learningRate, initialAccumulatorValue });
}
