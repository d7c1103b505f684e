// Options as older Keras versions wrote them, brought to the names of today.
import { ArgumentError } from '../core/errors.js';
import type { Plain } from '../core/op.js';
import { fromKerasConfig, type PlainConfig } from '../core/serialized.js';
import { isList } from '../core/tree.js';

/** Options that change nothing here, or only have one value that is supported: off. */
const OFF_OR_ABSENT: ReadonlySet<string> = new Set([
  'autocast',
  'gptqUnpackedColumnSize',
  'implementation',
  'inputLength',
  'optional',
  'quantizationConfig',
  'ragged',
  'rmsScaling',
  'sparse',
  'synchronized',
  'timeMajor',
  'useCudnn',
  'weights',
]);

/** Of those, the ones that would change the numbers if they were on. */
const MUST_BE_OFF: ReadonlySet<string> = new Set(['rmsScaling', 'sparse', 'ragged']);

function rename(className: string, key: string): string {
  if (className === 'LeakyReLU' && key === 'alpha') return 'negativeSlope';
  if (key === 'batchInputShape') return className === 'InputLayer' ? 'batchShape' : key;
  if (key === 'keepdims') return 'keepDims';
  return key;
}

/** The options under our names, without those that mean nothing here. */
export function currentConfig(className: string, config: PlainConfig): PlainConfig {
  const result: Record<string, Plain> = {};
  for (const [given, value] of Object.entries(fromKerasConfig(config))) {
    const key = rename(className, given);
    if (MUST_BE_OFF.has(key) && value === true) {
      throw new ArgumentError({
        where: className,
        what: `the option ${key} is not supported`,
        expected: 'false',
        received: 'true',
        fix: 'save the model without it',
      });
    }
    if (OFF_OR_ABSENT.has(key)) continue;
    if (className === 'InputLayer' && key === 'dtype' && value === 'int64') {
      // Whole numbers have 32 bits here.
      result[key] = 'int32';
    } else if (key === 'batchInputShape') {
      if (isList(value)) result.inputShape = value.slice(1);
    } else {
      result[key] = value;
    }
  }
  if (className === 'InputLayer') {
    return Object.fromEntries(
      Object.entries(result).filter(([key]) => ['batchShape', 'dtype', 'name'].includes(key)),
    );
  }
  return result;
}
