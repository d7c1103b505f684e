// A folder on disk that is written like a file: made beside its target, then renamed over it. Whoever
// looks finds the old folder or the new one (or, for a moment between two renames, none).
import { ArgumentError, KeratinError } from '../core/errors.js';
import { codeOf, failed, nodeFiles, randomSuffix, writeNodeFile } from './node-files.js';
import { importPaths } from './node-modules.js';

type Files = Awaited<ReturnType<typeof nodeFiles>>;

/** The names in a folder; undefined where there is none. */
async function namesIn(files: Files, path: string): Promise<readonly string[] | undefined> {
  try {
    return await files.readdir(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Throws where replacing the folder would lose files that are none of ours. */
function checkReplaceable(path: string, found: readonly string[], own: ReadonlySet<string>): void {
  const foreign = found.filter((name) => !own.has(name));
  if (foreign.length === 0) return;
  throw new ArgumentError({
    where: path,
    what: 'the folder holds other files, which would be lost',
    expected: 'a new or empty folder, or one that was saved before',
    received: foreign.slice(0, 5).join(', '),
    fix: 'choose another folder',
  });
}

async function replace(
  files: Files,
  path: string,
  members: ReadonlyMap<string, Uint8Array>,
  overwrite: boolean,
): Promise<void> {
  const { basename, dirname, join } = await importPaths();
  const found = await namesIn(files, path);
  if (found !== undefined && found.length > 0 && !overwrite) {
    throw new ArgumentError({
      where: path,
      what: 'the folder exists already',
      fix: 'choose another name, or save with { overwrite: true }',
    });
  }
  const own = new Set([...members.keys()].map((name) => name.split('/')[0] ?? name));
  // A model that has lost its last vocabulary has no assets, but had some.
  checkReplaceable(path, found ?? [], own.add('assets'));
  const target = found === undefined ? path : await files.realpath(path);
  const beside = (kind: string): string =>
    join(dirname(target), `.${basename(target)}.${kind}-${process.pid}-${randomSuffix()}`);
  const [fresh, old] = [beside('tmp'), beside('old')];
  try {
    for (const [name, bytes] of members) {
      await files.mkdir(dirname(join(fresh, name)), { recursive: true });
      await writeNodeFile(join(fresh, name), bytes, false);
    }
    if (found !== undefined) await files.rename(target, old);
    try {
      await files.rename(fresh, target);
    } catch (error) {
      if (found !== undefined) await files.rename(old, target);
      throw error;
    }
    await files.rm(old, { recursive: true, force: true });
  } catch (error) {
    await files.rm(fresh, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
}

/** Makes a folder with exactly these files; names may have folders in them. */
export async function writeNodeFolder(
  path: string,
  members: ReadonlyMap<string, Uint8Array>,
  overwrite: boolean,
): Promise<void> {
  const files = await nodeFiles(path);
  try {
    await replace(files, path, members, overwrite);
  } catch (error) {
    throw error instanceof KeratinError ? error : failed(path, 'written', error);
  }
}
