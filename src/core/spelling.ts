// Names among a few, whatever their spelling: options say them in camelCase, Keras's files in snake_case.
import { unknownName } from './errors.js';
import { spellingFree, toCamelCase } from './names.js';

/**
 * The one of `known` that `name` spells, as `known` has it. `kind` and `where` are for the message.
 *
 * @throws UnknownNameError with the nearest name, in our spelling.
 */
export function nameAmong<Name extends string>(
  kind: string,
  name: string,
  known: readonly Name[],
  where?: string,
): Name {
  const key = spellingFree(String(name));
  const found = known.find((one) => spellingFree(one) === key);
  if (found !== undefined) return found;
  throw unknownName(kind, String(name), known.map(toCamelCase), where);
}
