// Finds every class that a configuration names and nobody knows, before any object is made, so that
// one error lists all of them. A class of the user's own never passes for one of Keras's.

import type { CustomRegistry } from '../core/custom-objects.js';
import { FormatError, UnknownNameError } from '../core/errors.js';
import type { Plain } from '../core/op.js';
import { isSerialized, type SerializedObject } from '../core/serialized.js';
import { layerClass } from '../layers/registry.js';
import { isPlainList } from './json.js';

const SHOWN = 10;
/** The largest models of keras.applications have about a thousand. */
const MOST_LAYERS = 10_000;
function isKeras(module: Plain): boolean {
  return typeof module === 'string' && /^keras(\.|$)/.test(module);
}

/** Whether a node is of a class that the program itself must lend. */
function isForeign({ module, registered_name: registered }: SerializedObject): boolean {
  return typeof registered === 'string' && !isKeras(module) && module !== 'builtins';
}

/** Whether Keras itself has no such class, or the program must lend it and does not. */
function isMissing(node: SerializedObject, custom: CustomRegistry): boolean {
  const { module, class_name: name, registered_name: registered } = node;
  if (custom.find(registered, name) !== undefined) return false;
  if (module === 'keras.layers') return layerClass(name) === undefined;
  return isForeign(node);
}

function nameOf({ class_name: name, registered_name: registered }: SerializedObject): string {
  const full = typeof registered === 'string' ? registered : name;
  return full.slice(0, 100);
}

/** Where classes are asked for. */
export interface Asking {
  readonly where: string;
  /** The call that takes customObjects, up to them. */
  readonly call: string;
  /** Further classes that Keras would have to have, and has not. */
  readonly isMissing?: (node: SerializedObject) => boolean;
}

const LOADING: Asking = { where: 'config.json', call: 'loadModel(file' };

class Finder {
  readonly missing = new Set<string>();
  layers = 0;
  readonly #custom: CustomRegistry;
  readonly #asking: Asking;

  constructor(custom: CustomRegistry, asking: Asking) {
    this.#custom = custom;
    this.#asking = asking;
  }

  visit(root: Plain): void {
    const pending: Plain[] = [root];
    for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
      if (typeof item !== 'object' || item === null) continue;
      if (!isPlainList(item) && isSerialized(item)) this.#node(item);
      for (const inner of isPlainList(item) ? item : Object.values(item)) {
        pending.push(inner ?? null);
      }
    }
  }

  #node(node: SerializedObject): void {
    const inside = node.config?.['layers'];
    if (isPlainList(inside)) this.layers += inside.length;
    if (isMissing(node, this.#custom)) this.missing.add(nameOf(node));
    else if (this.#asking.isMissing?.(node) === true) this.missing.add(nameOf(node));
  }
}

function listed(names: ReadonlySet<string>): string {
  const shown = [...names].slice(0, SHOWN).join(', ');
  return names.size > SHOWN ? `${shown} and ${names.size - SHOWN} more` : shown;
}

/** Throws where `config` needs classes that are not there. */
export function requireKnownClasses(
  config: Plain,
  custom: CustomRegistry,
  asking: Asking = LOADING,
): void {
  const { where, call } = asking;
  const finder = new Finder(custom, asking);
  finder.visit(config);
  const { missing, layers } = finder;
  if (layers > MOST_LAYERS) {
    throw new FormatError({
      where,
      what: 'the model has too many layers',
      expected: `at most ${MOST_LAYERS}`,
      received: String(layers),
    });
  }
  if (missing.size === 0) return;
  const names = [...missing].map((name) => name.slice(name.lastIndexOf('>') + 1));
  throw new UnknownNameError({
    where,
    what: `${asking === LOADING ? 'the model' : 'the configuration'} uses classes that are not known here`,
    received: listed(missing),
    fix: `lend your classes: ${call}, { customObjects: { ${names.slice(0, 3).join(', ')} } })`,
  });
}
