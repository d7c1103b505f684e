// The public names of Keras by module, as the oracle wrote them down, and ours for each.
import { readFileSync } from 'node:fs';
import * as keratin from '../../src/index.js';

/** A public name of Keras. */
export interface KerasName {
  readonly name: string;
  readonly kind: 'class' | 'function' | 'module' | 'value';
  /** The first name of the same thing. */
  readonly sameAs?: string;
}

interface NamesFile {
  readonly keras: string;
  readonly modules: { readonly [module: string]: readonly KerasName[] };
}

const file = new URL('../../test/golden/keras-names.json', import.meta.url);

export function readNames(): NamesFile {
  return JSON.parse(readFileSync(file, 'utf8')) as NamesFile;
}

/** `to_categorical` -> `toCategorical`; names of classes stay. */
export function camelName(name: string): string {
  if (/^[A-Z]/.test(name)) return name;
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** What a path such as `layers.Dense` leads to; undefined where it leads nowhere. */
export function ours(path: string): unknown {
  let value: unknown = keratin;
  for (const part of path.split('.')) {
    if (!isObject(value) || !(part in value)) return undefined;
    value = Reflect.get(value, part);
  }
  return value;
}

/** Modules of Keras whose names have another home here, in the order of looking. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  layers: ['layers', ''],
  ops: ['ops', ''],
  'ops.image': ['ops.image', 'image'],
  utils: ['utils', 'data', 'models', ''],
  'utils.bounding_boxes': ['boundingBoxes'],
  models: ['', 'models'],
  saving: ['', 'saving'],
  config: ['config', ''],
  dtype_policies: ['', 'dtypePolicies'],
  'preprocessing.image': ['data', ''],
  'preprocessing.sequence': ['data', ''],
};

/** Our path for a name of Keras; undefined where there is none. */
export function pathOf(module: string, name: string, renamed?: string): string | undefined {
  if (renamed !== undefined) {
    if (ours(renamed) === undefined) throw new Error(`renames.ts: there is no ${renamed}`);
    return renamed;
  }
  const homes = HOMES[module] ?? [camelName(module)];
  const paths = homes.map((home) => (home === '' ? camelName(name) : `${home}.${camelName(name)}`));
  return paths.find((path) => ours(path) !== undefined);
}
