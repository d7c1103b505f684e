// Which names the members of an archive may have: relative, plain, the same on every system.
import { FormatError } from '../core/errors.js';

const LONGEST_NAME = 4096;

function hasControlCharacter(name: string): boolean {
  for (let index = 0; index < name.length; index++) {
    if (name.charCodeAt(index) < 32) return true;
  }
  return false;
}

function problemWith(name: string): string | undefined {
  if (name === '') return 'the name is empty';
  if (name.length > LONGEST_NAME) return 'the name is too long';
  if (hasControlCharacter(name)) return 'the name holds a control character';
  if (name.includes('\\')) return 'the name holds a backslash';
  if (name.startsWith('/')) return 'the name is absolute';
  if (/^[a-z]:/i.test(name)) return 'the name starts with a drive';
  const parts = (name.endsWith('/') ? name.slice(0, -1) : name).split('/');
  if (parts.includes('..')) return 'the name climbs out of its folder';
  if (parts.includes('.') || parts.includes('')) return 'the name has an empty part';
  return undefined;
}

/** Throws unless `name` is a relative path that stays inside its folder on every system. */
export function checkMemberName(where: string, name: string): void {
  const problem = problemWith(name);
  if (problem === undefined) return;
  throw new FormatError({
    where,
    what: `a member of the archive has an unsafe name: ${problem}`,
    expected: 'a relative name such as model.weights.h5',
    received: JSON.stringify(name.slice(0, 100)),
    fix: 'do not use this file unless you trust who made it',
  });
}

/** Throws where two names are the same on a system that ignores case. */
export function checkUniqueNames(where: string, names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    const folded = name.normalize('NFC').toLowerCase();
    if (seen.has(folded)) {
      throw new FormatError({
        where,
        what: 'two members of the archive have the same name',
        received: JSON.stringify(name.slice(0, 100)),
        fix: 'save the model again: programs disagree about which of the two counts',
      });
    }
    seen.add(folded);
  }
}
