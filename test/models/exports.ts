// The public names, with the ops under one name as the examples of the docs have them.
export * from '../../src/index.js';
export * as ops from '../../src/ops/index.js';
