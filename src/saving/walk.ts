// Where each object of a model lies in a weights file. Keras names places by attribute and by class
// within a container, never by layer name; the walk here finds the same places in the same order.

import { byCodePoint, joinedPath } from '../core/names.js';
import type { Tensor } from '../core/tensor.js';
import { isList, isRecord } from '../core/tree.js';
import type { Variable } from '../core/variable.js';
import { WeightHolder } from '../layers/weight-holder.js';
import { Model } from '../models/model.js';

/** One object of a model: its place in the file, its name and the variables it owns. */
export interface SavedObject {
  /** Path of the group; `` for the model itself. */
  readonly path: string;
  readonly name: string;
  readonly className: string;
  readonly variables: readonly Variable[];
  /** What is written for variables of which files hold something other than the value. */
  readonly replaced?: ReadonlyMap<Variable, () => Tensor> | undefined;
  /** The layer or model itself; undefined for optimizers. */
  readonly holder?: WeightHolder | undefined;
}

/** Python's name of a property: `forwardLayer` is `forward_layer`, `dense1` stays. */
function attributeName(property: string): string {
  return property.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}

/** A property that holds layers, and what files call it. */
interface Attribute {
  readonly property: string;
  readonly attribute: string;
}

/** The layers of a graph come first, attributes that start with an underscore last, as in Keras. */
function rank(attribute: string, graphFirst: boolean): number {
  if (graphFirst && attribute === 'layers') return 0;
  return attribute.startsWith('_') ? 2 : 1;
}

/**
 * The attributes of a layer in Keras's order. A model with a call of its own has the list `layers`
 * too, in its place by the alphabet: layers of attributes behind it are found in the list first.
 */
function attributesOf(holder: WeightHolder): readonly Attribute[] {
  const isSubclass = holder instanceof Model && holder.graph === undefined;
  const own = holder.children.map(([property]) => ({
    property,
    attribute: holder.attributeNames[property] ?? attributeName(property),
  }));
  const all = isSubclass ? [...own, { property: 'layers', attribute: 'layers' }] : own;
  const compare = (a: string, b: string): number =>
    rank(a, !isSubclass) - rank(b, !isSubclass) || byCodePoint(a, b);
  return all.sort((a, b) => compare(a.attribute, b.attribute));
}

/** Gives `dense`, `dense_1`, ... to the objects of one container. */
class ContainerNames {
  readonly #counts = new Map<string, number>();

  next(base: string): string {
    const count = this.#counts.get(base) ?? 0;
    this.#counts.set(base, count + 1);
    return count === 0 ? base : `${base}_${count}`;
  }
}

function contents(value: unknown): readonly unknown[] | undefined {
  if (value instanceof Map) return [...value.values()];
  if (isList(value)) return value;
  return isRecord(value) ? Object.values(value) : undefined;
}

class Walk {
  readonly found: SavedObject[] = [];
  readonly #seen: Set<unknown>;

  constructor(skipped: readonly unknown[]) {
    this.#seen = new Set(skipped);
  }

  object(holder: WeightHolder, path: string): void {
    if (this.#seen.has(holder)) return;
    this.#seen.add(holder);
    const { name, className, savedWeights } = holder;
    const variables = savedWeights.map(({ weight }) => weight);
    const replaced = new Map<Variable, () => Tensor>();
    for (const { weight, value } of savedWeights) {
      if (value !== undefined) replaced.set(weight, value);
    }
    this.found.push({ path, name, className, variables, replaced, holder });
    for (const { property, attribute } of attributesOf(holder)) {
      const value: unknown = Reflect.get(holder, property);
      const inside = joinedPath(path, attribute);
      if (value instanceof WeightHolder) this.object(value, inside);
      else this.#container(contents(value) ?? [], inside);
    }
  }

  #container(items: readonly unknown[], path: string): void {
    const names = new ContainerNames();
    for (const item of items) {
      if (item instanceof WeightHolder) {
        this.object(item, `${path}/${names.next(item.baseName)}`);
        continue;
      }
      const inner = contents(item);
      if (inner !== undefined) this.#container(inner, `${path}/${names.next('container')}`);
    }
  }
}

/**
 * Every layer of a model (and the model itself, first), each once, with its place. What is skipped
 * counts for the names of places, and is left out with all that it holds, as in Keras.
 */
export function walkModel(
  model: WeightHolder,
  skipped: readonly unknown[] = [],
): readonly SavedObject[] {
  const walk = new Walk(skipped);
  walk.object(model, '');
  return walk.found;
}
