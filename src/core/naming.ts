// Names as Keras writes them: snake_case of classes and options, counted names, name scopes.
import { toCamelCase, toSnakeCase } from './names.js';

/** Keras's snake_case of a class name: `Conv2D` is `conv2d`, `ReLU` is `re_lu`. */
export function snakeCase(name: string): string {
  return name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

/** Options whose Keras name is not the snake_case of ours. */
const EXCEPTIONS: readonly (readonly [camel: string, snake: string])[] = [
  ['keepDims', 'keepdims'],
  ['axis1', 'axis1'],
  ['axis2', 'axis2'],
];
const SNAKE_OF: ReadonlyMap<string, string> = new Map(EXCEPTIONS);
const CAMEL_OF: ReadonlyMap<string, string> = new Map(
  EXCEPTIONS.map(([camel, snake]) => [snake, camel]),
);

/** The Keras name of an option: `useBias` is `use_bias`. */
export function snakeKey(key: string): string {
  return SNAKE_OF.get(key) ?? toSnakeCase(key);
}

/** Our name of a Keras option: `use_bias` is `useBias`. */
export function camelKey(key: string): string {
  return CAMEL_OF.get(key) ?? toCamelCase(key);
}

const counters = new Map<string, number>();
let scopes: readonly string[] = [];

/** A name nobody had: `dense`, then `dense_1`, `dense_2` ... */
export function uniqueName(base: string): string {
  const count = counters.get(base) ?? 0;
  counters.set(base, count + 1);
  return count === 0 ? base : `${base}_${count}`;
}

/**
 * Forgets which automatic names were given, so that the next model is `sequential` again.
 *
 * @example
 * ```ts
 * import { clearSession, layers } from 'keratin';
 * clearSession();
 * console.log(layers.dense({ units: 1 }).name); // dense
 * ```
 */
export function clearSession(): void {
  counters.clear();
}

/** Runs `body` with `name` put before the paths of the variables made inside. */
export function nameScope<T>(name: string, body: () => T): T {
  const before = scopes;
  scopes = [...before, name];
  try {
    return body();
  } finally {
    scopes = before;
  }
}

/** The enclosing name scopes and `name`, joined by `/`. */
export function scopedPath(name: string): string {
  return [...scopes, name].join('/');
}
