// Node's own modules, imported when first needed. Their names are variables, so that bundlers for
// browsers do not look for them.

const FILES = 'node:fs/promises';
const PATHS = 'node:path';
const URLS = 'node:url';

export async function importFiles(): Promise<typeof import('node:fs/promises')> {
  return import(/* @vite-ignore */ /* webpackIgnore: true */ FILES);
}

export async function importPaths(): Promise<typeof import('node:path')> {
  return import(/* @vite-ignore */ /* webpackIgnore: true */ PATHS);
}

export async function importUrls(): Promise<typeof import('node:url')> {
  return import(/* @vite-ignore */ /* webpackIgnore: true */ URLS);
}
