// The command `keratin` as a process: what it prints, and the exit code. Also that a process which
// trains on several threads ends by itself.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Outcome {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs Node on our sources; a process that does not end is killed, with code null. */
function node(...args: readonly string[]): Promise<Outcome> {
  const child = spawn(process.execPath, ['--import', 'tsx', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 50_000,
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (text) => {
    output += text;
  });
  child.stderr.on('data', (text) => {
    errors += text;
  });
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, output, errors }));
  });
}

const keratin = (...args: readonly string[]) => node('src/cli/main.ts', ...args);

it('says what the machine offers', async () => {
  const { code, output } = await keratin('doctor');
  expect(code).toBe(0);
  for (const name of ['host', 'SIMD', 'relaxed SIMD', 'threads', 'memory', 'native', 'WebGPU']) {
    expect(output).toMatch(new RegExp(`^${name} +\\S`, 'm'));
  }
  expect(output).toContain(`Node ${process.versions.node}`);
  expect(output).toMatch(/^h5wasm +installed/m);
  expect(output).toMatch(/^in use +engine graph, device cpu, \d+ threads?$/m);
});

it('says why relaxed SIMD is missing', async () => {
  const { output } = await node(
    '--input-type=module',
    '-e',
    `process.env.KERATIN_V8_FLAGS = 'off';
     WebAssembly.validate = () => false;
     process.argv.push('doctor');
     await import('./src/cli/main.ts');`,
  );
  expect(output).toMatch(/^relaxed SIMD +no.*\n +-> unset KERATIN_V8_FLAGS$/m);
});

it('prints the layers of a saved model', async () => {
  const { code, output } = await keratin('summary', 'test/fixtures/sequential-mlp.keras');
  expect(code).toBe(0);
  expect(output).toContain(
    '│ dense_1 (Dense)                 │ (None, 5)              │            45 │',
  );
  expect(output).toContain('Total params: 91 (364.00 B)');
});

it('measures products and a training step', async () => {
  const { code, output } = await keratin('bench');
  expect(code).toBe(0);
  expect(output).toMatch(/^peak, one thread +[\d.]+ GFLOP\/s$/m);
  expect(output).toMatch(/^matmul 512, 1 thread +[\d.]+ GFLOP\/s, \d+ % of 1 x peak$/m);
  expect(output).toMatch(/^MLP Adam step, 1 thread +[\d.]+ ms$/m);
});

it('prints its version and help', async () => {
  expect((await keratin('--version')).output).toMatch(/^\d+\.\d+\.\d+\n$/);
  const help = await keratin('--help');
  expect([help.code, help.output]).toEqual([0, expect.stringContaining('Usage: keratin COMMAND')]);
  const nothing = await keratin();
  expect([nothing.code, nothing.output]).toEqual([2, help.output]);
});

it('tells misspelt commands from work that failed, without stack traces', async () => {
  const misspelt = await keratin('sumary');
  expect(misspelt.code).toBe(2);
  expect(misspelt.errors).toContain('no command "sumary". Did you mean "summary"?');
  expect((await keratin('doctor', '--loud')).code).toBe(2);
  expect((await keratin('summary')).code).toBe(2);
  const missing = await keratin('summary', 'nowhere.keras');
  expect(missing.code).toBe(1);
  expect(missing.errors).toContain('To fix: check the path');
  expect(missing.errors).not.toContain('    at ');
  const verbose = await keratin('summary', 'nowhere.keras', '--verbose');
  expect(verbose.code).toBe(1);
  expect(verbose.errors).toContain('    at ');
});

it('a process that trained on two threads ends by itself', async () => {
  const { code, output, errors } = await node(
    '--input-type=module',
    '-e',
    `const { layers, ones, Sequential, setThreads } = await import('./src/index.ts');
     const threads = setThreads(2);
     const model = new Sequential([layers.dense({ units: 64, inputShape: [64] })]);
     model.compile({ optimizer: 'adam', loss: 'mse' });
     const history = await model.fit(ones([64, 64]), ones([64, 64]), { epochs: 3, verbose: 0 });
     console.log(threads, history.history.loss.length);`,
  );
  expect([code, output, errors]).toEqual([0, '2 3\n', '']);
});
