// The host's garbage collector, which Node lets a program ask to run. Browsers have none of this.
import { v8Module } from './v8-flags.js';

interface VmModule {
  runInNewContext(code: string): unknown;
}

function isVmModule(value: unknown): value is VmModule {
  return typeof value === 'object' && value !== null && 'runInNewContext' in value;
}

let found: { readonly collect: (() => void) | undefined } | undefined;

/**
 * Looks for all that nobody can reach, which takes some milliseconds; undefined where a program cannot
 * ask for it, and with KERATIN_V8_FLAGS=off.
 */
export function garbageCollector(): (() => void) | undefined {
  found ??= { collect: findCollector() };
  return found.collect;
}

/** The function `gc`, which new contexts have while the flag that asks for it is set. */
function findCollector(): (() => void) | undefined {
  const v8 = v8Module();
  if (v8 === undefined) return undefined;
  const vm: unknown = process.getBuiltinModule?.('node:vm');
  if (!isVmModule(vm)) return undefined;
  v8.setFlagsFromString('--expose-gc');
  try {
    const gc = vm.runInNewContext('gc');
    return typeof gc === 'function' ? () => Reflect.apply(gc, undefined, []) : undefined;
  } finally {
    v8.setFlagsFromString('--no-expose-gc');
  }
}
