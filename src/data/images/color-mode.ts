// The names of the channels of pictures.
import { unknownName } from '../../core/errors.js';
import type { Channels } from '../../files/pictures/picture.js';

/** The channels of pictures. */
export type ColorMode = 'grayscale' | 'rgb' | 'rgba';

const CHANNELS: Readonly<Record<ColorMode, Channels>> = { grayscale: 1, rgb: 3, rgba: 4 };

/** The channels of a colour mode; throws for an unknown one. */
export function channelsOf(where: string, mode: string): Channels {
  const found = Object.entries(CHANNELS).find(([name]) => name === mode);
  if (found === undefined) throw unknownName('colorMode', mode, Object.keys(CHANNELS), where);
  return found[1];
}
