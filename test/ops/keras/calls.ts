// The tables of Keras's calls and ours take this form.
import type { Tensor } from '../../../src/index.js';
import type { Given } from './given.js';

/** For each function of Keras: the same call written with our names. */
export type Calls = Readonly<Record<string, (given: Given) => Tensor | readonly Tensor[]>>;
