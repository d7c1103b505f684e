// Scopes: what was made inside one is freed at its end, unless it is returned or kept.
// A finalizer is the net for tensors made outside of any scope.
import { StateError } from '../core/errors.js';
import { Tensor } from '../core/tensor.js';
import { type Hold, StoredTensor } from './storage.js';

/** All stored tensors in a result: itself, in arrays, in plain objects, in maps. */
function tensorsIn(value: unknown, found = new Set<StoredTensor>()): Set<StoredTensor> {
  if (value instanceof StoredTensor) found.add(value);
  else if (value instanceof Map) for (const entry of value.values()) tensorsIn(entry, found);
  else if (Array.isArray(value)) for (const entry of value) tensorsIn(entry, found);
  else if (typeof value === 'object' && value !== null && !(value instanceof Tensor)) {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) {
      for (const entry of Object.values(value)) tensorsIn(entry, found);
    }
  }
  return found;
}

/** The scopes of one engine, innermost last. */
export class Scopes {
  readonly #open: StoredTensor[][] = [];
  readonly #net = new FinalizationRegistry<Hold>((hold) => hold.letGo());

  get depth(): number {
    return this.#open.length;
  }

  /** Notes a new tensor in the innermost scope. */
  register(tensor: StoredTensor): void {
    const scope = this.#open.at(-1);
    if (scope !== undefined) scope.push(tensor);
    else this.watch(tensor);
  }

  /** Frees a tensor when nobody can reach it any more. */
  watch(tensor: StoredTensor): void {
    this.#net.register(tensor, tensor.hold);
  }

  run<T>(body: () => T, onlyOutermost: boolean): T {
    if (onlyOutermost && this.#open.length > 0) return body();
    const made: StoredTensor[] = [];
    this.#open.push(made);
    let returned = new Set<StoredTensor>();
    try {
      const result = body();
      if (result instanceof Promise) {
        throw new StateError({
          where: 'scope',
          what: 'the body of a scope returned a promise',
          fix: 'compute inside the scope, return the tensors, and await their data outside',
        });
      }
      returned = tensorsIn(result);
      return result;
    } finally {
      this.#open.pop();
      for (const tensor of made) {
        if (tensor.isDisposed || tensor.kept) continue;
        if (returned.has(tensor)) this.register(tensor);
        else tensor.dispose();
      }
    }
  }
}
