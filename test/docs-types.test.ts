// Every code block that people can read has the types of the source: no misspelt option, no argument
// that is not there. They are checked as strictly as in the projects that people copy them into.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import * as blocks from './harness/code-blocks.js';

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.esnext.disposable.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ['node', '@webgpu/types'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
  noEmit: true,
  allowImportingTsExtensions: true,
};

/** Messages about each block, by where it stands. */
function faultsOf(found: readonly blocks.CodeBlock[]): Map<string, string[]> {
  const virtual = new Map(
    found.map((block, index) => {
      const name = join(blocks.root, 'test', `block-${index}.ts`);
      return [name, { block, text: blocks.moduleOf(block.code) }];
    }),
  );
  const host = ts.createCompilerHost(OPTIONS);
  const program = ts.createProgram([...virtual.keys()], OPTIONS, {
    ...host,
    fileExists: (name) => virtual.has(name) || host.fileExists(name),
    readFile: (name) => virtual.get(name)?.text ?? host.readFile(name),
    getSourceFile: (name, languageVersion) => {
      const text = virtual.get(name)?.text;
      return text === undefined
        ? host.getSourceFile(name, languageVersion)
        : ts.createSourceFile(name, text, languageVersion, true);
    },
  });
  const faults = new Map<string, string[]>();
  for (const [name, { block }] of virtual) {
    const source = program.getSourceFile(name);
    const messages = [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ].map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
    if (messages.length > 0) faults.set(block.where, messages);
  }
  return faults;
}

const sources = readdirSync(join(blocks.root, 'src')).sort();
const found = [...blocks.blocksOfPages(), ...sources.flatMap(blocks.blocksOfSource)];
const faults = faultsOf(found);

describe('types of code blocks', () => {
  for (const { where } of found) {
    it(where, () => expect(faults.get(where) ?? []).toEqual([]));
  }
});
