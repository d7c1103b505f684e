// The errors Keratin throws. Each answers: what happened and where, expected and received, the fix.

/** The answers an error gives; every field but `what` may be left out. */
export interface ErrorDetails {
  /** Where it happened, e.g. `Dense "head"` or `matmul`. */
  readonly where?: string;
  /** What happened, as a sentence without its full stop. */
  readonly what: string;
  readonly expected?: string;
  readonly received?: string;
  /** How to fix it, as a sentence without its full stop. */
  readonly fix?: string;
}

function messageOf(details: ErrorDetails): string {
  const place = details.where === undefined ? '' : `${details.where}: `;
  const facts = [
    details.expected === undefined ? undefined : `expected ${details.expected}`,
    details.received === undefined ? undefined : `received ${details.received}`,
  ].filter((fact) => fact !== undefined);
  const lines = [`${place}${details.what}.`];
  if (facts.length > 0) lines.push(`  ${facts.join('   ')}`);
  if (details.fix !== undefined) lines.push(`  To fix: ${details.fix}.`);
  return lines.join('\n');
}

/**
 * The parent of every error that Keratin throws on purpose.
 *
 * @example
 * ```ts
 * import { KeratinError } from 'keratin';
 * const error = new KeratinError({ what: 'the file is empty', fix: 'save the model again' });
 * console.log(error.message.split('\n')[0]); // the file is empty.
 * ```
 */
export class KeratinError extends Error {
  readonly details: ErrorDetails;

  constructor(details: ErrorDetails, options?: ErrorOptions) {
    super(messageOf(details), options);
    this.details = details;
    this.name = new.target.name;
  }

  /** The same error with `outer` put before its place, as it passes up through layers. */
  inside(outer: string): KeratinError {
    const { where } = this.details;
    return this.placed(where === undefined ? outer : `${outer}/${where}`);
  }

  /** The same error at another place. */
  placed(where: string): KeratinError {
    const Kind = this.constructor as typeof KeratinError;
    return new Kind({ ...this.details, where }, { cause: this.cause ?? this });
  }
}

/** A tensor has the wrong shape or rank. */
export class ShapeError extends KeratinError {}
/** A tensor has the wrong dtype. */
export class DTypeError extends KeratinError {}
/** An argument has a value that makes no sense. */
export class ArgumentError extends KeratinError {}
/** A name (of a layer, loss, optimizer, option ...) is not known. */
export class UnknownNameError extends KeratinError {}
/** Something was used before it was ready, or after it was gone. */
export class StateError extends KeratinError {}
/** A computation gave NaN or Infinity where numbers were asked for. */
export class NumericsError extends KeratinError {}
/** A file is damaged, hostile, or of a kind that Keratin does not read. */
export class FormatError extends KeratinError {}

/** Number of single-character edits between two words (Levenshtein 1966). */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const insertion = (current[j - 1] ?? 0) + 1;
      const deletion = (previous[j] ?? 0) + 1;
      current.push(Math.min(substitution, insertion, deletion));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/** The known name most like `name`, or undefined where none is near. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase().replaceAll('_', '');
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.ceil(wanted.length / 3)) + 1;
  for (const candidate of known) {
    const spelt = candidate.toLowerCase().replaceAll('_', '');
    const isBeginning =
      wanted.length >= 3 && (spelt.startsWith(wanted) || wanted.startsWith(spelt));
    // A name cut short (std for stddev) is nearer than one that needs two edits.
    const distance = Math.min(editDistance(wanted, spelt), isBeginning ? 1.5 : Infinity);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** The error for a misspelt or unknown name, with the nearest valid one. */
export function unknownName(
  kind: string,
  name: string,
  known: Iterable<string>,
  where?: string,
): UnknownNameError {
  const names = [...known];
  const nearest = nearestName(name, names);
  return new UnknownNameError({
    ...(where === undefined ? {} : { where }),
    what: `there is no ${kind} named "${name.slice(0, 200)}"`,
    expected: names.length <= 40 ? `one of ${names.join(', ')}` : `a known ${kind}`,
    received: `"${name.slice(0, 200)}"`,
    fix: nearest === undefined ? `use a known ${kind}` : `did you mean "${nearest}"?`,
  });
}
