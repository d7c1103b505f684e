// Which Python module a class has in Keras's files; classes of users have none.

/** The module that `instance`'s own class declares as `static kerasModule`. */
export function kerasModuleOf(instance: object): string | null {
  const kind = instance.constructor;
  const own: unknown = Object.hasOwn(kind, 'kerasModule') ? Reflect.get(kind, 'kerasModule') : null;
  return typeof own === 'string' ? own : null;
}
