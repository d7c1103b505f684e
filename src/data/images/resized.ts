// Pictures as numbers at a wanted size: with ops.image.resize, one picture at a time.
import { currentEngine } from '../../core/engine.js';
import { unknownName } from '../../core/errors.js';
import type { Picture } from '../../files/pictures/picture.js';
import { type Interpolation, resize } from '../../ops/image/resize.js';

/** How pictures of a folder get their size. */
export interface ResizedAs {
  readonly size: readonly [height: number, width: number];
  readonly interpolation: Interpolation;
  readonly cropToAspectRatio: boolean;
  readonly padToAspectRatio: boolean;
}

/** The ways of resizing that `ops.image.resize` has. */
export const INTERPOLATIONS = ['bilinear', 'nearest', 'bicubic', 'lanczos3', 'lanczos5'] as const;

/** The interpolation of this name, whatever its case. */
export function interpolationNamed(where: string, name: string): Interpolation {
  const found = INTERPOLATIONS.find((known) => known === name.toLowerCase());
  if (found === undefined) throw unknownName('interpolation', name, INTERPOLATIONS, where);
  return found;
}

/** The values of a picture, `[height, width, channels]` in row-major order, at another size. */
export async function resizedValues(
  picture: Picture,
  { size, ...how }: ResizedAs,
): Promise<ArrayLike<number>> {
  const { width, height, channels, data } = picture;
  if (height === size[0] && width === size[1]) return data;
  const engine = currentEngine();
  const image = engine.write({ shape: [height, width, channels], dtype: 'float32' }, data);
  const resized = engine.scope(() => resize(image, size, how));
  try {
    return await resized.data();
  } finally {
    resized.dispose();
    image.dispose();
  }
}
