// Which turn of a traced loop is being described: random numbers without a seed draw from it, so
// that they differ from turn to turn although the body is traced once.
import type { Tensor } from '../core/tensor.js';
import { add, mul } from './arithmetic.js';
import { tensorOf } from './convert.js';
import { cast } from './shaping.js';

/** An odd number that spreads the turns of outer loops over all words (2^32 / golden ratio). */
const SPREAD = 0x9e3779b1;

let present: Tensor | undefined;

/** The turn as a uint32 of shape [], told apart from the turns of loops around it. */
export function presentTurn(): Tensor | undefined {
  return present;
}

/** Runs `body` as turn number `index` of a loop inside of the present turn. */
export function inTurn<T>(index: Tensor, body: () => T): T {
  const outer = present;
  const inner = cast(index, 'uint32');
  present = outer === undefined ? inner : add(mul(outer, tensorOf(SPREAD, 'uint32')), inner);
  try {
    return body();
  } finally {
    present = outer;
  }
}
