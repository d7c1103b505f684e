// The JSON of Keras's files, of both formats. Python tells 1 from 1.0, and Keras goes by that in
// places: those numbers are written as fractions, whatever they are.
import { FormatError } from '../core/errors.js';
import type { Plain } from '../core/op.js';

/**
 * Options that must not be whole numbers. Keras refuses some; a schedule that begins with one
 * computes in whole numbers, so that 1 falls to 0 at once.
 */
const FRACTIONS =
  /"(learning_rate|initial_learning_rate|momentum|beta|threshold)":(-?\d+)(?=[,}])/g;

/** @throws FormatError for what JSON cannot hold: infinite numbers and NaN. */
export function kerasJson(where: string, value: Plain): string {
  const text = JSON.stringify(value, (key, item: unknown) => {
    if (typeof item !== 'number' || Number.isFinite(item)) return item;
    throw new FormatError({
      where,
      what: `the option ${key} is ${item}, which JSON cannot hold`,
      fix: 'use null or a finite number',
    });
  });
  return text.replace(FRACTIONS, '"$1":$2.0');
}
