// Which table of calls reads which golden file.
import type { Calls } from './calls.js';
import { imageCalls } from './image-calls.js';

export const tables: Readonly<Record<string, Calls>> = {
  'ops-image': imageCalls,
};
