// Paths with values of the logs in them: `{epoch:02d}-{val_loss:.2f}.keras`, as Python formats.
import { ArgumentError, unknownName } from '../core/errors.js';
import { type Logs, requireNumber } from './log-values.js';
import { exponential, fixed } from './number-text.js';

function formatted(value: number, format: string, template: string): string {
  if (format === '') return String(value);
  const parts = /^(0?)(\d*)(?:\.(\d+))?([dfe]?)$/.exec(format);
  if (parts === null) {
    throw new ArgumentError({
      where: 'filepath',
      what: `the format "${format}" is not known`,
      expected: 'a format such as 02d, .2f or .3e',
      received: template,
      fix: 'write for example {epoch:02d}-{val_loss:.2f}.keras',
    });
  }
  const [, zero, width = '', digits, kind] = parts;
  const places = Number(digits ?? 6);
  const text =
    kind === 'd'
      ? String(Math.trunc(value))
      : kind === 'e'
        ? exponential(value, places)
        : kind === 'f' || digits !== undefined
          ? fixed(value, places)
          : String(value);
  return text.padStart(Number(width), zero === '0' ? '0' : ' ');
}

/** `template` with `{name}` and `{name:format}` replaced. */
export function fillTemplate(template: string, values: Logs): string {
  return template.replaceAll(/\{(\w+)(?::([^}]*))?\}/g, (_, name: string, format?: string) => {
    const value = values[name];
    if (value === undefined) throw unknownName('value', name, Object.keys(values), 'filepath');
    return formatted(requireNumber('filepath', name, value), format ?? '', template);
  });
}
