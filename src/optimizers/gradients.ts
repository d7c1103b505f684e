// What happens to gradients before an update rule sees them: clipping by value or by norm.
import { KeratinError } from '../core/errors.js';
import type { Tensor } from '../core/tensor.js';
import { add, clip, div, maximum, mul, sqrt, square, sum } from '../ops/index.js';
import type { SharedSettings } from './options.js';

function squaredNorm(x: Tensor): Tensor {
  return sum(square(x));
}

/** g·c / max(‖g‖, c). */
function clipByNorm(gradient: Tensor, limit: number): Tensor {
  return mul(gradient, div(limit, maximum(sqrt(squaredNorm(gradient)), limit)));
}

function clipByGlobalNorm(gradients: readonly Tensor[], limit: number): Tensor[] {
  const [first, ...rest] = gradients.map(squaredNorm);
  if (first === undefined) throw new KeratinError({ what: 'there are no gradients to clip' });
  const norm = sqrt(rest.reduce((total, next) => add(total, next), first));
  const scale = div(limit, maximum(norm, limit));
  return gradients.map((gradient) => mul(gradient, scale));
}

/** The gradients clipped as the settings say; at most one way is set. */
export function clipGradients(gradients: readonly Tensor[], settings: SharedSettings): Tensor[] {
  const { clipnorm, globalClipnorm, clipvalue } = settings;
  if (clipvalue !== null) return gradients.map((gradient) => clip(gradient, -clipvalue, clipvalue));
  if (clipnorm !== null) return gradients.map((gradient) => clipByNorm(gradient, clipnorm));
  if (globalClipnorm !== null) return clipByGlobalNorm(gradients, globalClipnorm);
  return [...gradients];
}
