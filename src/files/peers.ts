// The optional packages that file formats need, imported on first use so that nobody pays for what
// they do not call.
import { StateError } from '../core/errors.js';
import { runsOnNode } from './node-files.js';

async function importPeer<Module>(
  packageName: string,
  why: string,
  load: () => Promise<Module>,
  fix = `npm install ${packageName}`,
): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    throw new StateError(
      {
        where: 'optional packages',
        what: `${why} needs the optional package ${packageName}, which could not be imported`,
        received: (cause instanceof Error ? cause.message : String(cause)).slice(0, 200),
        fix,
      },
      { cause },
    );
  }
}

/** One command for both: whoever writes a .keras file should not be sent twice. */
const FOR_KERAS_FILES = 'npm install h5wasm @zip.js/zip.js, which .keras files are written with';

/** Reads and writes zip archives. */
export type ZipPackage = typeof import('@zip.js/zip.js');

export function importZip(): Promise<ZipPackage> {
  const load = (): Promise<ZipPackage> => import('@zip.js/zip.js');
  return importPeer('@zip.js/zip.js', 'a .keras file', load, FOR_KERAS_FILES);
}

/** The HDF5 library compiled to WebAssembly. */
export type Hdf5Package = typeof import('h5wasm');

export async function importHdf5(): Promise<Hdf5Package> {
  const load = (): Promise<Hdf5Package> => import('h5wasm');
  const hdf5 = await importPeer('h5wasm', 'writing weights', load, FOR_KERAS_FILES);
  await hdf5.ready;
  return hdf5;
}

/** Reads and writes PNG pictures. */
export type PngPackage = typeof import('fast-png');

export function importPng(): Promise<PngPackage> {
  return importPeer('fast-png', 'a PNG picture', () => import('fast-png'));
}

/** Writes JPEG pictures, and reads those made for print. */
export type JpegPackage = typeof import('jpeg-js');

export function importJpeg(): Promise<JpegPackage> {
  return importPeer(
    'jpeg-js',
    'writing a JPEG picture, or reading one made for print,',
    async () => {
      const loaded: JpegPackage & { readonly default?: JpegPackage } = await import('jpeg-js');
      return loaded.default ?? loaded;
    },
  );
}

/** What makes an instance of libjpeg-turbo, with memory of its own. */
export type JpegCodecMaker =
  typeof import('@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs')['default'];

/**
 * WebAssembly on Node, where it finds its file; elsewhere the same as plain JavaScript, which needs no
 * second file and takes about twice as long.
 */
export function importJpegCodec(): Promise<JpegCodecMaker> {
  return importPeer('@cornerstonejs/codec-libjpeg-turbo-8bit', 'a JPEG picture', async () => {
    const loaded = runsOnNode()
      ? await import('@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs')
      : await import('@cornerstonejs/codec-libjpeg-turbo-8bit/decode');
    return loaded.default;
  });
}
