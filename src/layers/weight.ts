// Weight: a variable that belongs to a layer, with its regularizer and constraint.

import type { Constraint } from '../constraints/constraint.js';
import { type DType, isFloat } from '../core/dtype.js';
import type { Tensor } from '../core/tensor.js';
import { Variable, type VariableOptions } from '../core/variable.js';
import { cast } from '../ops/index.js';
import type { Regularizer } from '../regularizers/regularizer.js';

let autocast: DType | undefined;

/** Runs `body` with float weights read as `dtype`: mixed precision. */
export function withAutocast<T>(dtype: DType | undefined, body: () => T): T {
  const before = autocast;
  autocast = dtype;
  try {
    return body();
  } finally {
    autocast = before;
  }
}

/** Options of a weight. */
export interface WeightSettings extends VariableOptions {
  readonly regularizer?: Regularizer | undefined;
  readonly constraint?: Constraint | undefined;
  /** Whether reads inside a call are cast to the layer's compute dtype. Default true. */
  readonly autocast?: boolean | undefined;
}

/** A variable of a layer. `layer.weight(...)` makes it. */
export class Weight extends Variable {
  readonly regularizer: Regularizer | undefined;
  /** Optimizers apply it after every update. */
  readonly constraint: Constraint | undefined;
  /** Whether reads inside a call are cast to the layer's compute dtype. */
  readonly autocast: boolean;
  #replacement: Tensor | undefined;

  constructor(initial: Tensor, settings: WeightSettings) {
    super(initial, settings);
    this.regularizer = settings.regularizer;
    this.constraint = settings.constraint;
    this.autocast = settings.autocast ?? true;
  }

  /** Runs `body` with `tensor` read in place of the value, so that gradients reach the tensor. */
  readAs<T>(tensor: Tensor, body: () => T): T {
    const before = this.#replacement;
    this.#replacement = tensor;
    try {
      return body();
    } finally {
      this.#replacement = before;
    }
  }

  override get value(): Tensor {
    const value = this.#replacement ?? super.value;
    if (autocast === undefined || !this.autocast || !isFloat(this.dtype)) return value;
    return autocast === this.dtype ? value : cast(value, autocast);
  }
}
