// What a call uses must be held in a way that training and files know of. Layer asks when it is built.
import { Variable } from '../core/variable.js';
import { callers } from './call-context.js';
import { Weight } from './weight.js';
import { WeightHolder } from './weight-holder.js';

/** Whether `layer` is among the layers inside of `owner`, at any depth. */
function holds(owner: object, layer: object): boolean {
  if (!(owner instanceof WeightHolder)) return false;
  return owner.sublayers.some((inner) => inner === layer || holds(inner, layer));
}

/** A layer that a call uses and nobody holds would be trained by nobody, and saved by nobody. */
export function warnIfNotHeld(layer: WeightHolder): void {
  const owners = callers();
  const [innermost] = owners;
  if (!(innermost instanceof WeightHolder) || layer.weights.length === 0) return;
  if (owners.some((owner) => holds(owner, layer))) return;
  console.warn(
    `${innermost.className} "${innermost.name}" calls the layer "${layer.name}" and does not hold it: ` +
      'its weights are neither trained nor saved. Keep it in a property, alone or in a list, map or ' +
      'record; one whose name begins with # cannot be seen, so write `private dense` for `#dense`.',
  );
}

/** Variables in properties are no weights: only `this.weight` makes what is trained and saved. */
export function warnOfBareVariables(layer: WeightHolder): void {
  for (const [name, value] of Object.entries(layer)) {
    if (!(value instanceof Variable) || value instanceof Weight) continue;
    console.warn(
      `${layer.className} "${layer.name}": the property "${name}" is a Variable, which is neither trained ` +
        `nor saved with the layer. Make a weight in build(): this.weight('${name}', shape, { initializer }).`,
    );
  }
}
