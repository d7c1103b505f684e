// Keeps a small file from asking for large memory: while a model is made from a configuration, no
// tensor may be far larger than the weights that came with it.
import { bytesPerElement } from '../core/dtype.js';
import type { Engine } from '../core/engine.js';
import { FormatError } from '../core/errors.js';
import { formatShape, type Spec, sizeOf } from '../core/shape.js';

const SMALLEST_TENSOR_LIMIT = 16 * 2 ** 20;
const SMALLEST_TOTAL_LIMIT = 2 ** 30;
/** Random initial values take a few intermediate tensors for each weight. */
const TENSOR_FACTOR = 4;
const TOTAL_FACTOR = 100;

/** `engine`, refusing tensors that weights of `weightBytes` cannot need. */
export function withinBudget(engine: Engine, weightBytes: number): Engine {
  const tensorLimit = Math.max(SMALLEST_TENSOR_LIMIT, weightBytes * TENSOR_FACTOR);
  const totalLimit = Math.max(SMALLEST_TOTAL_LIMIT, weightBytes * TOTAL_FACTOR);
  let total = 0;
  const spend = (spec: Spec): void => {
    const size = sizeOf(spec.shape) * bytesPerElement(spec.dtype);
    total += size;
    if (size <= tensorLimit && total <= totalLimit) return;
    throw new FormatError({
      where: 'config.json',
      what: 'the configuration asks for more memory than its weights can fill',
      expected: `tensors of at most ${tensorLimit} bytes, ${totalLimit} together`,
      received: `shape ${formatShape(spec.shape)}`,
      fix: 'the file is damaged, or made to exhaust memory: do not use it',
    });
  };
  return {
    ...engine,
    apply(op, inputs, attrs) {
      for (const output of op.infer(inputs, attrs)) spend(output);
      return engine.apply(op, inputs, attrs);
    },
    write(spec, values) {
      spend(spec);
      return engine.write(spec, values);
    },
  };
}
