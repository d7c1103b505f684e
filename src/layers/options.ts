// Options of layers: what all share, defaults, and errors for names that do not exist.
import { describe, requireObject } from '../core/arguments.js';
import { ArgumentError, unknownName } from '../core/errors.js';
import type { RegularizerLike } from '../regularizers/index.js';
import type { DTypePolicyLike } from './dtype-policies.js';
import type { PartialShape } from './symbolic.js';

/** Options that every layer takes. */
export interface LayerOptions {
  /** Default: the class name in snake_case, with a counter. Must not contain `/`. */
  readonly name?: string | undefined;
  /** Whether the weights are trained. Default true. */
  readonly trainable?: boolean | undefined;
  /** A dtype or policy such as `mixed_float16`. Default: that of `setDTypePolicy`. */
  readonly dtype?: DTypePolicyLike | null | undefined;
  /** A penalty on the outputs, divided by the batch size. Default none. */
  readonly activityRegularizer?: RegularizerLike | null | undefined;
  /** Shape of one input without the batch: the first layer of a Sequential may say it here. */
  readonly inputShape?: PartialShape | undefined;
}

const SHARED = ['name', 'trainable', 'dtype', 'activityRegularizer', 'inputShape', 'autocast'];

type Own<Options> = Exclude<keyof Options, keyof LayerOptions>;

/** All options given: what a layer keeps as its config. */
export type Resolved<Options> = {
  readonly [Key in Own<Options>]-?: Exclude<Options[Key], undefined>;
} & LayerOptions;

/** Values for every option that may be left out; `Needed` are those that may not. */
export type DefaultsOf<Options, Needed = never> = {
  readonly [Key in Exclude<Own<Options>, Needed>]-?: Exclude<Options[Key], undefined>;
} & LayerOptions;

/** The same object without members that are undefined, so that they do not hide defaults. */
function defined<T extends object>(options: T): T {
  const result = { ...options };
  for (const [key, value] of Object.entries(options)) {
    if (value === undefined) Reflect.deleteProperty(result, key);
  }
  return result;
}

/**
 * `options` over `defaults`, checked: every name must be that of a default, of a required option or
 * of an option that all layers have.
 */
export function withDefaults<Defaults extends object, Options extends LayerOptions>(
  className: string,
  defaults: Defaults,
  required: readonly string[],
  options: Options,
): Defaults & Options {
  if (typeof options !== 'object' && required.length > 0) {
    throw missingOptions(className, required, describe(options));
  }
  requireObject(className, options, defaults);
  const known = [...required, ...Object.keys(defaults), ...SHARED];
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) throw unknownName(`option of ${className}`, key, known, className);
  }
  const result = { ...defaults, ...defined(options) };
  const missing = required.filter((key) => !Object.hasOwn(result, key));
  if (missing.length > 0) {
    throw missingOptions(className, missing);
  }
  return result;
}

/** The name of the function that makes a layer: `conv2d` for Conv2D, `rnn` for RNN, `dense` for Dense. */
function factoryName(className: string): string {
  const head = /^[A-Z]+(?=[A-Z][a-z]|$|\d)/.exec(className)?.[0] ?? className.charAt(0);
  const tail = className.slice(head.length).replace('LSTM', 'Lstm');
  return `${head.toLowerCase()}${tail.replace(/\d[A-Z]/g, (end) => end.toLowerCase())}`;
}

function missingOptions(
  className: string,
  missing: readonly string[],
  received?: string,
): ArgumentError {
  return new ArgumentError({
    where: className,
    what: `the option ${missing.join(' and ')} is missing`,
    ...(received === undefined ? {} : { received }),
    fix: `write layers.${factoryName(className)}({ ${missing.join(': ..., ')}: ... })`,
  });
}

/** Throws unless `value` is a whole number above 0. */
export function positive(where: string, option: string, value: number): void {
  if (Number.isInteger(value) && value > 0) return;
  throw new ArgumentError({
    where,
    what: `${option} must be a whole number above 0`,
    received: typeof value === 'number' ? String(value) : describe(value),
    fix: `give ${option} a number such as 1 or 32`,
  });
}

/** Throws unless `value` lies between 0 and 1. */
export function fraction(where: string, option: string, value: number): void {
  if (typeof value === 'number' && value >= 0 && value <= 1) return;
  throw new ArgumentError({
    where,
    what: `${option} must lie between 0 and 1`,
    received: typeof value === 'number' ? String(value) : describe(value),
    fix: `give ${option} a part such as 0.5`,
  });
}
