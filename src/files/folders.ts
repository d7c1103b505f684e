// What lies in a folder, in one order on every system. Node only; before folders of data.
import { ArgumentError } from '../core/errors.js';
import { byCodePoint } from '../core/names.js';
import { importFiles, importPaths } from './node-modules.js';

async function entriesOf(folder: string) {
  const { readdir } = await importFiles();
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    throw new ArgumentError(
      {
        where: folder,
        what: 'the folder cannot be listed',
        received: cause instanceof Error ? cause.message : String(cause),
        fix: 'check the path: it must be a folder that may be read',
      },
      { cause },
    );
  }
}

/** Whether a link leads to a folder; a link to nothing leads to none. */
async function leadsToFolder(path: string): Promise<boolean> {
  const { stat } = await importFiles();
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** The names of the folders in a folder, in order; those that begin with a dot are left out. */
export async function subfolders(folder: string): Promise<string[]> {
  const { join } = await importPaths();
  const names: string[] = [];
  for (const entry of await entriesOf(folder)) {
    const isFolder =
      entry.isDirectory() ||
      (entry.isSymbolicLink() && (await leadsToFolder(join(folder, entry.name))));
    if (isFolder && !entry.name.startsWith('.')) names.push(entry.name);
  }
  return names.sort(byCodePoint);
}

/** How files are looked for. */
export interface Search {
  /** Ends of names in lower case, such as `.png`. */
  readonly endings: readonly string[];
  /** Whether links to folders are entered. */
  readonly followLinks: boolean;
}

/** Folder -> names in it, for a folder and all below it. A loop of links is walked once. */
async function namesByFolder(top: string, search: Search): Promise<Map<string, string[]>> {
  const { realpath } = await importFiles();
  const { join } = await importPaths();
  const found = new Map<string, string[]>();
  const visit = async (folder: string, above: readonly string[]): Promise<void> => {
    const real = await realpath(folder).catch(() => folder);
    if (above.includes(real)) return;
    const names: string[] = [];
    for (const entry of await entriesOf(folder)) {
      const path = join(folder, entry.name);
      const isLink = entry.isSymbolicLink();
      if (entry.isDirectory() || (isLink && (await leadsToFolder(path)))) {
        if (!isLink || search.followLinks) await visit(path, [...above, real]);
      } else names.push(entry.name);
    }
    found.set(folder, names);
  };
  await visit(top, []);
  return found;
}

/** The paths of files with one of the endings, folder by folder, each in order, as Keras lists them. */
export async function filesBelow(folder: string, search: Search): Promise<string[]> {
  const { join } = await importPaths();
  const found = await namesByFolder(folder, search);
  return [...found]
    .sort(([a], [b]) => byCodePoint(a, b))
    .flatMap(([inner, names]) =>
      names
        .filter((name) => search.endings.some((ending) => name.toLowerCase().endsWith(ending)))
        .sort(byCodePoint)
        .map((name) => join(inner, name)),
    );
}
