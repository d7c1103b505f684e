// Values by the paths of weights or layers, each for one path or for those that a pattern matches.
// OptimizerMap and DTypePolicyMap are made of it; path-pattern.ts reads the patterns.
import { type PathPattern, pathPattern } from './path-pattern.js';

interface Entry<Value> {
  readonly pattern: PathPattern;
  readonly value: Value;
}

/** Values by keys that are a whole path, or else a regular expression for the whole of one. */
export class PathMap<Value> {
  readonly #where: string;
  readonly #entries = new Map<string, Entry<Value>>();

  /** `where` is what errors name. */
  constructor(where: string) {
    this.#where = where;
  }

  /** Number of keys. */
  get size(): number {
    return this.#entries.size;
  }

  /** Whether this key was set; patterns are not tried. */
  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** Keys and values in the order in which they were added. */
  entries(): readonly (readonly [key: string, value: Value])[] {
    return [...this.#entries].map(([key, { value }]) => [key, value]);
  }

  /** Removes a key; false where it was not there. */
  delete(key: string): boolean {
    return this.#entries.delete(key);
  }

  /**
   * Sets the value of a key.
   *
   * @throws ArgumentError for a key that is no regular expression.
   */
  set(key: string, value: Value): void {
    this.#entries.set(key, { pattern: pathPattern(this.#where, key), value });
  }

  /** The key that is the path itself, with its value; else all that match it. */
  matching(path: string): readonly (readonly [key: string, value: Value])[] {
    const exact = this.#entries.get(path);
    if (exact !== undefined) return [[path, exact.value]];
    return [...this.#entries].flatMap(([key, { pattern, value }]) =>
      pattern.matches(path) ? [[key, value] as const] : [],
    );
  }
}
