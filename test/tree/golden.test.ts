// keras.tree against Keras: results on lists and records, and what is refused.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { toCamelCase } from '../../src/core/names.js';
import { tree } from '../../src/index.js';

interface TreeCase {
  readonly name: string;
  readonly call: string;
  readonly arguments: readonly unknown[];
  readonly result?: unknown;
  readonly refused?: boolean;
}

const file = new URL('../golden/tree.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: readonly TreeCase[] };

/** What the oracle knows by these names. */
const FUNCTIONS: Readonly<Record<string, (...given: unknown[]) => unknown>> = {
  sum: (...leaves) => leaves.reduce<number>((total, leaf) => total + Number(leaf), 0),
  text: (leaf) => `<${pythonText(leaf)}>`,
  count: (shape) => (shape as unknown[]).length,
  'double numbers': (part) => (typeof part === 'number' ? part * 2 : undefined),
  'count lists': (part) => (Array.isArray(part) ? part.length : undefined),
};

/** A value as Python writes it. */
function pythonText(value: unknown): string {
  if (value === null) return 'None';
  if (Array.isArray(value)) return `[${value.map(pythonText).join(', ')}]`;
  if (typeof value === 'object') {
    const parts = Object.entries(value).map(([key, item]) => `'${key}': ${pythonText(item)}`);
    return `{${parts.join(', ')}}`;
  }
  return String(value);
}

const TAKES_FUNCTION = /^(map|traverse)/;

function run(one: TreeCase): unknown {
  const given = one.arguments.map((value) =>
    typeof value === 'string' && TAKES_FUNCTION.test(one.call) ? FUNCTIONS[value] : value,
  );
  const call: unknown = Reflect.get(tree, toCamelCase(one.call));
  if (typeof call !== 'function') throw new Error(`no ${one.call}`);
  return Reflect.apply(call, undefined, given);
}

describe('keras.tree', () => {
  it.each(cases)('$name', (one) => {
    if (one.refused === true) expect(() => run(one)).toThrow('To fix');
    else expect(run(one) ?? null).toEqual(one.result);
  });
});
