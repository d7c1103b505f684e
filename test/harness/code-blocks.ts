// Finds the code blocks of Markdown pages and of TSDoc examples, and makes modules of them that
// run against the source: console.log calls with a trailing comment report what they print.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

/** One fenced block of TypeScript. */
export interface CodeBlock {
  /** `path:line` of its first line of code, from the root of the repository. */
  readonly where: string;
  readonly code: string;
  /** Whether its fence says no-run. */
  readonly skipped: boolean;
}

/** What a block says that a line prints. */
export interface Promised {
  readonly line: number;
  readonly text: string;
}

function filesUnder(folder: string, ending: string): string[] {
  return readdirSync(folder)
    .flatMap((name) => {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) return filesUnder(path, ending);
      return name.endsWith(ending) ? [path] : [];
    })
    .sort();
}

/** Removes the stars of a comment; other lines become empty, so that line numbers stay. */
function commentsOnly(text: string): string {
  let inside = false;
  return text
    .split('\n')
    .map((line) => {
      if (/^\s*\/\*\*/.test(line)) inside = true;
      const shown = inside ? line.replace(/^\s*(\/\*\*|\*(?!\/)) ?/, '') : '';
      if (line.includes('*/')) inside = false;
      return shown;
    })
    .join('\n');
}

function fencedBlocks(path: string, text: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  const lines = text.split('\n');
  for (let start = 0; start < lines.length; start++) {
    const fence = /^\s*```ts\b(.*)$/.exec(lines[start] ?? '');
    if (fence === null) continue;
    const end = lines.findIndex((line, index) => index > start && /^\s*```\s*$/.test(line));
    if (end < 0) throw new Error(`${path}:${start + 1}: the code block is never closed`);
    blocks.push({
      where: `${relative(root, path)}:${start + 2}`,
      code: lines.slice(start + 1, end).join('\n'),
      skipped: fence[1]?.includes('no-run') ?? false,
    });
    start = end;
  }
  return blocks;
}

/** The Markdown pages people read. */
export function pages(): string[] {
  const docs = join(root, 'docs');
  const written = filesUnder(docs, '.md').filter((path) => !path.startsWith(join(docs, 'api')));
  return [join(root, 'README.md'), join(root, 'CONTRIBUTING.md'), ...written];
}

export function blocksOfPages(): CodeBlock[] {
  return pages().flatMap((path) => fencedBlocks(path, readFileSync(path, 'utf8')));
}

/** Whether a path is an entry of this package, as imports name it. */
function isEntry(path: string): boolean {
  const { name, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return path.startsWith(`${name}/`) && Object.hasOwn(exports, `.${path.slice(name.length)}`);
}

/** Files and folders that a page names in backticks or links to, and that are not there. */
export function missingFiles(page: string): string[] {
  const prose = readFileSync(page, 'utf8').replace(/^```[\s\S]*?^```/gm, '');
  const named = [...prose.matchAll(/`([a-z][\w-]*\/[\w./-]*)`/g)].map((match) => match[1] ?? '');
  const linked = [...prose.matchAll(/\]\(([^):#]+)\)/g)].map((match) => match[1] ?? '');
  return [
    ...named.filter(
      (path) =>
        !existsSync(join(root, 'src', path)) && !existsSync(join(root, path)) && !isEntry(path),
    ),
    ...linked.filter((path) => !existsSync(resolve(dirname(page), path))),
  ];
}

/** Every example in the comments of one folder or file of the source. */
export function blocksOfSource(part: string): CodeBlock[] {
  const path = join(root, 'src', part);
  const files = statSync(path).isDirectory() ? filesUnder(path, '.ts') : [path];
  return files.flatMap((file) => fencedBlocks(file, commentsOnly(readFileSync(file, 'utf8'))));
}

const PRINTED = /^(\s*)console\.log\((.*)\);\s*\/\/ (.*)$/;

/** What the block promises to print; `// prints:` stands for the comment lines below it. */
export function promisesOf(code: string): Promised[] {
  const lines = code.split('\n');
  return lines.flatMap((line, index) => {
    const text = PRINTED.exec(line)?.[3]?.trim();
    if (text === undefined) return [];
    if (text !== 'prints:') return [{ line: index, text }];
    const after = lines.slice(index + 1);
    const end = after.findIndex((next) => !next.startsWith('//'));
    const printed = after.slice(0, end < 0 ? undefined : end);
    return [{ line: index, text: printed.map((next) => next.slice(2)).join('\n') }];
  });
}

/** Where a block that begins with `// src/some/file.ts` would stand; relative imports start there. */
function placeOf(code: string): string | undefined {
  const path = /^\/\/ ((?:src|test)\/\S+\.ts)\s*$/m.exec(code.split('\n')[0] ?? '')?.[1];
  return path === undefined ? undefined : join(root, dirname(path));
}

/**
 * A module that imports the source. With `hook` marked lines hand what they print to
 * `globalThis[hook]`.
 */
export function moduleOf(code: string, hook?: string): string {
  const place = placeOf(code);
  const reporting = code.split('\n').map((line, index) => {
    return hook === undefined
      ? line
      : line.replace(PRINTED, `$1globalThis['${hook}'](${index}, $2);`);
  });
  const index = JSON.stringify(join(root, 'src/index.ts'));
  const tensorFlow = JSON.stringify(join(root, 'src/tfjs/index.ts'));
  const resolved = reporting
    .join('\n')
    .replace(
      /(from\s+|import\()'(keratin|keratin\/tfjs|\.[^']*)'/g,
      (whole, before: string, name: string) => {
        if (name === 'keratin') return before + index;
        if (name === 'keratin/tfjs') return before + tensorFlow;
        if (place === undefined) return whole;
        return before + JSON.stringify(resolve(place, name.replace(/\.js$/, '.ts')));
      },
    );
  // The index makes the default engine, also for blocks that import parts of the source.
  return `${resolved}\nimport ${index};\n`;
}

/** Both sides of a comparison without differences in spaces. */
export function withoutSpaces(text: string): string {
  return text.replace(/\s+/g, '').replace(/['"]/g, "'");
}
