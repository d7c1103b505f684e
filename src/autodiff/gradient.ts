// Gradients of functions of tensors and variables, of any order, on whatever engine runs.
import { isFloat } from '../core/dtype.js';
import { currentEngine, withEngine } from '../core/engine.js';
import { ArgumentError, DTypeError, ShapeError } from '../core/errors.js';
import { formatShape } from '../core/shape.js';
import { Tensor } from '../core/tensor.js';
import type { Variable } from '../core/variable.js';
import { onesLike, zerosLike } from '../ops/index.js';
import { backward } from './backward.js';
import { newTape, recording, type Tape } from './recording.js';

function requireScalar(where: string, loss: Tensor): void {
  if (loss.size !== 1) {
    throw new ShapeError({
      where,
      what: 'only a single number has a gradient',
      expected: '[]',
      received: formatShape(loss.shape),
      fix: 'reduce the result first, e.g. with sum() or mean()',
    });
  }
  if (!isFloat(loss.dtype)) {
    throw new DTypeError({
      where,
      what: 'only floats have gradients',
      expected: 'float32 or float64',
      received: loss.dtype,
      fix: 'cast to float32 before anything that should be differentiated',
    });
  }
}

function taped<T>(watched: readonly Tensor[], watchVariables: boolean, body: () => T): [T, Tape] {
  const tape = newTape();
  for (const tensor of watched) tape.active.add(tensor.id);
  const value = withEngine(recording(currentEngine(), tape, watchVariables), body);
  return [value, tape];
}

function gradientsOf(tape: Tape, loss: Tensor, sources: readonly Tensor[]): (Tensor | undefined)[] {
  const outputs = [{ tensor: loss, seed: onesLike(loss) }];
  return backward(tape.calls, tape.active, outputs, sources);
}

/** One gradient for each argument. */
export type GradientsOf<Args extends readonly Tensor[]> = { readonly [Key in keyof Args]: Tensor };

/**
 * The gradient of a function that gives one number: a function of the same arguments that gives
 * one gradient for each of them. Gradients are made of ops, so they have gradients too.
 *
 * @example
 * ```ts
 * import { gradient, type Tensor, tensor } from 'keratin';
 * const cube = (x: Tensor) => x.mul(x).mul(x).sum();
 * const [slope] = gradient(cube)(tensor([2]));
 * console.log(await slope.array()); // [ 12 ]
 * ```
 */
export function gradient<Args extends readonly Tensor[]>(
  fn: (...args: Args) => Tensor,
): (...args: Args) => GradientsOf<Args> {
  return (...args) =>
    currentEngine().scope(() => {
      const [loss, tape] = taped(args, false, () => fn(...args));
      requireScalar('gradient', loss);
      const gradients = gradientsOf(tape, loss, args);
      const given = args.map((source, index) => gradients[index] ?? zerosLike(source));
      // There is one for each argument, as the type says.
      return given as GradientsOf<Args>;
    }, true);
}

/** What `valueAndGradient` gives: what the function returned, and one gradient a variable. */
export interface ValueAndGradients<T> {
  readonly value: T;
  readonly variables: readonly Variable[];
  /** In the order of `variables`; undefined where the loss does not depend on the variable. */
  readonly gradients: readonly (Tensor | undefined)[];
}

function lossOf(value: unknown): Tensor {
  if (value instanceof Tensor) return value;
  if (typeof value === 'object' && value !== null && 'loss' in value) {
    const { loss } = value;
    if (loss instanceof Tensor) return loss;
  }
  throw new ArgumentError({
    where: 'valueAndGradient',
    what: 'the function returned no loss',
    expected: 'a tensor, or an object with a tensor named loss',
    received: typeof value,
    fix: 'return the loss',
  });
}

/**
 * Runs `fn` and gives what it returns with the gradients of the loss (the returned tensor, or its
 * member `loss`) with respect to `variables`; by default all trainable variables that were read.
 *
 * @example
 * ```ts
 * import { Variable, tensor, valueAndGradient } from 'keratin';
 * const w = new Variable(tensor([3]));
 * const { value, gradients } = valueAndGradient(() => w.value.square().sum(), [w]);
 * console.log(await value.item(), await gradients[0]?.array()); // 9 [ 6 ]
 * ```
 */
export function valueAndGradient<T>(
  fn: () => T,
  variables?: readonly Variable[],
): ValueAndGradients<T> {
  return currentEngine().scope(() => {
    const watched = variables?.map((variable) => variable.value) ?? [];
    const [value, tape] = taped(watched, variables === undefined, fn);
    const loss = lossOf(value);
    requireScalar('valueAndGradient', loss);
    const found = variables ?? [...tape.variables.keys()];
    const sources = variables === undefined ? [...tape.variables.values()] : watched;
    return { value, variables: found, gradients: gradientsOf(tape, loss, sources) };
  }, true);
}
