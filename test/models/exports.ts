// The public names.
export * from '../../src/index.js';
