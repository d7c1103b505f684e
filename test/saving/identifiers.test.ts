// What Keras's get() makes of every name it knows, and what serialize() writes of objects, against ours.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { spellingFree } from '../../src/core/names.js';
import type { SerializedObject } from '../../src/core/serialized.js';
import * as keratin from '../../src/index.js';
import { comparable } from '../golden-configs.js';

interface NamesCase {
  readonly name: string;
  readonly module: string;
  /** Name -> class, or function with (). */
  readonly names: Readonly<Record<string, string>>;
  readonly objects: Readonly<Record<string, SerializedObject>>;
}

interface ObjectsCase {
  readonly name: string;
  readonly module: string;
  readonly saved: readonly (SerializedObject | string)[];
}

const file = new URL('../golden/identifiers.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as {
  cases: readonly (NamesCase | ObjectsCase)[];
};
const isNames = (one: NamesCase | ObjectsCase): one is NamesCase => 'names' in one;

/** Our functions of a module. */
interface Family {
  readonly get?: (identifier: unknown) => unknown;
  readonly serialize: (thing: unknown) => unknown;
  readonly deserialize: (saved: unknown) => unknown;
}

function familyOf(module: string): Family {
  if (module === 'layers') {
    const { deserializeLayer: deserialize, serializeLayer: serialize } = keratin;
    return { serialize, deserialize } as Family;
  }
  let home: object = keratin;
  for (const part of module.split('.')) home = Reflect.get(home, part);
  return home as Family;
}

/** Keras 3.15 forgets the gain of Identity when it writes one; we do not. */
const FORGOTTEN: Readonly<Record<string, object>> = { Identity: { gain: 1 } };

describe('names', () => {
  it.each(cases.filter(isNames))('$name', ({ module, names, objects }) => {
    const { get, serialize } = familyOf(module);
    if (get === undefined) throw new Error(`no get in ${module}`);
    for (const [name, meaning] of Object.entries(names)) {
      keratin.clearSession();
      const written = serialize(get(name));
      if (!meaning.endsWith('()')) {
        const wanted = objects[meaning];
        const config = { ...wanted?.config, ...FORGOTTEN[meaning] };
        expect(comparable(written), name).toEqual(comparable({ ...wanted, config }));
        continue;
      }
      // Where Keras has a function for a loss or metric, ours is the object of the same formula.
      const own = typeof written === 'string' ? written : (written as SerializedObject).class_name;
      const wanted = meaning.slice(0, -2);
      if (own === 'function') expect(written).toMatchObject({ config: wanted });
      else expect(spellingFree(own), name).toBe(spellingFree(wanted));
    }
  });
});

describe('objects', () => {
  it.each(cases.filter((one): one is ObjectsCase => !isNames(one)))('$name', (one) => {
    const { deserialize, serialize } = familyOf(one.module);
    for (const saved of one.saved) {
      keratin.clearSession();
      expect(comparable(serialize(deserialize(saved)))).toEqual(comparable(saved));
    }
  });
});
