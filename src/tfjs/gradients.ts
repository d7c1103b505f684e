// Gradients by the names of TensorFlow.js.
import { at } from '../core/sequence.js';
import { isList } from '../core/tree.js';
import {
  ArgumentError,
  customGradient,
  gradient,
  mul,
  optimizers,
  StateError,
  scope,
  sum,
  Tensor,
  type TensorLike,
  type Variable,
  valueAndGradient,
} from '../index.js';
import { putMethods } from './prototypes.js';

type TensorFunction = (...args: Tensor[]) => Tensor;

/** What f gave, and the gradients of the sum of dy f(args), by default with ones for dy. */
function differentiate(
  fn: TensorFunction,
  args: readonly Tensor[],
  dy?: Tensor,
): { value: Tensor; grads: Tensor[] } {
  // The scope outlives that of `gradient`, which would free the value.
  return scope(() => {
    let value: Tensor | undefined;
    const loss: TensorFunction = (...given) => {
      value = fn(...given);
      return sum(dy === undefined ? value : mul(value, dy));
    };
    const grads = [...gradient(loss)(...args)];
    if (value !== undefined) return { value, grads };
    throw new ArgumentError({
      where: 'grad',
      what: 'the function gave no tensor',
      expected: 'a tensor',
      received: 'undefined',
      fix: 'return the result',
    });
  });
}

/**
 * The gradient of f(x) as a function of x. Where f gives more than one number it is that of their
 * sum, or of their sum weighted with `dy`.
 *
 * @example
 * ```ts
 * import * as tf from 'keratin/tfjs';
 * const slope = tf.grad((x) => x.square());
 * console.log(await slope(tf.tensor1d([1, 3])).array()); // [ 2, 6 ]
 * ```
 */
export function grad(fn: (x: Tensor) => Tensor): (x: Tensor, dy?: Tensor) => Tensor {
  return (x, dy) => scope(() => at(differentiate((given) => fn(given ?? x), [x], dy).grads, 0));
}

/** The gradients of f with respect to each of its arguments, as a function of a list of them. */
export function grads(fn: TensorFunction): (args: readonly Tensor[], dy?: Tensor) => Tensor[] {
  return (args, dy) => scope(() => differentiate(fn, args, dy).grads);
}

/** What f gives and its gradient. */
export function valueAndGrad(
  fn: (x: Tensor) => Tensor,
): (x: Tensor, dy?: Tensor) => { value: Tensor; grad: Tensor } {
  return (x, dy) => {
    const { value, grads: found } = differentiate((given) => fn(given ?? x), [x], dy);
    return { value, grad: at(found, 0) };
  };
}

/** What f gives and its gradients with respect to each of its arguments. */
export function valueAndGrads(
  fn: TensorFunction,
): (args: readonly Tensor[], dy?: Tensor) => { value: Tensor; grads: Tensor[] } {
  return (args, dy) => differentiate(fn, args, dy);
}

/** Gradients by the names of their variables. */
export type NamedGradients = Record<string, Tensor>;

/** The variables that names in records of gradients stand for. */
const variablesByName = new Map<string, WeakRef<Variable>>();

/** A name that no other variable goes by: its path, with a number where that is taken. */
function nameFor(variable: Variable): string {
  for (let count = 0; ; count++) {
    const name = count === 0 ? variable.path : `${variable.path}_${count}`;
    const owner = variablesByName.get(name)?.deref();
    if (owner === variable) return name;
    if (owner !== undefined && !owner.held.isDisposed) continue;
    variablesByName.set(name, new WeakRef(variable));
    return name;
  }
}

/** The variables behind values that `model.getWeights` gave. */
const behind = new WeakMap<Tensor, Variable>();

/** The values of variables, which `variableGrads` takes for the variables themselves. */
export function valuesOf(variables: readonly Variable[]): Tensor[] {
  return variables.map((variable) => {
    const { value } = variable;
    behind.set(value, variable);
    return value;
  });
}

function variableOf(given: Variable | Tensor): Variable {
  const found = given instanceof Tensor ? behind.get(given) : given;
  if (found !== undefined) return found;
  throw new ArgumentError({
    where: 'variableGrads',
    what: 'a tensor is no variable',
    expected: 'variables, or what model.getWeights() gave since the last step',
    received: String(given),
    fix: 'make it with tf.variable',
  });
}

/**
 * What f gives, a single number, and its gradients by the names of the variables, by default all
 * trainable ones that f reads.
 */
