// Settings of the whole process, each read in one place: see config/index.ts for what they mean. The
// default dtype policy is layers/dtype-policy.ts's, the fuzz factor epsilon.ts's.
import { ArgumentError, unknownName } from './errors.js';
import { spellingFree } from './names.js';

/** Where the channels of pictures stand: `[batch, ...space, channels]` or `[batch, channels, ...space]`. */
export type ImageDataFormat = 'channelsLast' | 'channelsFirst';

let dataFormat: ImageDataFormat = 'channelsLast';

/** The data format of layers and pictures that are made without one. */
export function imageDataFormat(): ImageDataFormat {
  return dataFormat;
}

/** Sets {@link imageDataFormat}, in either spelling. */
export function setImageDataFormat(format: string): void {
  const key = spellingFree(String(format));
  if (key === 'channelslast') dataFormat = 'channelsLast';
  else if (key === 'channelsfirst') dataFormat = 'channelsFirst';
  else {
    const known = ['channelsLast', 'channelsFirst'];
    throw unknownName('data format', String(format), known, 'setImageDataFormat');
  }
}

function requireLimit(where: string, limit: number | null): number | null {
  if (limit === null || (Number.isInteger(limit) && limit > 0)) return limit;
  throw new ArgumentError({
    where,
    what: 'the limit is not a count',
    expected: 'a whole number of at least 1, or null for no limit',
    received: String(limit),
    fix: `write ${where}(null) to lift the limit`,
  });
}

let epochs: number | null = null;
let steps: number | null = null;

/** The most epochs that fit runs; null for no limit. */
export function maxEpochs(): number | null {
  return epochs;
}

/** Sets {@link maxEpochs}. */
export function setMaxEpochs(limit: number | null): void {
  epochs = requireLimit('setMaxEpochs', limit);
}

/** The most batches in an epoch of fit, evaluate and predict; null for no limit. */
export function maxStepsPerEpoch(): number | null {
  return steps;
}

/** Sets {@link maxStepsPerEpoch}. */
export function setMaxStepsPerEpoch(limit: number | null): void {
  steps = requireLimit('setMaxStepsPerEpoch', limit);
}

/** The smaller of what was asked for and a limit of the process, which is told once it counts. */
export function limited<T extends number | null | undefined>(
  asked: T,
  limit: number | null,
  what: string,
): T | number {
  if (limit === null || (typeof asked === 'number' && asked <= limit)) return asked;
  console.warn(`Limiting ${what} to ${limit}, as config says.`);
  return limit;
}

let isInteractive = true;

/** Whether progress is written for somebody who looks at it. */
export function isInteractiveLoggingEnabled(): boolean {
  return isInteractive;
}

/** Sets {@link isInteractiveLoggingEnabled}. */
export function setInteractiveLogging(enabled: boolean): void {
  isInteractive = enabled;
}
