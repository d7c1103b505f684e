// Class names that survive minifiers: a static `className`, else the name in the source.

/** The name that `instance`'s own class declares, or the class's name where it declares none. */
export function classNameOf(instance: object): string {
  const kind = instance.constructor;
  const own: unknown = Object.hasOwn(kind, 'className') ? Reflect.get(kind, 'className') : '';
  return typeof own === 'string' && own !== '' ? own : kind.name;
}
