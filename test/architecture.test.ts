// Holds the house rules that a compiler cannot: who may import whom, where the host's globals may
// appear, how long files and functions may grow. The tables here are the rules; docs follow them.

import { describe, expect, it } from 'vitest';
import { findCycles } from './architecture/cycles.js';
import { type Import, longestFunctions, readSources, type Source } from './architecture/sources.js';

/**
 * What each folder may import, itself aside. `types` may be imported with `import type` only;
 * `lazy` with `await import()` only, so that nobody pays for what they do not call.
 */
interface Rule {
  readonly may: readonly string[];
  readonly types?: readonly string[];
  readonly lazy?: readonly string[];
}

const SETTINGS = ['initializers', 'regularizers', 'constraints', 'activations'];

const RULES: Readonly<Record<string, Rule>> = {
  core: { may: [], types: ['kernels/ir', 'kernels/schedule/target'] },
  kernels: { may: ['core'] },
  devices: { may: ['core', 'kernels'] },
  ops: { may: ['core', 'kernels/ir', 'kernels/intrinsics', 'kernels/functions'] },
  autodiff: { may: ['core', 'ops'] },
  // Pictures of graphs: of kernels for `explain`, of layers for `plotModel`.
  drawing: { may: ['core'] },
  engines: { may: ['core', 'kernels', 'devices', 'drawing'] },
  runtime: { may: ['core', 'devices', 'engines', 'ops'] },
  initializers: { may: ['core', 'ops'] },
  regularizers: { may: ['core', 'ops'] },
  constraints: { may: ['core', 'ops'] },
  activations: { may: ['core', 'ops'] },
  layers: { may: ['core', 'ops', ...SETTINGS], types: ['models'] },
  // The settings of the process by their public names; they are kept where they are read.
  config: { may: ['core', 'layers'] },
  losses: { may: ['core', 'ops', ...SETTINGS] },
  metrics: { may: ['core', 'ops', 'losses', ...SETTINGS] },
  optimizers: { may: ['core', 'ops', ...SETTINGS] },
  files: { may: ['core'] },
  tree: { may: ['core'] },
  data: { may: ['core', 'ops', 'files'] },
  datasets: { may: ['core', 'data', 'files'] },
  callbacks: {
    may: ['core'],
    types: ['models', 'layers', 'metrics', 'optimizers', 'data', 'saving'],
    lazy: ['saving', 'files'],
  },
  models: {
    may: [
      'core',
      'autodiff',
      'ops',
      'layers',
      'losses',
      'metrics',
      'optimizers',
      'data',
      'callbacks',
    ].concat(SETTINGS),
    types: ['saving', 'files'],
    lazy: ['saving'],
  },
  saving: {
    may: [
      'core',
      'drawing',
      'files',
      'ops',
      'layers',
      'losses',
      'metrics',
      'optimizers',
      'data',
      'callbacks',
      'models',
    ].concat(SETTINGS),
  },
  cli: { may: ['core', 'devices', 'runtime'] },
  // TensorFlow.js's names for what the others have: an entry beside index.ts, with nothing above it.
  tfjs: {
    may: ['core', 'ops', 'layers', 'losses', 'callbacks', 'optimizers', 'files', 'models'].concat(
      'saving',
      'runtime',
    ),
    types: ['data'],
  },
};

/** The outermost rooms: users of the library, which may import all that is public. */
const OUTERMOST = ['cli', 'tfjs'];

/** Where `process`, `navigator`, `Worker` and `node:*` may appear: the edges of the library. */
const HOST_ADAPTERS = [
  'cli/',
  'devices/',
  'files/',
  'saving/',
  'datasets/',
  'callbacks/terminal.ts',
  'callbacks/csv-logger.ts',
];
const HOST_GLOBALS = ['process', 'navigator', 'Worker', 'require', 'Buffer', '__dirname'];

/** Files that may exceed the length limit, each with the reason why splitting would hurt. */
const LONG_FILES: Readonly<Record<string, string>> = {};
const FILE_LIMIT = 400;

