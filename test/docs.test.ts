// Every code block that people can read runs, and prints what it says: README, docs, and the
// examples in comments.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import * as blocks from './harness/code-blocks.js';

const HOOK = 'keratinPrinted';
const REASON = '// Not run by the tests:';

// Inside the repository, so that modules resolve packages as the source does.
mkdirSync(join(blocks.root, '.cache'), { recursive: true });
const folder = mkdtempSync(join(blocks.root, '.cache', 'code-blocks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;

async function run(block: blocks.CodeBlock): Promise<void> {
  const printed = new Map<number, string[]>();
  Object.assign(globalThis, {
    [HOOK]: (line: number, ...values: readonly unknown[]) => {
      printed.set(line, [...(printed.get(line) ?? []), format(...values)]);
    },
  });
  const path = join(folder, `block-${count++}.ts`);
  writeFileSync(path, blocks.moduleOf(block.code, HOOK));
  await import(/* @vite-ignore */ path);
  for (const { line, text } of blocks.promisesOf(block.code)) {
    const all = (printed.get(line) ?? ['(nothing)']).join(' ');
    expect(blocks.withoutSpaces(all), `line ${line + 1} of the block prints ${all}`).toBe(
      blocks.withoutSpaces(text),
    );
  }
}

function checkAll(found: readonly blocks.CodeBlock[]): void {
  for (const block of found) {
    if (block.skipped) {
      it(`${block.where} says why it is not run`, () => {
        expect(block.code.trimStart().startsWith(REASON), `begin it with "${REASON} ..."`).toBe(
          true,
        );
      });
    } else it(block.where, () => run(block));
  }
}

describe('pages', () => {
  checkAll(blocks.blocksOfPages());

  it('name files that exist', () => {
    const missing = blocks.pages().flatMap(blocks.missingFiles);
    expect(missing).toEqual([]);
  });
});

for (const part of readdirSync(join(blocks.root, 'src')).sort()) {
  const found = blocks.blocksOfSource(part);
  if (found.length > 0) describe(`examples in src/${part}`, () => checkAll(found));
}
