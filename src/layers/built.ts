// Weights that exist once a layer is built.
import { StateError } from '../core/errors.js';

/** The weight; throws where the layer has not been built. */
export function required<T>(weight: T | undefined): T {
  if (weight !== undefined) return weight;
  throw new StateError({
    what: 'the layer has no weights yet',
    fix: 'call it through apply(), which builds it first',
  });
}
