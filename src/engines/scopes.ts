// Scopes: what was made inside one is freed at its end, unless it is returned or kept.
// The net under them (net.ts) catches tensors made outside of any scope.
import { refusePromise } from '../core/engine.js';
import { Tensor } from '../core/tensor.js';
import { Net } from './net.js';
import { type Scope, StoredTensor } from './storage.js';

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
  readonly #outside: Scope = { depth: 0, made: [], isOpen: true };
  readonly #open: Scope[] = [];
  readonly #net = new Net();

  get #innermost(): Scope {
    return this.#open.at(-1) ?? this.#outside;
  }

  /** Notes a new tensor in the innermost scope. */
  register(tensor: StoredTensor): void {
    this.#registerIn(this.#innermost, tensor);
  }

  #registerIn(scope: Scope, tensor: StoredTensor): void {
    if (scope === this.#outside) this.watch(tensor);
    else scope.made.push(tensor);
  }

  /** Frees a tensor when nobody can reach it any more. */
  watch(tensor: StoredTensor): void {
    this.#net.watch(tensor);
  }

  /** Undefined, or what to wait for while lost tensors are being freed. */
  get rest(): Promise<void> | undefined {
    return this.#net.rest;
  }

  /** The same value for a variable to hold, freed when the variable is dropped with its model. */
  own({ layout, storage }: StoredTensor): StoredTensor {
    const own = new StoredTensor(layout, storage);
    own.kept = true;
    this.watch(own);
    return own;
  }

  /** Notes that somebody in the innermost scope is handed a variable's value. */
  see(value: StoredTensor): void {
    const here = this.#innermost;
    const before = value.seenIn;
    if (before === undefined || !before.isOpen || here.depth < before.depth) value.seenIn = here;
  }

  /** What a variable held until now goes to whoever has seen it, and is freed with their scope. */
  giveBack(value: StoredTensor): void {
    value.kept = false;
    const { seenIn } = value;
    const isWanted = seenIn?.isOpen === true && !value.isDismissed;
    if (isWanted) this.#registerIn(seenIn, value);
    // A step may hold it without having asked for it.
    else if (this.#open.length > 0) this.register(value);
    else value.dispose();
  }

  run<T>(body: () => T, onlyOutermost: boolean): T {
    if (onlyOutermost && this.#open.length > 0) return body();
    const scope = this.#begin();
    let returned = new Set<StoredTensor>();
    try {
      const result = body();
      refusePromise(result);
      returned = tensorsIn(result);
      return result;
    } finally {
      this.#close(scope, returned);
    }
  }

  /** Opens a scope; what is called in the end closes it, and whatever was left open inside. */
  begin(): (result?: unknown) => void {
    const scope = this.#begin();
    return (result) => {
      if (scope.isOpen) this.#close(scope, tensorsIn(result));
    };
  }

  #begin(): Scope {
    const scope: Scope = { depth: this.#open.length + 1, made: [], isOpen: true };
    this.#open.push(scope);
    return scope;
  }

  #close(scope: Scope, returned: ReadonlySet<StoredTensor>): void {
    // Scopes that are opened and closed by hand may be left open.
    const inside = this.#open.splice(scope.depth);
    for (const left of inside.reverse()) this.#close(left, returned);
    this.#open.pop();
    scope.isOpen = false;
    for (const tensor of returned) {
      // The value of a variable goes on being seen where it is returned to.
      if (tensor.seenIn === scope) tensor.seenIn = this.#innermost;
    }
    for (const tensor of scope.made) {
      if (tensor.isDisposed || tensor.kept) continue;
      if (returned.has(tensor)) this.register(tensor);
      else tensor.dispose();
    }
    scope.made.length = 0;
  }
}
