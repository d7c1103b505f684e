// Arrays of a file for the variables of a model: checked one by one, assigned all together, so that
// a file that does not fit changes nothing. Used for every format.
import { currentEngine } from '../core/engine.js';
import { FormatError, type KeratinError } from '../core/errors.js';
import type { Variable } from '../core/variable.js';
import { checkFits, tensorFor } from './file-arrays.js';
import type { FileArray } from './hdf5/read.js';

/** How many problems an error lists. */
export const SHOWN = 5;

/** A variable and the array it is to hold. */
export interface Assignment {
  readonly variable: Variable;
  readonly array: FileArray;
}

/** The variables of one owner with their arrays, after checking that they fit. */
export function assignmentsOf(
  owner: string,
  variables: readonly Variable[],
  arrays: readonly FileArray[],
  place = '',
): Assignment[] {
  if (arrays.length !== variables.length) {
    throw new FormatError({
      where: owner,
      what: 'the file holds another number of weights',
      expected: `${variables.length}: ${variables.map(({ path }) => path).join(', ') || 'none'}`,
      received: `${arrays.length}${place}`,
      fix:
        variables.length === 0
          ? 'build the model before loading: call it on data, or give it an input shape'
          : 'load the weights into a model of the same architecture',
    });
  }
  return variables.flatMap((variable, index) => {
    const array = arrays[index];
    if (array === undefined) return [];
    checkFits(variable, array);
    return [{ variable, array }];
  });
}

/** One error for several objects that do not fit. */
export function couldNotLoad(problems: readonly KeratinError[], total: number): FormatError {
  const lines = problems.slice(0, SHOWN).map((problem) => problem.message.replaceAll('\n', ' '));
  const more = problems.length > SHOWN ? `\n  ... and ${problems.length - SHOWN} more` : '';
  return new FormatError({
    where: 'weights',
    what: `${problems.length} of ${total} objects do not fit the file`,
    received: `\n  ${lines.join('\n  ')}${more}`,
    fix: 'load into the model that was saved, or pass { skipMismatch: true } to load what fits',
  });
}

/** Gives every variable its array. */
export function assignAll(assignments: readonly Assignment[]): void {
  currentEngine().scope(() => {
    for (const { variable, array } of assignments) variable.assign(tensorFor(variable, array));
  });
}
