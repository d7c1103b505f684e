import { defineConfig } from 'vitest/config';

/** What trains or runs whole layers and models: tested compiled, which is the default, and op by op. */
const ON_BOTH_ENGINES = [
  'callbacks',
  'layers',
  'losses',
  'metrics',
  'models',
  'optimizers',
  'training',
].map((folder) => `test/${folder}/**/*.test.ts`);

/** Once more as machine code, where that is asked for: compiling thousands of steps takes long. */
const native = {
  extends: true as const,
  test: {
    name: 'native',
    include: ON_BOTH_ENGINES,
    setupFiles: ['test/harness/use-native.ts'],
  },
};

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Processes, not threads: the CPU device starts worker threads of its own, sets engine flags
    // and loads native libraries, none of which may leak from one test file into another.
    pool: 'forks',
    // Vitest would leave a processor idle, which is half of a small machine.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: {
          name: 'compiled',
          include: ['test/**/*.test.ts'],
          setupFiles: ['test/harness/verify-passes.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'op by op',
          include: ON_BOTH_ENGINES,
          setupFiles: ['test/harness/use-engine.ts'],
        },
      },
      ...(process.env.KERATIN_NATIVE === undefined ? [] : [native]),
    ],
  },
});
