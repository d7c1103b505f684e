// Hinge losses: targets are −1 and 1 (0 and 1 are mapped to them). Formulas: Keras 3.
import type { KnownOptions } from '../core/arguments.js';
import type { Tensor } from '../core/tensor.js';
import {
  add,
  all,
  equal,
  logicalOr,
  max,
  maximum,
  mean,
  mul,
  square,
  sub,
  sum,
  where,
} from '../ops/index.js';
import { LOSS_OPTIONS, Loss } from './loss.js';
import { compared } from './shapes.js';

/** Targets 2t − 1 where all of them are 0 or 1, unchanged otherwise. */
function signedTargets(targets: Tensor): Tensor {
  const binary = all(logicalOr(equal(targets, 0), equal(targets, 1)));
  return where(binary, sub(mul(targets, 2), 1), targets);
}

function margins(where: string, yTrue: Tensor, yPred: Tensor): Tensor {
  const [targets, predictions] = compared(where, yTrue, yPred);
  return maximum(sub(1, mul(signedTargets(targets), predictions)), 0);
}

/** Mean of max(1 − t·p, 0) over the last axis. */
export function hinge(yTrue: Tensor, yPred: Tensor): Tensor {
  return mean(margins('hinge', yTrue, yPred), { axis: -1 });
}

/** Mean of max(1 − t·p, 0)² over the last axis. */
export function squaredHinge(yTrue: Tensor, yPred: Tensor): Tensor {
  return mean(square(margins('squaredHinge', yTrue, yPred)), { axis: -1 });
}

/** max(max((1 − t)·p) − Σ t·p + 1, 0) along the last axis; targets are one-hot. */
export function categoricalHinge(yTrue: Tensor, yPred: Tensor): Tensor {
  const [targets, predictions] = compared('categoricalHinge', yTrue, yPred);
  const positive = sum(mul(targets, predictions), { axis: -1 });
  const negative = max(mul(sub(1, targets), predictions), { axis: -1 });
  return maximum(add(sub(negative, positive), 1), 0);
}

/** {@link hinge} as a loss object. */
export class Hinge extends Loss {
  static override readonly className = 'Hinge';
  static override readonly optionNames: KnownOptions = LOSS_OPTIONS;
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return hinge(yTrue, yPred);
  }
}

/** {@link squaredHinge} as a loss object. */
export class SquaredHinge extends Loss {
  static override readonly className = 'SquaredHinge';
  static override readonly optionNames: KnownOptions = LOSS_OPTIONS;
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return squaredHinge(yTrue, yPred);
  }
}

/** {@link categoricalHinge} as a loss object. */
export class CategoricalHinge extends Loss {
  static override readonly className = 'CategoricalHinge';
  static override readonly optionNames: KnownOptions = LOSS_OPTIONS;
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return categoricalHinge(yTrue, yPred);
  }
}