/** Functions that may exceed the length limit, as `file:name`, each with a reason. */
const LONG_FUNCTIONS: Readonly<Record<string, string>> = {};
const FUNCTION_LIMIT = 60;

const sources = readSources();

/** True when `path` (say `kernels/ir/expr.ts`) lies in or is `place` (`kernels/ir`). */
function within(path: string, place: string): boolean {
  return path === `${place}.ts` || path.startsWith(`${place}/`);
}

function problemWith(source: Source, edge: Import): string | undefined {
  const { path, folder } = source;
  if (OUTERMOST.includes(folder) && edge.path === 'index.ts') return undefined;
  if (edge.path === 'index.ts') {
    return `${path}:${edge.line} imports index.ts. Nobody may: import the file that holds the thing.`;
  }
  if (folder === '' || within(edge.path, folder)) return undefined;
  const rule = RULES[folder];
  if (rule === undefined) {
    return `${path} is in the folder "${folder}", which has no row in RULES. Add one that says why.`;
  }
  const allowed = [
    ...rule.may,
    ...(edge.kind === 'type' ? (rule.types ?? []) : []),
    ...(edge.kind === 'lazy' ? (rule.lazy ?? []) : []),
  ];
  if (allowed.some((place) => within(edge.path, place))) return undefined;
  const hint = rule.types?.some((place) => within(edge.path, place))
    ? ' (with `import type` it would be allowed)'
    : '';
  return (
    `${path}:${edge.line} imports ${edge.path}: ${folder}/ may import ${rule.may.join(', ') || 'nothing'}` +
    `${hint}. Data flows models -> layers -> ops -> core; receive what you need as an argument.`
  );
}

describe('architecture', () => {
  it('lets each folder import only what lies below it', () => {
    const problems = sources.flatMap((source) =>
      source.imports.flatMap((edge) => problemWith(source, edge) ?? []),
    );
    expect(problems).toEqual([]);
  });

  it('has no import cycles', () => {
    // A file that takes part in a cycle cannot be read, tested or loaded on its own. Move what both
    // sides need into a third file below them, or pass it as an argument.
    expect(findCycles(sources).map((cycle) => cycle.join(' -> '))).toEqual([]);
  });

  it('keeps Node and browser globals at the edges', () => {
    const problems = sources
      .filter((source) => !HOST_ADAPTERS.some((adapter) => source.path.startsWith(adapter)))
      .flatMap((source) => source.hostUses(HOST_GLOBALS))
      .map(
        (use) => `${use}: only ${HOST_ADAPTERS.join(', ')} may touch the host; pass it in instead.`,
      );
    expect(problems).toEqual([]);
  });

  it('never asks for the name of an op', () => {
    // Every op added later would fall through such a test in silence. Give the op a property.
    const problems = sources.flatMap((source) => source.opNameTests());
    expect(problems).toEqual([]);
  });

  it('has no casts that switch the type checker off', () => {
    // `x as unknown as T` hides a mistake until run time. Narrow with a check that throws.
    const problems = sources.flatMap((source) => source.doubleCasts());
    expect(problems).toEqual([]);
  });

  it(`keeps files within ${FILE_LIMIT} lines`, () => {
    const problems = sources
      .filter((source) => source.lines > FILE_LIMIT && LONG_FILES[source.path] === undefined)
      .map((source) => `${source.path}: ${source.lines} lines. Split it by the things it holds.`);
    expect(problems).toEqual([]);
  });

  it(`keeps functions within ${FUNCTION_LIMIT} lines`, () => {
    const problems = sources
      .flatMap((source) => longestFunctions(source, FUNCTION_LIMIT))
      .filter((found) => LONG_FUNCTIONS[`${found.path}:${found.name}`] === undefined)
      .map((found) => `${found.path}:${found.line} ${found.name}: ${found.lines} lines.`);
    expect(problems).toEqual([]);
  });
});
