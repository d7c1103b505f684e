// Everything random for users, as the namespace `random`.
export * from './random.js';
export * from './random-distributions.js';
