// Reads the cases of a golden file, as the oracle has written them. golden-arrays.ts makes tensors of
// the arrays in them.
import { readFileSync } from 'node:fs';
import { camelKey } from '../src/core/naming.js';

/** The cases in test/golden/`name`.json; who reads them knows what they hold. */
export function goldenCases<Case>(name: string): readonly Case[] {
  const file = new URL(`golden/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Case[] }).cases;
}

/** Options of a call of Keras, with our names. */
export function ourOptions(options: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [camelKey(name), value]),
  );
}
