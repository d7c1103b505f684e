// tf.regularizers: those of the main entry, but for other defaults.
import { regularizers as ours } from '../index.js';

/** Options of {@link l1l2}; 0.01 each by default. */
interface L1L2Args {
  readonly l1?: number | undefined;
  readonly l2?: number | undefined;
}

/** The sum of the sizes and of the squares of weights, each times a factor. */
export function l1l2({ l1 = 0.01, l2 = 0.01 }: L1L2Args = {}): ReturnType<typeof ours.l1l2> {
  return ours.l1l2({ l1, l2 });
}

export const regularizers = { ...ours, l1l2 };
