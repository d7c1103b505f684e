// Steering of gradients: stopGradient, customGradient, new names for what is computed twice.
import { defineOp } from '../core/op.js';
import { at } from '../core/sequence.js';
import type { Tensor } from '../core/tensor.js';
import { mapKernel, read } from '../kernels/ir/define.js';
import { applyOne, asTensor, type TensorLike } from './convert.js';

export const stopGradientOp = defineOp({
  name: 'stopGradient',
  infer: (inputs) => [at(inputs, 0)],
  lower: ({ inputs, outputs }) => [
    mapKernel(inputs, at(outputs, 0), (index) => read(at(inputs, 0), index)),
  ],
  grad: { none: 'that is what it is for' },
  view: (layout) => layout,
});

/**
 * x as a constant: nothing before it gets a gradient through it.
 *
 * @example
 * ```ts
 * import { gradient, stopGradient, tensor } from 'keratin';
 * const [slope] = gradient((x) => stopGradient(x).mul(x).sum())(tensor([3]));
 * console.log(await slope.array()); // [ 3 ]
 * ```
 */
export function stopGradient(x: TensorLike): Tensor {
  return applyOne(stopGradientOp, [asTensor(x)], undefined);
}

/**
 * The same tensor under a new name. The op is a new one each time, so that a compiled step does not
 * take what is computed from it for what was computed from `x`.
 */
export function renamed(x: Tensor): Tensor {
  const again = defineOp({
    name: 'again',
    infer: (specs) => [at(specs, 0)],
    lower: ({ inputs, outputs }) => [
      mapKernel(inputs, at(outputs, 0), (index) => read(at(inputs, 0), index)),
    ],
    grad: ({ dy }) => [dy],
    view: (layout) => layout,
  });
  return applyOne(again, [x], undefined);
}

/** Gives the gradient of each input from that of the output. */
export type CustomRule = (call: {
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  readonly dy: Tensor;
}) => readonly (Tensor | undefined)[];

/**
 * `forward` with a gradient of your own: `backward` takes the place of the derived one.
 *
 * @example
 * ```ts
 * import { customGradient, gradient, tensor } from 'keratin';
 * const clipped = customGradient((x) => x.mul(2), ({ dy }) => [dy.clip(-1, 1)]);
 * const [slope] = gradient((x) => clipped(x).mul(5).sum())(tensor([3]));
 * console.log(await slope.array()); // [ 1 ]
 * ```
 */
export function customGradient(
  forward: (...inputs: Tensor[]) => Tensor,
  backward: CustomRule,
): (...inputs: TensorLike[]) => Tensor {
  return (...given) => {
    const inputs = given.map((input) => asTensor(input));
    const output = stopGradient(forward(...inputs));
    // The first input is the value; the others only tie the result to where gradients go.
    const tie = defineOp({
      name: 'customGradient',
      infer: (specs) => [at(specs, 0)],
      lower: ({ inputs: views, outputs }) => [
        mapKernel(views, at(outputs, 0), (index) => read(at(views, 0), index)),
      ],
      grad: (call) => [
        undefined,
        ...backward({ inputs: call.inputs.slice(1), output: at(call.outputs, 0), dy: call.dy }),
      ],
      view: (layout) => layout,
    });
    return applyOne(tie, [output, ...inputs], undefined);
  };
}
