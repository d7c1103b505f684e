// Configurations are data. Some that Keras writes name Python code to run or files to open; those
// are refused before any object is made, whatever else the file holds. No option turns this off.
import { FormatError } from '../core/errors.js';
import type { Plain } from '../core/op.js';
import { isPlainList } from './json.js';

/** Classes that exist to run code or to open other files, with what they would do. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ['Lambda', 'runs Python code that is kept in the file'],
  ['__lambda__', 'runs Python code that is kept in the file'],
  ['TorchModuleWrapper', 'unpickles a PyTorch module'],
  ['TFSMLayer', 'opens a TensorFlow model on disk'],
  ['JaxLayer', 'runs Python code'],
  ['FlaxLayer', 'runs Python code'],
  ['__typespec__', 'names a TensorFlow type'],
]);

/** Modules that hold Python's own functions. Bare functions of Keras are written as `builtins`. */
function isForeignModule(module: Plain, className: string): boolean {
  if (typeof module !== 'string') return false;
  if (module === 'builtins') return className !== 'function';
  return /^(os|sys|subprocess|shutil|pickle|marshal|importlib|runpy|ctypes|socket)(\.|$)/.test(
    module,
  );
}

function refuse(className: string, reason: string): never {
  const name = className.slice(0, 100);
  throw new FormatError({
    where: 'config.json',
    what: `the configuration holds "${name}", which ${reason}`,
    expected: 'layers described by data alone',
    received: name,
    fix: `write ${name} as a layer class of your own in Python and in TypeScript, and save again`,
  });
}

/** Throws where any object in `value`, at any depth, would need code from the file. */
export function refuseCode(value: Plain): void {
  const pending: Plain[] = [value];
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    if (typeof item !== 'object' || item === null) continue;
    if (isPlainList(item)) {
      for (const inner of item) pending.push(inner ?? null);
      continue;
    }
    const { class_name: className, module } = item;
    if (typeof className === 'string') {
      const reason = REFUSED.get(className);
      if (reason !== undefined) refuse(className, reason);
      if (isForeignModule(module, className)) refuse(className, `lies in the module ${module}`);
    }
    for (const inner of Object.values(item)) pending.push(inner ?? null);
  }
}
