// A picture in memory, which every format is decoded to and encoded from.
import { FormatError } from '../../core/errors.js';

/** 1: grey. 3: red, green, blue. 4: with opacity. */
export type Channels = 1 | 3 | 4;

/** A picture: bytes from 0 to 255, row by row from the top, the channels of a pixel together. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: Channels;
  readonly data: Uint8Array;
}

/** What a picture file may ask for. */
export interface PictureLimits {
  /** Most pixels of one picture; default 2^27, about 134 million. */
  readonly maxPixels?: number | undefined;
}

const MOST_PIXELS = 2 ** 27;

/** Throws where a picture of this size is empty or larger than allowed: before memory is taken. */
export function checkSize(
  where: string,
  width: number,
  height: number,
  { maxPixels = MOST_PIXELS }: PictureLimits,
): void {
  if (width >= 1 && height >= 1 && width * height <= maxPixels) return;
  throw new FormatError({
    where,
    what: width * height > maxPixels ? 'the picture is too large' : 'the picture has no pixels',
    expected: `1 to ${maxPixels} pixels`,
    received: `${width} x ${height}`,
    fix: 'make the picture smaller, or raise maxPixels if you trust it',
  });
}

/** The error for a file that is not what its first bytes say. */
export function damagedPicture(where: string, reason: string, cause?: unknown): FormatError {
  return new FormatError(
    {
      where,
      what: `the picture cannot be decoded: ${reason}`,
      fix: 'the file is damaged or of an unknown kind: replace it, or take it out of the folder',
    },
    { cause },
  );
}
