// Which handler an address belongs to. Every place that models may lie in adds itself to the lists.
import { ArgumentError } from '../../core/errors.js';
import type { IOHandler, IORouter, LoadOptions } from './types.js';

const routers: Record<'save' | 'load', IORouter[]> = { save: [], load: [] };

/** Adds a router that may know where to save. */
export function registerSaveRouter(router: IORouter): void {
  routers.save.push(router);
}

/** Adds a router that may know how to load. */
export function registerLoadRouter(router: IORouter): void {
  routers.load.push(router);
}

function handlersFor(
  way: 'save' | 'load',
  url: string | string[],
  options?: LoadOptions,
): IOHandler[] {
  return routers[way].flatMap((router) => router(url, options) ?? []);
}

/** The handlers that could save at `url`. */
export function getSaveHandlers(url: string | string[]): IOHandler[] {
  return handlersFor('save', url);
}

/** The handlers that could load what lies at `url`. */
export function getLoadHandlers(url: string | string[], loadOptions?: LoadOptions): IOHandler[] {
  return handlersFor('load', url, loadOptions);
}

/** The one handler for `url`. */
export function handlerFor(
  way: 'save' | 'load',
  url: string | string[],
  options?: LoadOptions,
): IOHandler {
  const found = handlersFor(way, url, options);
  const [handler] = found;
  if (handler !== undefined && found.length === 1) return handler;
  throw new ArgumentError({
    where: `${way === 'save' ? 'saving to' : 'loading from'} ${String(url).slice(0, 200)}`,
    what: found.length === 0 ? 'nobody knows this kind of address' : 'several handlers want it',
    expected: 'file://, http://, https://, localstorage://, indexeddb:// or downloads://',
    received: `${found.length} handlers`,
    fix: 'use one of these, or pass a handler such as tf.io.withSaveHandler(...)',
  });
}

/** The rest of an address of the kind `scheme://`; undefined for others. */
export function withoutScheme(scheme: string, url: string | string[]): string | undefined {
  const start = `${scheme}://`;
  return typeof url === 'string' && url.startsWith(start) ? url.slice(start.length) : undefined;
}
