// Checking: an engine that stops at the first op whose result holds NaN or Infinity.

import { isFloat } from '../../core/dtype.js';
import type { Engine } from '../../core/engine.js';
import { NumericsError } from '../../core/errors.js';
import { formatShape } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';

/** A float result to look at: which op made it, and where that was. */
export interface Suspect {
  readonly op: string;
  readonly output: Tensor;
  readonly place: string;
}

/** Says whether a tensor holds only finite numbers; engines on CPU can tell at once. */
export type IsFinite = (tensor: Tensor) => boolean;

/**
 * Looks at every float result with `isFinite`. `place` names the layer that is being called.
 */
export function checking(inner: Engine, isFinite: IsFinite, place: () => string): Engine {
  return {
    ...inner,
    apply(op, inputs, attrs) {
      const outputs = inner.apply(op, inputs, attrs);
      const bad = outputs.findIndex((output) => isFloat(output.dtype) && !isFinite(output));
      if (bad < 0) return outputs;
      const shapes = inputs.map((input) => formatShape(input.shape)).join(', ');
      throw new NumericsError({
        where: [place(), op.name].filter((part) => part !== '').join('/'),
        what: `output ${bad} holds NaN or Infinity`,
        expected: 'finite numbers',
        received: `inputs of shape ${shapes}`,
        fix: 'look at the inputs of this op: a logarithm of 0, a division by 0 or a diverging step',
      });
    },
  };
}
