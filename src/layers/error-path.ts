// The way into a layer: notes where the program is, and says in which layer an error happened as it
// passes up through the calls of layers.
import { KeratinError } from '../core/errors.js';
import { insideLayer } from '../core/place.js';

/** Errors that already name their innermost layer: outer layers only add their name. */
const placed = new WeakSet<KeratinError>();

/** Runs `body`; an error from it says that it happened inside `layer`. */
export function located<T>(
  layer: { readonly className: string; readonly name: string },
  body: () => T,
): T {
  try {
    return insideLayer(layer.name, body);
  } catch (error) {
    if (!(error instanceof KeratinError)) throw error;
    const label = placed.has(error) ? layer.name : `${layer.className} "${layer.name}"`;
    const inside = error.inside(label);
    if (error.stack !== undefined) {
      // The user wants the line that went wrong, not the lines that passed the error on.
      const frames = error.stack.slice(error.stack.indexOf('\n    at '));
      inside.stack = `${inside.name}: ${inside.message}${frames}`;
    }
    placed.add(inside);
    throw inside;
  }
}