export function variableGrads(
  fn: () => Tensor,
  variables?: readonly (Variable | Tensor)[],
): { value: Tensor; grads: NamedGradients } {
  const wanted = variables?.map(variableOf).filter(({ trainable }) => trainable);
  const found = valueAndGradient(fn, wanted);
  const grads: NamedGradients = {};
  for (const [index, variable] of found.variables.entries()) {
    const slope = found.gradients[index];
    if (slope !== undefined) grads[nameFor(variable)] = slope;
  }
  return { value: found.value, grads };
}

/** Notes what the gradient of a custom function will need. */
export type Save = (tensors: readonly Tensor[]) => void;
/** Another name of {@link Save}, that of TensorFlow.js. */
export type GradSaveFunc = Save;

/** What a custom function gives: its value, and its gradients from dy and the saved tensors. */
export interface CustomResult {
  readonly value: Tensor;
  readonly gradFunc: (dy: Tensor, saved: Tensor[]) => Tensor | readonly Tensor[];
}

/** A custom function: tensors, then `save`. */
export type CustomFunction = (...args: (Tensor | Save)[]) => CustomResult;

/**
 * A function with a gradient of its own.
 *
 * @example
 * ```ts
 * import * as tf from 'keratin/tfjs';
 * const f = tf.customGrad((x) => ({ value: x.square(), gradFunc: (dy) => dy.mul(10) }));
 * console.log(await tf.grad((x) => f(x))(tf.scalar(3)).item()); // 10
 * ```
 */
export function customGrad(fn: (x: Tensor, save: Save) => CustomResult): (x: TensorLike) => Tensor;
export function customGrad(
  fn: (a: Tensor, b: Tensor, save: Save) => CustomResult,
): (a: TensorLike, b: TensorLike) => Tensor;
export function customGrad(fn: CustomFunction): (...args: TensorLike[]) => Tensor;
export function customGrad(
  fn: (...args: never[]) => CustomResult,
): (...args: TensorLike[]) => Tensor {
  const call = fn as CustomFunction;
  const ignore: Save = () => {};
  return (...args) => {
    const forward = (...inputs: Tensor[]): Tensor => call(...inputs, ignore).value;
    return customGradient(forward, ({ inputs, dy }) => {
      // Run again for what is saved: inside of a compiled step both runs become one.
      const saved: Tensor[] = [];
      const { gradFunc } = call(...inputs, (tensors) => void saved.push(...tensors));
      const slopes = gradFunc(dy, saved);
      return slopes instanceof Tensor ? [slopes] : slopes;
    })(...args);
  };
}

declare module '../optimizers/optimizer.js' {
  interface Optimizer {
    /** One step down the gradient of f; `keratin/tfjs` only. Gives f's value if asked for. */
    minimize(
      fn: () => Tensor,
      returnCost?: boolean,
      variables?: readonly (Variable | Tensor)[],
    ): Tensor | null;
    /** `variableGrads`; `keratin/tfjs` only. */
    computeGradients(
      fn: () => Tensor,
      variables?: readonly (Variable | Tensor)[],
    ): { value: Tensor; grads: NamedGradients };
    /** One step with gradients of `variableGrads`; `keratin/tfjs` only. */
    applyGradients(gradients: GivenGradients): void;
  }
}

/** Gradients by the names of their variables, or as a list. */
export type GivenGradients = NamedGradients | readonly { name: string; tensor: Tensor }[];

function applyGradients(this: optimizers.Optimizer, gradients: GivenGradients): void {
  const entries = isList(gradients)
    ? gradients.map(({ name, tensor }) => [name, tensor] as const)
    : Object.entries(gradients);
  const variables = entries.map(([name]) => {
    const variable = variablesByName.get(name)?.deref();
    if (variable !== undefined) return variable;
    throw new StateError({
      where: 'applyGradients',
      what: `it is not known which variable "${name}" is`,
      expected: 'names that variableGrads or computeGradients gave',
      received: entries.map(([other]) => other).join(', '),
      fix: 'keep those names, or call optimizer.apply(gradients, variables)',
    });
  });
  // What a step reads of variables is freed with it.
  scope(() =>
    this.apply(
      entries.map(([, slope]) => slope),
      variables,
    ),
  );
}

function minimize(
  this: optimizers.Optimizer,
  fn: () => Tensor,
  returnCost = false,
  variables?: readonly (Variable | Tensor)[],
): Tensor | null {
  const value = scope(() => {
    const found = variableGrads(fn, variables);
    applyGradients.call(this, found.grads);
    return found.value;
  });
  if (returnCost) return value;
  value.dispose();
  return null;
}

/** Hangs these methods on optimizers; tfjs/index.ts calls it once. */
export function installGradientMethods(): void {
  const methods = { minimize, applyGradients, computeGradients: variableGrads };
  putMethods(optimizers.Optimizer.prototype, methods);
}
