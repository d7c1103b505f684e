// Matrices that say how much of each old pixel goes into each new one. Before resize and
// scaleAndTranslate, which differ only in how they place the new pixels.
import { range } from '../../core/sequence.js';

/** Guesses between pixels that a matrix can state: all but `nearest`. */
export type SmoothInterpolation = 'bilinear' | 'bicubic' | 'lanczos3' | 'lanczos5';

/** sin(pi x) / (pi x) */
function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Keys, "Cubic convolution interpolation for digital image processing" (1981), with a = -1/2. */
function cubic(x: number): number {
  if (x >= 2) return 0;
  if (x >= 1) return ((-0.5 * x + 2.5) * x - 4) * x + 2;
  return (1.5 * x - 2.5) * x * x + 1;
}

function lanczos(radius: number): (x: number) => number {
  return (x) => (x >= radius ? 0 : sinc(x) * sinc(x / radius));
}

/** The weight of a pixel at a distance of x >= 0 pixels. */
const WEIGHTS: Readonly<Record<SmoothInterpolation, (x: number) => number>> = {
  bilinear: (x) => Math.max(0, 1 - x),
  bicubic: cubic,
  lanczos3: lanczos(3),
  lanczos5: lanczos(5),
};

/** How one axis is sampled anew. */
export interface Resampling {
  /** Pixels before and after. */
  readonly from: number;
  readonly to: number;
  /** New place = old place times `scale` plus `translation`; pixels are squares with centres. */
  readonly scale: number;
  readonly translation: number;
  readonly interpolation: SmoothInterpolation;
  /** Whether shrinking averages over all pixels that fall together. */
  readonly antialias: boolean;
}

/** Row o holds the share of each old pixel in new pixel o; rows outside the image are 0. */
export function resamplingMatrix(axis: Resampling): number[] {
  const { from, to, scale, translation, antialias } = axis;
  const weight = WEIGHTS[axis.interpolation];
  const stretch = antialias ? Math.max(1, 1 / scale) : 1;
  return range(to).flatMap((row) => {
    const centre = (row + 0.5 - translation) / scale - 0.5;
    if (centre < -0.5 || centre > from - 0.5) return range(from).map(() => 0);
    const shares = range(from).map((place) => weight(Math.abs(centre - place) / stretch));
    const total = shares.reduce((sum, share) => sum + share, 0);
    return shares.map((share) => (total === 0 ? 0 : share / total));
  });
}
