// The spec engine: shapes and dtypes only. Layers are called under it to learn their output.
import type { Engine } from '../core/engine.js';
import { StateError } from '../core/errors.js';
import type { Spec } from '../core/shape.js';
import { Tensor } from '../core/tensor.js';

/** A tensor without values. */
export class SpecTensor extends Tensor {
  readonly isDisposed = false;

  dispose(): void {}
}

function noValues(): never {
  throw new StateError({
    where: 'shape inference',
    what: 'values were asked for while only shapes are known',
    fix: 'compute from shapes here, and read data outside of call() and build()',
  });
}

/** A tensor of this shape and dtype for use under the spec engine. */
export function specTensor(of: Spec): Tensor {
  return new SpecTensor({ shape: of.shape, dtype: of.dtype });
}

/** Infers and computes nothing. */
export const specEngine: Engine = {
  name: 'spec',
  apply: (op, inputs, attrs) => op.infer(inputs, attrs).map((output) => specTensor(output)),
  compile: (step) => step,
  read: async () => noValues(),
  write: (of) => specTensor(of),
  scope: (body) => body(),
  keep: (tensor) => tensor,
  own: (tensor) => tensor,
  readVariable: (variable) => specTensor(variable),
  assignVariable: () => {},
  trace: (specs, body) => {
    const args = specs.map(specTensor);
    return { arguments: args, calls: [], results: body(args), captures: [], assigned: new Map() };
  },
};
