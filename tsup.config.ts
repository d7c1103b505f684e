import { defineConfig } from 'tsup';

export default defineConfig({
  entry: { index: 'src/index.ts', tfjs: 'src/tfjs/index.ts', cli: 'src/cli/main.ts' },
  format: ['esm'],
  target: 'es2022',
  platform: 'neutral',
  // Types come from tsc, file by file: what augments a module names it by its path.
  dts: false,
  clean: true,
  sourcemap: true,
  splitting: true,
  treeshake: true,
  // Optional peers and Node's own modules are reached by lazy import and stay outside the bundle.
  external: [
    /^node:/,
    'h5wasm',
    /^h5wasm\//,
    '@zip.js/zip.js',
    'fast-png',
    'jpeg-js',
    /^@cornerstonejs\//,
    'koffi',
    'webgpu',
  ],
});
