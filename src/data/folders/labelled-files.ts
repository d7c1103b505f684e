// The files of a folder with their classes, in Keras's order, and its way of keeping some back.
import { ArgumentError, unknownName } from '../../core/errors.js';
import { filesBelow, subfolders } from '../../files/folders.js';
import { importPaths } from '../../files/node-modules.js';
import { numpyShuffle } from './numpy-shuffle.js';
import type { FullFolderOptions } from './options.js';

/** Paths and, unless there are no labels, a class number for each. */
export interface LabelledFiles {
  readonly paths: readonly string[];
  readonly labels: readonly number[] | undefined;
}

/** All files of a folder, and the names of its classes where there are labels. */
export interface FolderIndex extends LabelledFiles {
  readonly classNames: readonly string[] | undefined;
}

async function classFolders(folder: string, wanted: readonly string[] | undefined) {
  const found = await subfolders(folder);
  for (const name of wanted ?? []) {
    if (!found.includes(name)) throw unknownName('folder', name, found, folder);
  }
  return wanted ?? found;
}

/** Files by class folder. Without classes, all of them, labelled as `labels` says. */
async function listed(
  folder: string,
  options: FullFolderOptions,
  endings: readonly string[],
): Promise<FolderIndex> {
  const { labels, followLinks } = options;
  const search = { endings, followLinks };
  if (labels !== 'inferred') {
    const paths = await filesBelow(folder, search);
    if (labels === null) return { paths, labels: undefined, classNames: undefined };
    const classNames = [...new Set(labels)].sort((a, b) => a - b).map(String);
    return { paths, labels, classNames };
  }
  const { join } = await importPaths();
  const classNames = await classFolders(folder, options.classNames);
  const paths: string[] = [];
  const numbers: number[] = [];
  for (const [number, name] of classNames.entries()) {
    const inside = await filesBelow(join(folder, name), search);
    for (const path of inside) {
      paths.push(path);
      numbers.push(number);
    }
  }
  return { paths, labels: numbers, classNames };
}

function checkIndex(where: string, folder: string, index: FolderIndex, options: FullFolderOptions) {
  const { paths, labels, classNames } = index;
  if (labels !== undefined && labels.length !== paths.length) {
    throw new ArgumentError({
      where,
      what: `there must be one label for each file in ${folder}`,
      expected: `${paths.length} labels`,
      received: `${labels.length}`,
      fix: 'list the labels in the order of the paths of the files',
    });
  }
  if (options.labelMode === 'binary' && classNames?.length !== 2) {
    throw new ArgumentError({
      where,
      what: "labelMode 'binary' is for two classes",
      expected: '2 classes',
      received: `${classNames?.length}: ${classNames?.join(', ')}`,
      fix: "use labelMode 'int' or 'categorical'",
    });
  }
  const outside = labels?.find((label) => !(label >= 0 && label < (classNames?.length ?? 0)));
  if (options.labelMode === 'categorical' && outside !== undefined) {
    throw new ArgumentError({
      where,
      what: "labelMode 'categorical' counts classes from 0",
      expected: `class numbers from 0 to ${(classNames?.length ?? 1) - 1}`,
      received: String(outside),
      fix: 'number the classes from 0 without gaps',
    });
  }
}

/** The files of a folder that have one of the endings, mixed if asked for. */
export async function indexFolder(
  where: string,
  folder: string,
  options: FullFolderOptions,
  endings: readonly string[],
): Promise<FolderIndex> {
  const index = await listed(folder, options, endings);
  checkIndex(where, folder, index, options);
  const { paths, labels, classNames } = index;
  if (options.verbose) {
    const classes = classNames === undefined ? '' : ` belonging to ${classNames.length} classes`;
    console.log(`Found ${paths.length} files${classes}.`);
  }
  if (!options.shuffle) return index;
  const order = [...numpyShuffle(paths.length, options.seed)];
  return {
    paths: order.map((at) => paths[at] ?? ''),
    labels: labels === undefined ? undefined : order.map((at) => labels[at] ?? 0),
    classNames,
  };
}

/** The part of the files that is asked for: the last ones are kept for validation. */
export function partOf(
  where: string,
  index: LabelledFiles,
  options: FullFolderOptions,
  subset: 'training' | 'validation' | undefined,
): LabelledFiles {
  const { paths, labels } = index;
  const kept = Math.trunc(options.validationSplit * paths.length);
  const cut = paths.length - kept;
  const [from, to] = subset === 'validation' ? [cut, paths.length] : [0, cut];
  if (to === from) {
    throw new ArgumentError({
      where,
      what: subset === undefined ? 'there are no files' : `there are no files for ${subset}`,
      expected: 'at least one file of a known kind',
      received: `${paths.length} files`,
      fix: 'check the folder, the kinds of its files, and validationSplit',
    });
  }
  if (options.verbose && subset !== undefined) {
    console.log(`Using ${to - from} files for ${subset}.`);
  }
  return { paths: paths.slice(from, to), labels: labels?.slice(from, to) };
}
