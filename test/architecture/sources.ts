// Reads every file of src/ once with the TypeScript parser, for the architecture test: its imports,
// its uses of the host's globals and the length of its functions.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'src');

/** One import of another file of src/: `value` at load, `type` erased, `lazy` by `import()`. */
export interface Import {
  readonly path: string;
  readonly line: number;
  readonly kind: 'value' | 'type' | 'lazy';
}

export interface Source {
  /** Path below src/, with forward slashes. */
  readonly path: string;
  /** First folder of the path; empty for src/index.ts. */
  readonly folder: string;
  readonly lines: number;
  readonly tree: ts.SourceFile;
  readonly imports: readonly Import[];
  hostUses(globals: readonly string[]): string[];
  opNameTests(): string[];
  doubleCasts(): string[];
}

function visit(node: ts.Node, action: (node: ts.Node) => void): void {
  action(node);
  node.forEachChild((child) => visit(child, action));
}

function lineOf(tree: ts.SourceFile, node: ts.Node): number {
  return tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;
}

/** `../core/shape.js` seen from `ops/add.ts` is `core/shape.ts`; packages are undefined. */
function resolve(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  return posix.normalize(posix.join(posix.dirname(from), specifier)).replace(/\.js$/, '.ts');
}

function onlyTypes(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.isTypeOnly) return true;
  const names = clause.namedBindings;
  if (clause.name !== undefined || names === undefined || !ts.isNamedImports(names)) return false;
  return names.elements.length > 0 && names.elements.every((element) => element.isTypeOnly);
}

/** The module a node refers to and how, or undefined when the node is not an import. */
function importOf(node: ts.Node): { specifier: string; kind: Import['kind'] } | undefined {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    const kind = onlyTypes(node.importClause) ? 'type' : 'value';
    return { specifier: node.moduleSpecifier.text, kind };
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
    if (!ts.isStringLiteral(node.moduleSpecifier)) return undefined;
    return { specifier: node.moduleSpecifier.text, kind: node.isTypeOnly ? 'type' : 'value' };
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const first = node.arguments[0];
    if (first !== undefined && ts.isStringLiteral(first)) {
      return { specifier: first.text, kind: 'lazy' };
    }
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    const literal = node.argument.literal;
    if (ts.isStringLiteral(literal)) return { specifier: literal.text, kind: 'type' };
  }
  return undefined;
}

/** True for a name used as a value of its own: not a member, a key, a parameter or a type. */
function isFreeUse(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isTypeReferenceNode(parent) || ts.isQualifiedName(parent)) return false;
  if ('name' in parent && parent.name === node) return false;
  return !(ts.isBindingElement(parent) && parent.propertyName === node);
}

function hostUses(path: string, tree: ts.SourceFile, globals: readonly string[]): string[] {
  const uses: string[] = [];
  const declared = new Set<string>();
  visit(tree, (node) => {
    const named = ts.isVariableDeclaration(node) || ts.isParameter(node);
    if ((named || ts.isFunctionDeclaration(node)) && node.name && ts.isIdentifier(node.name)) {
      declared.add(node.name.text);
    }
  });
  visit(tree, (node) => {
    const specifier = importOf(node)?.specifier;
    if (specifier?.startsWith('node:')) {
      uses.push(`${path}:${lineOf(tree, node)} imports ${specifier}`);
    }
    if (!ts.isIdentifier(node) || !globals.includes(node.text)) return;
    if (!declared.has(node.text) && isFreeUse(node)) {
      uses.push(`${path}:${lineOf(tree, node)} uses ${node.text}`);
    }
  });
  return uses;
}

function readSource(file: string): Source {
  const path = relative(ROOT, file).split(sep).join('/');
  const text = readFileSync(file, 'utf8');
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const imports: Import[] = [];
  visit(tree, (node) => {
    const found = importOf(node);
    const target = found && resolve(path, found.specifier);
    if (found && target) imports.push({ path: target, line: lineOf(tree, node), kind: found.kind });
  });
  const where = (node: ts.Node): string => `${path}:${lineOf(tree, node)}`;
  return {
    path,
    folder: path.includes('/') ? path.slice(0, path.indexOf('/')) : '',
    lines: text.split('\n').length - 1,
    tree,
    imports,
    hostUses: (globals) => hostUses(path, tree, globals),
    opNameTests: () => {
      const found: string[] = [];
      visit(tree, (node) => {
        const compares = ts.isBinaryExpression(node) || ts.isSwitchStatement(node);
        if (
          compares &&
          /^(switch\s*\(\s*)?(\w+\.)*op\.name\s*([!=]==|\))/.test(node.getText(tree))
        ) {
          found.push(`${where(node)} compares op.name`);
        }
      });
      return found;
    },
    doubleCasts: () => {
      const found: string[] = [];
      visit(tree, (node) => {
        if (ts.isAsExpression(node) && ts.isAsExpression(node.expression)) found.push(where(node));
      });
      return found;
    },
  };
}

/** Every TypeScript file below src/. */
export function readSources(): Source[] {
  return readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .sort()
    .map((name) => readSource(join(ROOT, name)));
}

export interface LongFunction {
  readonly path: string;
  readonly name: string;
  readonly line: number;
  readonly lines: number;
}

/** A function's own name, or that of the variable, property or class that holds it. */
function nameOf(node: ts.Node): string {
  const anonymous = ts.isArrowFunction(node) || ts.isFunctionExpression(node);
  const holder = anonymous ? node.parent : node;
  if (ts.isConstructorDeclaration(holder)) return 'constructor';
  const named =
    ts.isVariableDeclaration(holder) ||
    ts.isPropertyAssignment(holder) ||
    ts.isPropertyDeclaration(holder) ||
    ts.isFunctionDeclaration(holder) ||
    ts.isMethodDeclaration(holder);
  return named && holder.name && ts.isIdentifier(holder.name) ? holder.name.text : '(anonymous)';
}

function rangeOf(node: ts.Node, tree: ts.SourceFile): [number, number] {
  return [node.getStart(tree), node.getEnd()];
}

/**
 * Lines of a function that are its own: a function inside it counts for itself, so that a factory
 * which returns an object of short methods is not a long function.
 */
function ownLines(node: ts.Node, tree: ts.SourceFile): number {
  const [start, end] = rangeOf(node, tree);
  const lineAt = (position: number): number => tree.getLineAndCharacterOfPosition(position).line;
  let lines = lineAt(end) - lineAt(start) + 1;
  const leaveOut = (child: ts.Node): void => {
    if (ts.isFunctionLike(child) && 'body' in child) {
      const [from, to] = rangeOf(child, tree);
      lines -= Math.max(0, lineAt(to) - lineAt(from) - 1);
    } else child.forEachChild(leaveOut);
  };
  node.forEachChild(leaveOut);
  return lines;
}

/** The functions of a file that are longer than `limit` lines. */
export function longestFunctions(source: Source, limit: number): LongFunction[] {
  const { tree, path } = source;
  const found: LongFunction[] = [];
  visit(tree, (node) => {
    if (!ts.isFunctionLike(node) || !('body' in node)) return;
    const lines = ownLines(node, tree);
    const line = lineOf(tree, node);
    if (lines > limit) found.push({ path, name: nameOf(node), line, lines });
  });
  return found;
}
