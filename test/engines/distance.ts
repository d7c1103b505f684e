// How far numbers are from exact ones; for tests of what the compiled engine computes otherwise.
import type { Tensor } from '../../src/index.js';

/** The largest difference from float64 numbers, as a share of the largest of them. */
export async function distance(actual: Tensor, exact: Tensor): Promise<number> {
  const off = actual.cast('float64').sub(exact).abs().max();
  return (await off.item()) / (await exact.abs().max().item());
}
