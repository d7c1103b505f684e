// Classes and functions that files know under a name of the program's choice. One list for the
// process; only what is registered on purpose, or lent to a loader, is ever made from a file.
import { ArgumentError } from './errors.js';

/** A class or a function. */
// biome-ignore lint/complexity/noBannedTypes: every class and function is one of these
export type Registered = Function;

const byName = new Map<string, Registered>();
const names = new Map<unknown, string>();

/** Options of {@link registerKerasSerializable}. */
export interface RegistrationOptions {
  /** Tells names of different libraries apart; default `Custom`, as in Keras. */
  readonly package?: string;
  /** Default the class's own name. */
  readonly name?: string;
}

function ownName(object: Registered): string {
  const className: unknown = Reflect.get(object, 'className');
  return typeof className === 'string' && Object.hasOwn(object, 'className')
    ? className
    : object.name;
}

/**
 * Registers a class or function under `package>name`, as Python's decorator of this name does, and
 * gives it back. Models that hold it are saved with this name and load without `customObjects`.
 *
 * @throws ArgumentError for a name that another object has already.
 * @example
 * ```ts
 * import { Layer, registerKerasSerializable, type Tensor } from 'keratin';
 * class Doubling extends Layer {
 *   static readonly className = 'Doubling';
 *   override call(x: Tensor) {
 *     return x.mul(2);
 *   }
 * }
 * registerKerasSerializable(Doubling, { package: 'examples' });
 * ```
 */
export function registerKerasSerializable<T extends Registered>(
  object: T,
  options: RegistrationOptions = {},
): T {
  const { package: group = 'Custom', name = ownName(object) } = options;
  const full = `${group}>${name}`;
  const other = byName.get(full);
  if (name === '' || (other !== undefined && other !== object)) {
    throw new ArgumentError({
      where: 'registerKerasSerializable',
      what: name === '' ? 'the function has no name' : 'another object has this name',
      received: full,
      fix: 'choose a name: registerKerasSerializable(object, { name })',
    });
  }
  byName.set(full, object);
  names.set(object, full);
  return object;
}

/** The name that a class or function is registered under, else its own. */
export function getRegisteredName(object: Registered): string {
  return names.get(object) ?? ownName(object);
}

/** Everything that is registered, by full name. */
export function getCustomObjects(): ReadonlyMap<string, Registered> {
  return byName;
}

/** What a file calls an object of a class that is not Keras's: its registered name, or `className`. */
export function registeredNameOf(object: object, className: string): string {
  return names.get(object.constructor) ?? className;
}
