// Factories for a SettingFamily, from classes whose one constructor argument is their options.
import type { MakeSetting } from './serialized.js';

/** A class that knows Keras's name for itself; minifiers change `constructor.name`. */
export interface NamedClass<T> {
  readonly className: string;
  // Each class has options of its own; what comes from a file is checked by the constructor.
  new (options: never): T;
}

/** Class name -> factory. */
export function makersOf<T>(classes: readonly NamedClass<T>[]): Record<string, MakeSetting<T>> {
  return Object.fromEntries(
    classes.map((Class) => {
      const make: MakeSetting<T> = (config) => Reflect.construct(Class, [config]);
      return [Class.className, make];
    }),
  );
}
