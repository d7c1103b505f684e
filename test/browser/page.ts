// What a test page is made of: the script that trains in it, and two pages that run the script.

/** Runs on a page or in a worker; a model's bytes go through IndexedDB as a Blob, and a file. */
export const SCRIPT = `
import * as library from 'keratin';
import { train } from './train.js';
const asPromise = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});
async function throughDatabase(bytes) {
  const opening = indexedDB.open('models', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('models');
  const database = await asPromise(opening);
  const store = () => database.transaction('models', 'readwrite').objectStore('models');
  await asPromise(store().put(new Blob([bytes]), 'small'));
  const blob = await asPromise(store().get('small'));
  return new Uint8Array(await blob.arrayBuffer());
}
async function throughFile(bytes) {
  const folder = await navigator.storage.getDirectory();
  const file = await folder.getFileHandle('small.keras', { create: true });
  await library.saveModel(await library.modelFromBytes(bytes), file, { overwrite: true });
  const loaded = await library.loadModel(file);
  return loaded.layers.map((layer) => layer.name);
}
async function run() {
  let kept;
  const report = await train(library, async (bytes) => (kept = await throughDatabase(bytes)));
  return { isolated: crossOriginIsolated, report, layers: await throughFile(kept) };
}
const send = (result) => fetch('/result', { method: 'POST', body: JSON.stringify(result) });
run().then(send, (error) => send({ error: String((error && error.stack) || error) }));
`;

/** The package as it is, with its peers found through an import map. */
export const PLAIN_PAGE = `<!doctype html>
<script type="importmap">{ "imports": {
  "keratin": "/dist/index.js",
  "h5wasm": "/modules/h5wasm/dist/esm/hdf5_hl.js",
  "@zip.js/zip.js": "/modules/@zip.js/zip.js/index.js"
} }</script>
<script type="module" src="/script.js"></script>
`;

/** The package as a bundler packs it, in a worker: a page's own thread must not wait for others. */
export const WORKER_PAGE = `<!doctype html>
<script type="module">new Worker('/bundle/script.js', { type: 'module' });</script>
`;
