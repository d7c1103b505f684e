// Numbers between 0 and 1 with a symmetric beta distribution, for layers that mix images.
import type { Tensor } from '../../../core/tensor.js';
import {
  add,
  div,
  greater,
  less,
  log,
  logicalAnd,
  maximum,
  mul,
  ones,
  random,
  type SeedGenerator,
  sigmoid,
  sqrt,
  square,
  sub,
  where,
} from '../../../ops/index.js';

/** Attempts; each is accepted in at least 95 of 100 cases. */
const ATTEMPTS = 8;
/** Keeps logarithms of uniform numbers finite. */
const LEAST = 2 ** -25;

/**
 * Logarithms of gamma-distributed numbers of shape `alpha`, by rejection (Marsaglia and Tsang 2000)
 * with a fixed number of attempts, of which the last accepted counts. For small `alpha` numbers
 * would vanish; their logarithms do not.
 */
function logGamma(count: number, alpha: Tensor, seed: SeedGenerator): Tensor {
  const offset = sub(add(alpha, 1), 1 / 3);
  const spread = div(1, sqrt(mul(offset, 9)));
  let found = mul(log(offset), ones([count]));
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const normal = random.normal([count], { seed });
    const root = add(mul(normal, spread), 1);
    const cube = mul(root, square(root));
    const logCube = log(maximum(cube, LEAST));
    const bound = add(mul(square(normal), 0.5), mul(offset, add(sub(1, cube), logCube)));
    const uniform = add(random.uniform([count], { seed }), LEAST);
    const accepted = logicalAnd(greater(root, 0), less(log(uniform), bound));
    // Any accepted attempt is as good as another: the last one counts.
    found = where(accepted, add(log(offset), logCube), found);
  }
  const boost = div(log(add(random.uniform([count], { seed }), LEAST)), alpha);
  return add(found, boost);
}

/** `[count]` numbers of the beta distribution with both parameters `alpha` (a number above 0). */
export function symmetricBeta(count: number, alpha: Tensor, seed: SeedGenerator): Tensor {
  return sigmoid(sub(logGamma(count, alpha, seed), logGamma(count, alpha, seed)));
}
