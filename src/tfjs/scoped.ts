// Ops leave their results in memory and nothing else, so that programs that count tensors and free
// results by hand come out even, as in TensorFlow.js.
import { scope, Tensor } from '../index.js';

/** The same function; what it makes on the way is freed. */
export function scoped<Args extends readonly unknown[], Result>(
  fn: (...args: Args) => Result,
): (...args: Args) => Result {
  return (...args) => scope(() => fn(...args));
}

/** Methods that give a promise, or are no ops. */
const OTHERS: ReadonlySet<string> = new Set(
  'constructor array buffer data item print dispose toString'.split(' '),
);

/** Has all ops that are methods of tensors free what they make on the way. */
export function scopeMethods(): void {
  const { prototype } = Tensor;
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const found = Object.getOwnPropertyDescriptor(prototype, name);
    const method: unknown = found?.value;
    if (OTHERS.has(name) || typeof method !== 'function') continue;
    Object.defineProperty(prototype, name, {
      ...found,
      value(this: Tensor, ...rest: readonly unknown[]) {
        return scope(() => Reflect.apply(method, this, rest));
      },
    });
  }
}
