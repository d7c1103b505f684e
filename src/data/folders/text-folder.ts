// textDatasetFromDirectory: a folder of text files as batches of strings.
import { ArgumentError, FormatError } from '../../core/errors.js';
import { readNodeFile } from '../../files/node-files.js';
import { datasetsOf, type FolderDataset, type FolderParts } from './folder-dataset.js';
import { indexFolder } from './labelled-files.js';
import { type FolderOptions, fullFolderOptions } from './options.js';

const WHERE = 'textDatasetFromDirectory';

/** Options of {@link textDatasetFromDirectory}; the defaults are Keras's. */
export interface TextFolderOptions extends FolderOptions {
  /** Characters (code points) after which texts are cut; default never. */
  readonly maxLength?: number | null;
}

async function loadText(path: string, maxLength: number | null): Promise<string> {
  const bytes = await readNodeFile(path);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new FormatError(
      {
        where: path,
        what: 'the file is no text in UTF-8',
        fix: 'convert it, for example with: iconv -f latin1 -t utf-8',
      },
      { cause },
    );
  }
  if (maxLength === null || text.length <= maxLength) return text;
  // Twice as many units hold every character that may be kept.
  return Array.from(text.slice(0, 2 * maxLength))
    .slice(0, maxLength)
    .join('');
}

/**
 * A folder of `.txt` files in batches: `x` a list of strings, `y` as `labelMode` says. Strings are
 * no input of a model: turn them into numbers with `map` and a layer such as `TextVectorization`.
 * Files are read when their batch is asked for; with `batchSize` null `x` is a list of one. Order and parts as in
 * {@link imageDatasetFromDirectory}. Node only.
 *
 * @throws ArgumentError where options contradict one another, or no file is found; while batches are
 * made, FormatError that names the file which is no text.
 * @example
 * ```ts
 * import { mkdir, writeFile } from 'node:fs/promises';
 * import { data, layers } from 'keratin';
 * const folder = 'output/texts';
 * for (const [name, text] of Object.entries({ good: 'what a film', bad: 'what a pity' })) {
 *   await mkdir(`${folder}/${name}`, { recursive: true });
 *   await writeFile(`${folder}/${name}/1.txt`, text);
 * }
 * const options = { shuffle: false, verbose: false };
 * const texts = await data.textDatasetFromDirectory(folder, options);
 * console.log((await texts.getItem(0)).x); // [ 'what a pity', 'what a film' ]
 * const words = layers.textVectorization({ vocabulary: ['what', 'a', 'film'] });
 * const numbers = texts.map(({ x, y }) => ({ x: words.apply(x), y }));
 * console.log(await (await numbers.getItem(0)).x.array()); // [ [ 2, 3, 1 ], [ 2, 3, 4 ] ]
 * ```
 */
export function textDatasetFromDirectory(
  directory: string,
  options: TextFolderOptions & { readonly subset: 'both' },
): Promise<[training: FolderDataset<string[]>, validation: FolderDataset<string[]>]>;
export function textDatasetFromDirectory(
  directory: string,
  options?: TextFolderOptions & { readonly subset?: 'training' | 'validation' },
): Promise<FolderDataset<string[]>>;
export async function textDatasetFromDirectory(
  directory: string,
  options: TextFolderOptions = {},
): Promise<FolderParts<string[]>> {
  const folder = fullFolderOptions(WHERE, options);
  const { maxLength = null } = options;
  if (maxLength !== null && !(Number.isInteger(maxLength) && maxLength > 0)) {
    throw new ArgumentError({
      where: WHERE,
      what: 'maxLength is not a number of characters',
      expected: 'a whole number of at least 1, or null',
      received: String(maxLength),
      fix: 'leave maxLength out to keep whole texts',
    });
  }
  const index = await indexFolder(WHERE, directory, folder, ['.txt']);
  return datasetsOf(WHERE, index, folder, async (paths) => {
    const texts: string[] = [];
    for (const path of paths) texts.push(await loadText(path, maxLength));
    return texts;
  });
}
