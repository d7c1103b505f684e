// The message of the error that a function throws.
import type { KeratinError } from './exports.js';

export function messageOf(body: () => unknown): string {
  try {
    body();
  } catch (error) {
    return (error as KeratinError).message;
  }
  throw new Error('nothing was thrown');
}
