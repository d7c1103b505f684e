// tf.train: optimizers with the rules of TensorFlow.js, where these differ from Keras 3's.
import { add, div, mul, optimizers, pow, sqrt, square, sub, type Tensor, train } from '../index.js';
import type { UpdateCall } from '../optimizers/optimizer.js';

/**
 * Adam with epsilon added to the corrected root, as Kingma and Ba write it; Keras adds it to the root
 * before the correction, which makes the first steps of tiny gradients much smaller.
 */
class AdamThere extends optimizers.Adam {
  static override readonly className: string = 'Adam';
  static override readonly optionNames = optimizers.Adam.optionNames;

  protected override prepare(rate: Tensor, iterations: Tensor): readonly Tensor[] {
    const step = add(iterations.cast('float32'), 1);
    const correction = sqrt(sub(1, pow(this.beta2, step)));
    const alpha = div(mul(rate, correction), sub(1, pow(this.beta1, step)));
    return [alpha, mul(correction, this.epsilon)];
  }

  protected override update({
    value,
    slots,
    gradient,
    rate,
    shared,
  }: UpdateCall): readonly Tensor[] {
    const [alpha = rate, epsilon = rate] = shared;
    const [oldMean = value, oldSquare = value] = slots;
    const mean = add(mul(oldMean, this.beta1), mul(gradient, 1 - this.beta1));
    const squares = add(mul(oldSquare, this.beta2), mul(square(gradient), 1 - this.beta2));
    const step = div(mul(mean, alpha), add(sqrt(squares), epsilon));
    return [sub(value, step), mean, squares];
  }
}

/** Adadelta whose steps are relative to the gradients before this one. */
class AdadeltaThere extends optimizers.Adadelta {
  static override readonly className = 'Adadelta';
  static override readonly optionNames = optimizers.Adadelta.optionNames;

  protected override update({ value, slots, gradient, rate }: UpdateCall): readonly Tensor[] {
    const [oldSquare = value, oldDelta = value] = slots;
    const { rho, epsilon } = this;
    const average = (old: Tensor, x: Tensor): Tensor => add(mul(old, rho), mul(square(x), 1 - rho));
    const ratio = div(sqrt(add(oldDelta, epsilon)), sqrt(add(oldSquare, epsilon)));
    const delta = mul(ratio, gradient);
    return [sub(value, mul(delta, rate)), average(oldSquare, gradient), average(oldDelta, delta)];
  }
}

export const { sgd, momentum, rmsprop, adamax, adagrad } = train;

/** Adam. */
export function adam(
  learningRate = 0.001,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-7,
): optimizers.Adam {
  return new AdamThere({ learningRate, beta1, beta2, epsilon: epsilon ?? 1e-7 });
}

/** Adadelta. */
export function adadelta(learningRate = 0.001, rho = 0.95, epsilon = 1e-7): optimizers.Adadelta {
  return new AdadeltaThere({ learningRate, rho, epsilon: epsilon ?? 1e-7 });
}

/** The classes of optimizers whose rules differ, by the names that files have of them. */
export const OPTIMIZERS_THERE = { Adam: AdamThere, Adadelta: AdadeltaThere } as const;

/** Optimizers by the names that `compile` takes, with the rules and rates that they have there. */
const BY_NAME: Readonly<Record<string, () => optimizers.Optimizer>> = {
  adadelta: () => adadelta(1),
  adagrad: () => adagrad(0.01),
  adam: () => adam(),
  adamax: () => adamax(),
  rmsprop: () => rmsprop(0.001),
  sgd: () => sgd(0.01),
};

/** The optimizer of a name; undefined for those that TensorFlow.js lacks. */
export function optimizerNamed(name: string): optimizers.Optimizer | undefined {
  const key = name.toLowerCase();
  return Object.hasOwn(BY_NAME, key) ? BY_NAME[key]?.() : undefined;
}
