// Installs packages when they are missing or no longer match the lock file; otherwise does nothing.
// Every npm script runs it first, so a fresh clone needs no other command. Argument: a folder.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const folder = resolve(root, process.argv[2] ?? '.');
const modules = join(folder, 'node_modules');
const stamp = join(modules, '.keratin-setup');

/** What node_modules should hold, as one hash: the lock file where there is one. */
function wanted() {
  const lock = join(folder, 'package-lock.json');
  const source = existsSync(lock) ? lock : join(folder, 'package.json');
  return createHash('sha256').update(readFileSync(source)).digest('hex');
}

function installed() {
  return existsSync(stamp) ? readFileSync(stamp, 'utf8').trim() : '';
}

function npm(command) {
  const result = spawnSync('npm', [command, '--no-audit', '--no-fund'], {
    cwd: folder,
    // npm's own report goes to stderr, so that scripts which print data keep a clean stdout.
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  return result.status === 0;
}

function install() {
  console.error(`Installing the development packages of ${folder} (once) ...`);
  // `npm ci` starts by deleting node_modules, so it is only for when there is none. It also refuses
  // a lock file that a mirror with fewer packages cannot satisfy, where `npm install` copes.
  const clean = !existsSync(modules) && existsSync(join(folder, 'package-lock.json'));
  if (!(clean && npm('ci')) && !npm('install')) process.exit(1);
  mkdirSync(modules, { recursive: true });
  writeFileSync(stamp, wanted());
}

if (installed() !== wanted()) install();
