// Variables that can be calculated with as if they were tensors, which they are in TensorFlow.js.
import { uniqueName } from '../core/naming.js';
import { Variable as Box, cast, type DType, scope, Tensor } from '../index.js';

/** What variables have of tensors: their methods. */
type Methods = Omit<
  Tensor,
  | 'id'
  | 'shape'
  | 'dtype'
  | 'isHeld'
  | 'dispose'
  | 'isDisposed'
  | 'toString'
  | typeof Symbol.dispose
>;

/** Variables that `variable` made and nobody freed. */
const made = new Set<WeakRef<Variable>>();

/** Frees all variables that `tf.variable` made; those of layers stay with their models. */
export function disposeVariables(): void {
  for (const reference of made) {
    const found = reference.deref();
    if (found !== undefined && !found.isDisposed) found.dispose();
  }
  made.clear();
}

/** A variable with the methods of tensors; each acts on the value of the moment. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: installVariableMethods puts them there.
export class Variable extends Box {
  /** Frees the value; using the variable afterwards is an error. */
  dispose(): void {
    this.release();
  }

  /** Whether the value was freed. */
  get isDisposed(): boolean {
    return this.held.isDisposed;
  }

  /** As of tensors: with these members a variable may stand where a tensor is expected. */
  get isHeld(): boolean {
    return this.held.isHeld;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

export interface Variable extends Methods {}

/**
 * A variable that holds `initial` at first.
 *
 * @example
 * ```ts
 * import * as tf from 'keratin/tfjs';
 * const w = tf.variable(tf.scalar(2));
 * w.assign(w.mul(3));
 * console.log(await w.item()); // 6
 * ```
 */
export function variable(
  initial: Tensor,
  trainable = true,
  name = uniqueName('variable'),
  dtype: DType = initial.dtype,
): Variable {
  const fresh = new Variable(cast(initial, dtype), { name, trainable });
  made.add(new WeakRef(fresh));
  return fresh;
}

/** Methods that give a promise, or write later: no scope can hold what they read. */
const WAITING: ReadonlySet<string> = new Set(['array', 'buffer', 'data', 'item', 'print']);

/** Hands the methods of tensors on to variables; tfjs/index.ts calls it when tensors have them. */
export function installVariableMethods(): void {
  for (const name of Object.getOwnPropertyNames(Tensor.prototype)) {
    if (name in Variable.prototype) continue;
    const { get, value } = Object.getOwnPropertyDescriptor(Tensor.prototype, name) ?? {};
    const shared = { configurable: true };
    if (get !== undefined) {
      // Sizes and the like: a variable has a shape and a dtype of its own.
      Object.defineProperty(Variable.prototype, name, { ...shared, get });
    } else if (typeof value === 'function') {
      const call = (owner: Variable, rest: readonly unknown[]): unknown =>
        Reflect.apply(value, owner.value, rest);
      Object.defineProperty(Variable.prototype, name, {
        ...shared,
        writable: true,
        value(this: Variable, ...rest: readonly unknown[]) {
          // Outside of a scope the value would stay until nobody could reach it.
          return WAITING.has(name) ? call(this, rest) : scope(() => call(this, rest));
        },
      });
    }
  }
}
