// Where the channels of images stand, and windows over their other axes.
import { ArgumentError } from '../core/errors.js';
import { imageDataFormat } from '../core/settings.js';
import { nameAmong } from '../core/spelling.js';
import type { Tensor } from '../core/tensor.js';
import { withChannelsLast as channelsLast } from '../ops/windows.js';

/** `channels_last`: `[batch, ...space, channels]`; `channels_first`: `[batch, channels, ...space]`. */
export type DataFormat = 'channelsLast' | 'channelsFirst' | 'channels_last' | 'channels_first';

/** The data format in Keras's spelling; the one of the process where none is given. */
export function dataFormatOf(
  where: string,
  format: string | null | undefined,
): 'channels_last' | 'channels_first' {
  const known = ['channels_last', 'channels_first'] as const;
  return nameAmong('data format', format ?? imageDataFormat(), known, where);
}

/** Runs `body` on a tensor with the channels last, whatever the format of `x`. */
export function withChannelsLast(
  x: Tensor,
  format: string | null | undefined,
  body: (x: Tensor) => Tensor,
): Tensor {
  return channelsLast(x, format === 'channels_first' ? 'channelsFirst' : 'channelsLast', body);
}

/** The axis of the channels. */
export function channelAxis(format: string | null | undefined): number {
  return format === 'channels_first' ? 1 : -1;
}

/** One number for all axes of space, or one for each. */
export type Window = number | readonly number[];

/** A list of `count` whole numbers of at least `least`. */
export function windowOf(
  where: string,
  option: string,
  value: Window,
  count: number,
  least = 1,
): number[] {
  const list = typeof value === 'number' ? new Array<number>(count).fill(value) : [...value];
  if (list.length === count && list.every((size) => Number.isInteger(size) && size >= least)) {
    return list;
  }
  throw new ArgumentError({
    where,
    what: `${option} does not fit ${count} ${count === 1 ? 'axis' : 'axes'}`,
    expected: `a whole number of at least ${least}, or a list of ${count}`,
    received: JSON.stringify(value) ?? 'undefined',
    fix: `write ${option}: ${least + 2}`,
  });
}

const PADDINGS = ['valid', 'same', 'causal'] as const;

/** How a window treats the border: only inside (`valid`), padded (`same`), only the past (`causal`). */
export type Padding = (typeof PADDINGS)[number];

/** The padding in lower case; throws for one that is not allowed. */
export function paddingOf(where: string, padding: string, causal = false): Padding {
  return nameAmong('padding', padding, causal ? PADDINGS : PADDINGS.slice(0, 2), where);
}
