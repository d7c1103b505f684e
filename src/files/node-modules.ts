// Node's own modules, imported when first needed. Their names are variables, so that bundlers for
// browsers do not look for them.

const FILES = 'node:fs/promises';
const PATHS = 'node:path';
const URLS = 'node:url';
const STREAMED_FILES = 'node:fs';
const STREAMS = 'node:stream';
const SYSTEM = 'node:os';
const HASHES = 'node:crypto';
const COMPRESSION = 'node:zlib';

export async function importFiles(): Promise<typeof import('node:fs/promises')> {
  return import(/* @vite-ignore */ /* webpackIgnore: true */ FILES);
}

export async function importPaths(): Promise<typeof import('node:path')> {
  return import(/* @vite-ignore */ /* webpackIgnore: true */ PATHS);
}

export async function importUrls(): Promise<typeof import('node:url')> {
  return import(/* @vite-ignore */ /* webpackIgnore: true */ URLS);
}

export async function importStreamedFiles(): Promise<typeof import('node:fs')> {
  return import(/* @vite-ignore */ /* webpackIgnore: true */ STREAMED_FILES);
}

export async function importStreams(): Promise<typeof import('node:stream')> {
  return import(/* @vite-ignore */ /* webpackIgnore: true */ STREAMS);
}

export async function importSystem(): Promise<typeof import('node:os')> {
  return import(/* @vite-ignore */ /* webpackIgnore: true */ SYSTEM);
}

export async function importHashes(): Promise<typeof import('node:crypto')> {
  return import(/* @vite-ignore */ /* webpackIgnore: true */ HASHES);
}

export async function importCompression(): Promise<typeof import('node:zlib')> {
  return import(/* @vite-ignore */ /* webpackIgnore: true */ COMPRESSION);
}
