// Which weight of a model a name in model.json means. Names are those of the layers, with whatever a
// version of Keras put between layer and weight; order decides where the names leave a choice.
import { FormatError } from '../../core/errors.js';
import type { Variable } from '../../core/variable.js';
import type { AnyLayer } from '../../layers/layer.js';
import type { WeightHolder } from '../../layers/weight-holder.js';
import { Model } from '../../models/model.js';

/** The most parts that a name may have. */
const MOST_PARTS = 64;

/** A layer that owns weights under its own name: layers of models inside of models too. */
export type Owner = AnyLayer;

/** A model: it holds weights, in layers. */
export interface LayeredModel extends WeightHolder {
  readonly layers: readonly AnyLayer[];
}

/** The layers that own weights, in order; models stand for their layers. */
export function ownersOf(model: LayeredModel): readonly Owner[] {
  const owners = model.layers.flatMap((layer) =>
    layer instanceof Model ? ownersOf(layer) : [layer],
  );
  return [...new Set(owners)].filter(({ weights }) => weights.length > 0);
}

/** A layer's weights: those that are trained, then the others. */
export function weightsOf(owner: Owner): readonly Variable[] {
  return [...owner.trainableWeights, ...owner.nonTrainableWeights];
}

/** What errors tell of names. */
function listed(names: Iterable<string>): string {
  const all = [...names];
  const more = all.length > 5 ? ` and ${all.length - 5} more` : '';
  return `${all.slice(0, 5).join(', ')}${more}`.slice(0, 400) || 'none';
}

function mismatch(what: string, expected: string, received: string): FormatError {
  return new FormatError({
    where: 'weights of model.json',
    what,
    expected,
    received,
    fix: 'load the files that were saved together, or pass { strict: false } to load what fits',
  });
}

class Owners {
  readonly #byName = new Map<string, Owner>();
  readonly #twice = new Set<string>();

  constructor(owners: readonly Owner[]) {
    for (const owner of owners) {
      if (this.#byName.has(owner.name)) this.#twice.add(owner.name);
      this.#byName.set(owner.name, owner);
    }
  }

  /** The owner of the weight with this name: the first, and of those the longest, that it names. */
  of(name: string): Owner | undefined {
    const parts = name.split('/').slice(0, MOST_PARTS);
    for (let start = 0; start < parts.length - 1; start++) {
      for (let end = parts.length - 1; end > start; end--) {
        const found = this.#byName.get(parts.slice(start, end).join('/'));
        if (found === undefined) continue;
        if (this.#twice.has(found.name)) {
          throw mismatch('two layers have the same name', 'different names', found.name);
        }
        return found;
      }
    }
    return undefined;
  }
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** The names for the weights of one owner, in the order of its weights. */
function inOrder(weights: readonly Variable[], names: readonly string[]): readonly string[] {
  const byLast = new Map(names.map((name) => [lastPart(name), name]));
  const own = weights.map(({ path }) => byLast.get(lastPart(path)));
  const isClear = byLast.size === names.length && new Set(own).size === own.length;
  const found = own.filter((name) => name !== undefined);
  return isClear && found.length === own.length ? found : names;
}

/** A variable and the name of its values in the file. */
export interface NamedWeight {
  readonly variable: Variable;
  readonly name: string;
}

/**
 * Pairs the weights of a model with the names in a file.
 *
 * @throws FormatError, if `strict`, where one of them has no partner.
 */
export function pairWeights(
  model: LayeredModel,
  names: readonly string[],
  strict: boolean,
): readonly NamedWeight[] {
  const owners = ownersOf(model);
  const finder = new Owners(owners);
  const byOwner = new Map<Owner, string[]>(owners.map((owner) => [owner, []]));
  const left: string[] = [];
  for (const name of names) {
    const owner = finder.of(name);
    const own = owner === undefined ? left : (byOwner.get(owner) ?? left);
    own.push(name);
  }
  if (strict && left.length > 0) {
    const expected = listed(owners.map((owner) => owner.name));
    throw mismatch('there are weights that belong to no layer', expected, listed(left));
  }
  return owners.flatMap((owner) => {
    const weights = weightsOf(owner);
    const found = byOwner.get(owner) ?? [];
    if (found.length !== weights.length) {
      if (!strict) return [];
      const expected = `${weights.length}: ${listed(weights.map(({ path }) => path))}`;
      const what = `layer "${owner.name}" has another number of weights`;
      throw mismatch(what, expected, `${found.length}: ${listed(found)}`);
    }
    const sorted = inOrder(weights, found);
    return weights.map((variable, at) => ({ variable, name: sorted[at] ?? '' }));
  });
}
