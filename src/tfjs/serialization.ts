// tf.serialization: classes that saved models may name.

import type { Plain } from '../core/op.js';
import { registerKerasSerializable } from '../core/registration.js';

/** What a configuration holds. */
export type ConfigDictValue = Plain;
export interface ConfigDict {
  readonly [name: string]: Plain | undefined;
}

/** A class of layers. */
export interface SerializableConstructor {
  readonly className?: string;
  readonly name: string;
}

/**
 * Lets saved models name a class; the name is its static `className`.
 *
 * @throws ArgumentError for a name that another class has already.
 */
export function registerClass<T extends SerializableConstructor>(
  kind: T,
  group = 'Custom',
  name: string = kind.className ?? kind.name,
): T {
  if (typeof kind === 'function') registerKerasSerializable(kind, { package: group, name });
  return kind;
}
