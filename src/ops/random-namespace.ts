// Everything random for users, as the namespace `random`.
export * from './random.js';
export { beta, binomial, gamma } from './random-distributions.js';
