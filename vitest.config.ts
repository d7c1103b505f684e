import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Processes, not threads: the CPU device starts worker threads of its own, sets engine flags
    // and loads native libraries, none of which may leak from one test file into another.
    pool: 'forks',
  },
});
