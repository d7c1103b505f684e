// Gradients compared with central differences in float64: the judge of every gradient rule.

import { currentEngine } from '../core/engine.js';
import type { Tensor } from '../core/tensor.js';
import { gradient } from './gradient.js';

/** Settings of a check; the defaults are those PyTorch's gradcheck uses. */
export interface CheckOptions {
  /** Half the distance between the two points of a difference; 1e-6. */
  readonly step?: number;
  readonly absolute?: number;
  readonly relative?: number;
}

/** The largest disagreement found for one argument. */
export interface GradientMismatch {
  readonly argument: number;
  readonly element: number;
  readonly analytic: number;
  readonly numeric: number;
}

async function numericSlope(
  fn: (...args: Tensor[]) => Tensor,
  args: readonly Tensor[],
  argument: number,
  element: number,
  step: number,
): Promise<number> {
  const valueAt = async (shift: number): Promise<number> => {
    const shifted = await Promise.all(
      args.map(async (arg, index) => {
        if (index !== argument) return arg;
        const values = Float64Array.from(await arg.data());
        values[element] = (values[element] ?? 0) + shift;
        return currentEngine().write({ shape: arg.shape, dtype: arg.dtype }, values);
      }),
    );
    return fn(...shifted).item();
  };
  return ((await valueAt(step)) - (await valueAt(-step))) / (2 * step);
}

/**
 * Compares `gradient(fn)` with finite differences at float64 `args` and lists every element where
 * they differ by more than `absolute + relative * |numeric|`. Empty means right.
 */
export async function checkGradient(
  fn: (...args: Tensor[]) => Tensor,
  args: readonly Tensor[],
  options: CheckOptions = {},
): Promise<readonly GradientMismatch[]> {
  const { step = 1e-6, absolute = 1e-5, relative = 1e-3 } = options;
  const analytic = gradient(fn)(...args);
  const mismatches: GradientMismatch[] = [];
  for (const [argument, slope] of analytic.entries()) {
    const values = await slope.data();
    for (let element = 0; element < values.length; element++) {
      const numeric = await numericSlope(fn, args, argument, element, step);
      const found = values[element] ?? Number.NaN;
      const bound = absolute + relative * Math.abs(numeric);
      if (!(Math.abs(found - numeric) <= bound)) {
        mismatches.push({ argument, element, analytic: found, numeric });
      }
    }
  }
  return mismatches;
}
