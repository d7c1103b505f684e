// The kinds of addresses that models may have, each with its handlers.
import { downloadsRouter } from './browser-files.js';
import { fileRouter } from './file-system.js';
import { httpRouter } from './http.js';
import { indexedDbRouter } from './indexed-db.js';
import { localStorageRouter } from './local-storage.js';
import { registerLoadRouter, registerSaveRouter } from './routers.js';

/** Lets addresses of every kind find their handlers; tfjs/index.ts calls it once. */
export function installRouters(): void {
  for (const router of [fileRouter, httpRouter, localStorageRouter, indexedDbRouter]) {
    registerLoadRouter(router);
    registerSaveRouter(router);
  }
  registerSaveRouter(downloadsRouter);
}
