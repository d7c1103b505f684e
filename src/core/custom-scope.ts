// customObjectScope: names that mean a program's own classes and functions for as long as a body
// runs. Below everything that looks names up, beside the names that are registered for good.
import { ArgumentError } from './errors.js';
import { getCustomObjects, type Registered } from './registration.js';

/** Name -> class or function. */
export type ScopedObjects = Readonly<Record<string, Registered>>;

interface OpenScope {
  readonly objects: ReadonlyMap<string, Registered>;
  /** Whether its body goes on after it was left, so that anybody may run beside it. */
  isWaiting: boolean;
}

/** From the outermost to the innermost, or the one entered last. */
let open: readonly OpenScope[] = [];

/** Throws where `objects` are no classes or functions. */
export function requireCustomObjects(where: string, objects: ScopedObjects): void {
  for (const [name, value] of Object.entries(objects)) {
    if (typeof value === 'function') continue;
    throw new ArgumentError({
      where,
      what: `"${name}" is neither a class nor a function`,
      expected: 'for example { Scale } where Scale is a class',
      received: typeof value,
    });
  }
}

/** Throws for a name that a scope whose body is waiting knows as something else. */
function refuseCollisions(objects: ScopedObjects): void {
  for (const scope of open) {
    if (!scope.isWaiting) continue;
    for (const [name, object] of Object.entries(objects)) {
      const other = scope.objects.get(name);
      if (other === undefined || other === object) continue;
      throw new ArgumentError({
        where: 'customObjectScope',
        what: `"${name}" means something else in a scope whose body is still waiting`,
        expected: 'one object for each name among bodies that run at the same time',
        received: `two objects named "${name}"`,
        fix: 'await the other scope first, or pass customObjects to the loader',
      });
    }
  }
}

function isPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise;
}

/**
 * Runs `body` while names in files and options may mean these classes and functions: for
 * `loadModel`, `deserializeKerasObject`, and options such as `activation: 'mine'` or `loss: 'mine'`.
 * An inner scope adds to the outer one, and for equal names comes first (in Keras 3 it hides all
 * names of the outer one). Names registered for good come after those of scopes.
 *
 * Where `body` gives a promise the scope stays open until that is settled, and others that run
 * meanwhile see its names too. A second scope that would give one of the names another meaning
 * is therefore refused, so that no file is read with somebody else's class.
 *
 * @throws ArgumentError for what is neither a class nor a function, and for a name that a waiting
 * scope knows as something else.
 * @example
 * ```ts
 * import { customObjectScope, layers, type Tensor, tensor } from 'keratin';
 * const doubled = (x: Tensor) => x.mul(2);
 * const layer = customObjectScope({ doubled }, () => layers.activation({ activation: 'doubled' }));
 * console.log(await layer.apply(tensor([1, 2])).array()); // [ 2, 4 ]
 * ```
 */
export function customObjectScope<T>(objects: ScopedObjects, body: () => T): T {
  requireCustomObjects('customObjectScope', objects);
  refuseCollisions(objects);
  return lending(objects, body);
}

/** The scope itself. For bodies that end before they return no other scope can stand in the way. */
export function lending<T>(objects: ScopedObjects, body: () => T): T {
  const scope: OpenScope = { objects: new Map(Object.entries(objects)), isWaiting: false };
  open = [...open, scope];
  // By identity: scopes whose bodies wait may end in any order.
  const close = (): void => {
    open = open.filter((other) => other !== scope);
  };
  let result: T;
  try {
    result = body();
  } catch (error) {
    close();
    throw error;
  }
  if (isPromise(result)) {
    scope.isWaiting = true;
    result.then(close, close);
  } else close();
  return result;
}

/** All objects that programs lend now: registered ones, then those of scopes, innermost last. */
export function lentObjects(): ReadonlyMap<string, Registered> {
  if (open.length === 0) return getCustomObjects();
  return new Map([...getCustomObjects(), ...open.flatMap(({ objects }) => [...objects])]);
}

/**
 * The class or function registered under `package>name`, or lent under `name` by a scope that is open;
 * undefined for none.
 *
 * @example
 * ```ts
 * import { customObjectScope, getRegisteredObject } from 'keratin';
 * class Own {}
 * customObjectScope({ Own }, () => console.log(getRegisteredObject('Own') === Own)); // true
 * console.log(getRegisteredObject('Own')); // undefined
 * ```
 */
export function getRegisteredObject(name: string): Registered | undefined {
  return lentObjects().get(name);
}
