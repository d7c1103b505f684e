// Steering of gradients and of repetition: stopGradient, customGradient, scan.
import { ArgumentError } from '../core/errors.js';
import { defineOp } from '../core/op.js';
import { at, range } from '../core/sequence.js';
import { Tensor } from '../core/tensor.js';
import { flattenTree, mapTree, type Tree } from '../core/tree.js';
import { mapKernel, read } from '../kernels/ir/define.js';
import { applyOne, asTensor, type TensorLike } from './convert.js';
import { stack } from './joining.js';
import { sliceAxis } from './slicing.js';
import { squeeze } from './views.js';

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

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

/** How `scan` runs. */
export interface ScanOptions {
  /** Steps to run where there are no inputs. */
  readonly length?: number | undefined;
  /** Runs from the last input to the first. */
  readonly reverse?: boolean | undefined;
}

function lengthOf(xs: unknown, options: ScanOptions): number {
  const lengths = flattenTree(xs, isTensor).map((x) => at(x.shape, 0));
  const length = lengths[0] ?? options.length;
  if (length !== undefined && lengths.every((one) => one === length)) return length;
  throw new ArgumentError({
    where: 'scan',
    what: 'the number of steps is not clear',
    expected: 'inputs with one size of the first axis, or a length',
    received: lengths.length === 0 ? 'neither' : lengths.join(', '),
    fix: 'pass inputs with equal first axes, or { length }',
  });
}

/**
 * Runs `step(carry, x)` over the first axis of `xs` and gives the last carry with all outputs
 * stacked. Carry, inputs and outputs are tensors, or lists and records of tensors.
 *
 * @example
 * ```ts
 * import { scan, tensor } from 'keratin';
 * const [total, sums] = scan(
 *   (carry, x) => [carry.add(x), carry.add(x)],
 *   tensor(0),
 *   tensor([1, 2, 3]),
 * );
 * console.log(await total.item(), await sums.array()); // 6 [ 1, 3, 6 ]
 * ```
 */
export function scan<Carry extends Tree<Tensor>, X extends Tree<Tensor>, Y extends Tree<Tensor>>(
  step: (carry: Carry, x: X) => readonly [Carry, Y],
  init: Carry,
  xs: X,
  options: ScanOptions = {},
): [Carry, Y] {
  const length = lengthOf(xs, options);
  const order = options.reverse ? range(length).reverse() : range(length);
  const outputs: Y[] = new Array(length);
  let carry = init;
  for (const index of order) {
    // Slicing a leaf gives a leaf, so the tree keeps its type.
    const x = mapTree<Tensor, Tensor>(xs, isTensor, (leaf) =>
      squeeze(sliceAxis(leaf, 0, index, 1), 0),
    ) as X;
    const [next, output] = step(carry, x);
    carry = next;
    outputs[index] = output;
  }
  const first = outputs[0];
  if (first === undefined) {
    throw new ArgumentError({
      where: 'scan',
      what: 'there are no steps',
      fix: 'pass inputs whose first axis is at least 1',
    });
  }
  const lists = outputs.map((output) => flattenTree(output, isTensor));
  let leaf = 0;
  const stacked = mapTree<Tensor, Tensor>(first, isTensor, () => {
    const place = leaf++;
    return stack(lists.map((list) => at(list, place)));
  }) as Y;
  return [carry, stacked];
}
