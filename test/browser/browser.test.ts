// The built package in a real Chromium: it trains, predicts, saves and loads as in Node, in a worker
// of a page that is cross-origin isolated (threads) and on a plain page.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as keratin from '../../src/index.js';
import { findChromium, openPage } from './open-page.js';
import { PLAIN_PAGE, SCRIPT, WORKER_PAGE } from './page.js';
import { type TrainingReport, train } from './train.js';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const MODULES = join(ROOT, 'node_modules');
const TIME = 240_000;

interface PageReport {
  readonly error?: string;
  readonly isolated: boolean;
  readonly report: TrainingReport;
  readonly layers: readonly string[];
}

/** Builds the package into `folder`, and beside it the script of the page, plain and bundled. */
async function pack(folder: string): Promise<void> {
  const dist = join(folder, 'dist');
  const tsup = join(MODULES, 'tsup', 'dist', 'cli-default.js');
  const flags = ['--no-dts', '--silent', '--out-dir', dist];
  execFileSync(process.execPath, [tsup, ...flags], { cwd: ROOT, stdio: 'pipe' });
  const source = readFileSync(join(ROOT, 'test', 'browser', 'train.ts'), 'utf8');
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022 };
  writeFileSync(join(folder, 'train.js'), ts.transpile(source, options));
  writeFileSync(join(folder, 'script.js'), SCRIPT);
  await build({
    root: folder,
    configFile: false,
    logLevel: 'silent',
    resolve: { alias: { keratin: join(dist, 'index.js') } },
    build: {
      outDir: join(folder, 'bundle'),
      target: 'es2022',
      lib: { entry: join(folder, 'script.js'), formats: ['es'], fileName: () => 'script.js' },
    },
  });
}

function tests(browser: string): void {
  // Below node_modules, so that the bundler finds the optional peers.
  const folder = mkdtempSync(join(MODULES, '.keratin-browser-'));
  let inNode: TrainingReport | undefined;

  beforeAll(async () => {
    await pack(folder);
    inNode = await train(keratin, async (bytes) => bytes);
  }, TIME);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const open = async (page: string, isolated: boolean): Promise<PageReport> => {
    const texts = {
      '/page.html': page,
      '/script.js': readFileSync(join(folder, 'script.js'), 'utf8'),
      '/train.js': readFileSync(join(folder, 'train.js'), 'utf8'),
    };
    const folders = {
      '/dist/': join(folder, 'dist'),
      '/bundle/': join(folder, 'bundle'),
      '/modules/': MODULES,
    };
    const found = (await openPage(browser, { texts, folders, isolated }, TIME)) as PageReport;
    expect(found.error).toBeUndefined();
    return found;
  };

  /** Chromium may fuse multiply-add where this Node does not, so the last digits may differ. */
  const agrees = ({ report, layers }: PageReport): void => {
    const { losses = [], predictions = [] } = inNode ?? {};
    expect([losses.length, predictions.length]).toEqual([3, 96]);
    expect([report.losses.length, report.predictions.length]).toEqual([3, 96]);
    for (const [index, loss] of losses.entries()) expect(report.losses[index]).toBeCloseTo(loss, 5);
    for (const [index, value] of predictions.entries()) {
      expect(report.predictions[index]).toBeCloseTo(value, 5);
    }
    expect(report.reloaded).toEqual(report.predictions);
    expect(layers.map((name) => name.replace(/_\d+$/, ''))).toContain('lstm');
  };

  it(
    'trains, saves and loads on two threads, bundled, in a worker of an isolated page',
    async () => {
      const page = await open(WORKER_PAGE, true);
      expect(page.isolated).toBe(true);
      expect(page.report.threads).toBe(2);
      agrees(page);
    },
    TIME,
  );

  it(
    'does the same on one thread, unbundled, on a plain page',
    async () => {
      const page = await open(PLAIN_PAGE, false);
      expect(page.isolated).toBe(false);
      expect(page.report.threads).toBe(1);
      agrees(page);
    },
    TIME,
  );
}

const chromium = findChromium();

describe('the built package in Chromium', () => {
  if ('path' in chromium) tests(chromium.path);
  else it.skip(`is left out: ${chromium.absent}`, () => {});
});
