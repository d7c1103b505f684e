// Checking: an engine that stops at the first op whose result holds NaN or Infinity.
// Layers that the error passes on its way up put their names before the op's.
import { isFloat } from '../../core/dtype.js';
import type { Engine } from '../../core/engine.js';
import { NumericsError } from '../../core/errors.js';
import { formatShape } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';

/** Looks at every float result with `isFinite`, before anything else uses it. */
export function checking(inner: Engine, isFinite: (tensor: Tensor) => boolean): Engine {
  return {
    ...inner,
    apply(op, inputs, attrs) {
      const outputs = inner.apply(op, inputs, attrs);
      const bad = outputs.findIndex((output) => isFloat(output.dtype) && !isFinite(output));
      if (bad < 0) return outputs;
      const shapes = inputs.map((input) => formatShape(input.shape)).join(', ');
      throw new NumericsError({
        where: op.name,
        what: `output ${bad} holds NaN or Infinity`,
        expected: 'finite numbers',
        received: `inputs of shape ${shapes}`,
        fix: 'look at what goes into this op: a logarithm of 0, a division by 0, a diverging step',
      });
    },
  };
}
