// How this entry adds to classes: methods and getters that only TensorFlow.js has are put on prototypes
// when it is loaded.

/** Puts methods on a prototype; `this` is what they are called on. */
export function putMethods(prototype: object, methods: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(methods)) {
    Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
  }
}

/** Puts getters on a prototype. */
export function putGetters<T extends object>(
  prototype: T,
  getters: Readonly<Record<string, (this: T) => unknown>>,
): void {
  for (const [name, get] of Object.entries(getters)) {
    Object.defineProperty(prototype, name, { get, configurable: true });
  }
}
