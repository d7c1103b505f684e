// Reads the cases of a golden file, as the oracle has written them. golden-arrays.ts makes tensors of
// the arrays in them.
import { readFileSync } from 'node:fs';

/** The cases in test/golden/`name`.json; who reads them knows what they hold. */
export function goldenCases<Case>(name: string): readonly Case[] {
  const file = new URL(`golden/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Case[] }).cases;
}
