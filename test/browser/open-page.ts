// Pages in a real Chromium, for tests: a small server gives out the page, and the page sends back
// what it found. No driver is needed for that.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';

const CANDIDATES = [
  process.env['CHROMIUM'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** The browser's program, or why there is none. */
export function findChromium(): { readonly path: string } | { readonly absent: string } {
  const path = CANDIDATES.find((one) => one !== '' && existsSync(one));
  if (path !== undefined) return { path };
  return { absent: 'no Chromium: install the package chromium, or name a program in CHROMIUM' };
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** What makes a page cross-origin isolated, so that its threads may share memory. */
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export interface Site {
  /** Whole texts by path, e.g. `/page.html`. */
  readonly texts: Readonly<Record<string, string>>;
  /** Folders by the path below which they are given out, e.g. `/dist/`. */
  readonly folders: Readonly<Record<string, string>>;
  readonly isolated: boolean;
}

/** A file below one of the folders; undefined for what lies outside of them. */
function contentOf(site: Site, path: string): string | Uint8Array | undefined {
  const text = site.texts[path];
  if (text !== undefined) return text;
  for (const [prefix, folder] of Object.entries(site.folders)) {
    const file = normalize(join(folder, path.slice(prefix.length)));
    if (path.startsWith(prefix) && file.startsWith(folder) && existsSync(file)) {
      return readFileSync(file);
    }
  }
  return undefined;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const part of request) body += String(part);
  return body;
}

function answer(site: Site, path: string, response: ServerResponse): void {
  const content = contentOf(site, path);
  const type = TYPES[extname(path)] ?? 'application/octet-stream';
  response.writeHead(content === undefined ? 404 : 200, {
    'Content-Type': type,
    ...(site.isolated ? ISOLATION : {}),
  });
  response.end(content ?? '');
}

function start(browser: string, address: string, profile: string): ChildProcess {
  const flags = [
    '--headless=new',
    // Tests may run as root, where Chromium's own sandbox cannot start.
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--no-first-run',
    '--disable-background-networking',
    `--user-data-dir=${profile}`,
  ];
  return spawn(browser, [...flags, address], { stdio: 'ignore', detached: true });
}

/** Ends the browser with the processes that it started. */
function stop(browser: ChildProcess): void {
  if (browser.pid === undefined) return;
  try {
    process.kill(-browser.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/**
 * Opens `/page.html` of a site and waits for the JSON that the page sends to `/result`.
 *
 * @throws where the browser ends, or sends nothing within `milliseconds`.
 */
export async function openPage(
  browser: string,
  site: Site,
  milliseconds: number,
): Promise<unknown> {
  const profile = mkdtempSync(join(tmpdir(), 'keratin-browser-'));
  let child: ChildProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  const server = createServer();
  try {
    return await new Promise<unknown>((resolve, reject) => {
      server.on('request', (request, response) => {
        const { pathname } = new URL(request.url ?? '/', 'http://localhost');
        if (pathname !== '/result') return answer(site, pathname, response);
        bodyOf(request)
          .then((body) => {
            response.end();
            resolve(JSON.parse(body));
          })
          .catch(reject);
      });
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        const port = typeof address === 'object' ? address?.port : undefined;
        child = start(browser, `http://127.0.0.1:${port}/page.html`, profile);
        child.on('error', reject);
        child.on('exit', (code) => reject(new Error(`Chromium ended early (${code})`)));
        timer = setTimeout(
          () => reject(new Error(`the page sent nothing for ${milliseconds} ms`)),
          milliseconds,
        );
      });
    });
  } finally {
    clearTimeout(timer);
    if (child !== undefined) stop(child);
    server.closeAllConnections();
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
