// The text of docs/compatibility.md, made of the names of Keras, our exports and the golden files.
import { goldenEvidence } from './evidence.js';
import { type KerasName, pathOf, readNames } from './keras-names.js';
import { isForeign, RENAMED, reasonFor } from './renames.js';
import { tensorFlowJsTables } from './tensorflow-js.js';

/** Modules that the page lists, with the share of names that the project promises. */
export const MODULES: Readonly<Record<string, number | undefined>> = {
  layers: 0.95,
  losses: 0.95,
  metrics: 0.95,
  optimizers: 0.95,
  'optimizers.schedules': 0.95,
  callbacks: 0.95,
  initializers: 0.95,
  regularizers: 0.95,
  constraints: 0.95,
  activations: 0.95,
  ops: 0.85,
  'ops.image': 0.85,
  random: 0.85,
  models: undefined,
  saving: undefined,
  utils: undefined,
  'utils.bounding_boxes': undefined,
  'preprocessing.image': undefined,
  'preprocessing.sequence': undefined,
  dtype_policies: undefined,
  config: undefined,
  tree: undefined,
  datasets: undefined,
};

/** One line of a table. */
export interface Row {
  readonly keras: string;
  readonly ours: string | undefined;
  /** The golden file with a case of it. */
  readonly golden: string | undefined;
  readonly note: string;
  /** Whether it needs Python, JAX, TensorFlow or PyTorch itself, so that nothing else could have it. */
  readonly isForeign: boolean;
}

/** A second name follows the first one. */
function rowOf(module: string, entry: KerasName, evidence: ReadonlyMap<string, string>): Row {
  const full = `${module}.${entry.name}`;
  const first = entry.sameAs;
  const own = pathOf(module, entry.name, RENAMED[full]);
  const path = own ?? (first === undefined ? undefined : pathOf(module, first));
  const golden =
    evidence.get(full) ??
    evidence.get(`${module}.${first}`) ??
    (entry.kind === 'module' ? contentOf(full, evidence) : classOf(full, evidence));
  const reason = path === undefined ? (reasonFor(full) ?? 'not yet') : '';
  return {
    keras: entry.name,
    ours: path,
    golden: path === undefined ? undefined : golden,
    note:
      first === undefined
        ? reason
        : [`another name of ${first}`, reason].filter(Boolean).join('; '),
    isForeign: isForeign(full),
  };
}

/** A module is tested by what is in it. */
function contentOf(full: string, evidence: ReadonlyMap<string, string>): string | undefined {
  return [...evidence].find(([name]) => name.startsWith(`${full}.`))?.[1];
}

/** Functions such as `losses.mean_squared_error` are what their class runs, and so tested with it. */
function classOf(full: string, evidence: ReadonlyMap<string, string>): string | undefined {
  const [module = '', name = ''] = full.split(/\.(?=[^.]*$)/);
  if (!/^(losses|metrics|layers|constraints|regularizers|initializers)$/.test(module))
    return undefined;
  const wanted = name.replaceAll('_', '').toLowerCase();
  for (const home of [module, 'losses']) {
    for (const [key, file] of evidence) {
      if (key.startsWith(`${home}.`) && key.slice(home.length + 1).toLowerCase() === wanted)
        return file;
    }
  }
  return undefined;
}

/** The rows of one module. */
export function rowsOf(module: string): Row[] {
  const evidence = goldenEvidence();
  return (readNames().modules[module] ?? []).map((entry) => rowOf(module, entry, evidence));
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '-' : `${Math.floor((part / whole) * 1000) / 10} %`;
}

function moduleSection(module: string, rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    `\`${row.keras}\``,
    row.ours === undefined ? '' : `\`${row.ours}\``,
    row.golden === undefined ? 'no' : `[yes](../test/golden/${row.golden})`,
    row.note,
  ]);
  const tested = ['Keras', 'Keratin', 'tested against Keras', 'note'];
  return `## keras.${module}\n\n${table(tested, cells)}`;
}

function summary(modules: readonly (readonly [string, readonly Row[]])[]): string {
  const rows = modules.map(([module, all]) => {
    const here = all.filter(({ ours }) => ours !== undefined).length;
    const tested = all.filter(({ golden }) => golden !== undefined).length;
    const unexplained = all.filter(({ note }) => note.includes('not yet')).length;
    const promised = MODULES[module];
    const foreign = all.filter((row) => row.isForeign).length;
    return [
      `[keras.${module}](#keras${module.replaceAll('.', '')})`,
      String(all.length),
      foreign === 0 ? '' : String(foreign),
      `${here} (${percent(here, all.length - foreign)})`,
      promised === undefined ? '' : `${promised * 100} %`,
      String(tested),
      String(unexplained),
    ];
  });
  return table(
    ['module', 'names', 'of Python itself', 'here', 'promised', 'with a golden test', 'not yet'],
    rows,
  );
}

/** The names that the shares leave aside, with their reasons. */
function foreignNames(modules: readonly (readonly [string, readonly Row[]])[]): string {
  const lines = modules.flatMap(([module, all]) =>
    all
      .filter((row) => row.isForeign)
      .map(({ keras, note }) => `* \`keras.${module}.${keras}\`: ${note}.`),
  );
  return `${lines.length} names need Python, JAX, TensorFlow or PyTorch itself; the shares above are of all others, and
of nothing else left out:

${lines.join('\n')}`;
}

/** The whole page. */
export function compatibilityPage(): string {
  const modules = Object.keys(MODULES).map((module) => [module, rowsOf(module)] as const);
  const sections = modules.map(([module, rows]) => moduleSection(module, rows));
  return `# Names of Keras and TensorFlow.js, and ours

This page is made by \`npm run compatibility\` from the public names of Keras ${readNames().keras}
([keras-names.json](../test/golden/keras-names.json)), our exports and the golden files; a test fails when
it is not current. \`Keratin\` says where a name is in \`import * as keratin from 'keratin'\`. *Tested against
Keras* is yes only where a golden file, written by real Keras, holds a case of it that the tests run.
Functions and classes of one formula share their case.

${summary(modules)}

${foreignNames(modules)}

\`keras.ops.numpy\`, \`ops.nn\` and \`ops.linalg\` hold names of \`keras.ops\` once more; they are not listed
again.

${sections.join('\n\n')}

${tensorFlowJsTables(table)}
`;
}
