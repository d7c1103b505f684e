// The matrices of the minimal filtering F(2 x 2, 3 x 3), and what it takes to apply one to a grid of
// expressions along both axes. For winograd.ts.
import { at, range } from '../../core/sequence.js';
import * as k from '../ir/build.js';
import type { Expr } from '../ir/expr.js';
import { WINDOW } from './windowed.js';

/** Results and inputs of a tile along one axis, and places in a tile. */
export const RESULTS = 2;
export const TILE = RESULTS + WINDOW - 1;
export const PLACES = TILE * TILE;

/** Rows of numbers. */
export type Matrix = readonly (readonly number[])[];

/** What is done along each axis to a tile of the input. */
export const INPUT: Matrix = [
  [1, 0, -1, 0],
  [0, 1, 1, 0],
  [0, -1, 1, 0],
  [0, 1, 0, -1],
];
/** What is done to a window. */
export const FILTER: Matrix = [
  [1, 0, 0],
  [0.5, 0.5, 0.5],
  [0.5, -0.5, 0.5],
  [0, 0, 1],
];
/** What is done to products. */
export const OUTPUT: Matrix = [
  [1, 1, 1, 0],
  [0, 1, -1, -1],
];

/** A matrix with rows and columns exchanged. */
export function turned(matrix: Matrix): Matrix {
  return range(at(matrix, 0).length).map((column) => matrix.map((row) => at(row, column)));
}

/** The sum of the values that a row of a matrix gives the factor `size`, with their signs. */
function signedSum(row: readonly number[], values: readonly Expr[], size: number): Expr {
  const [first, ...others] = row.flatMap((entry, index) =>
    Math.abs(entry) === size ? [{ entry, value: at(values, index) }] : [],
  );
  if (first === undefined) return k.f32(0);
  const start = first.entry < 0 ? k.neg(first.value) : first.value;
  return others.reduce(
    (sum, { entry, value }) => (entry < 0 ? k.sub(sum, value) : k.add(sum, value)),
    start,
  );
}

/** The product of a row and values: one multiplication for each size of factor but 1. */
function combined(row: readonly number[], values: readonly Expr[]): Expr {
  const sizes = new Set(row.map(Math.abs).filter((entry) => entry !== 0));
  return [...sizes]
    .map((size) => {
      const sum = signedSum(row, values, size);
      return size === 1 ? sum : k.mul(sum, k.f32(size));
    })
    .reduce((sum, part) => k.add(sum, part));
}

/** Rows of expressions. */
export type Grid = readonly (readonly Expr[])[];

/** `matrix * grid * transposed matrix`. */
export function transformed(matrix: Matrix, grid: Grid): Grid {
  const columns = range(at(grid, 0).length).map((column) => grid.map((row) => at(row, column)));
  const down = columns.map((column) => matrix.map((row) => combined(row, column)));
  return matrix.map((_, index) => {
    const line = down.map((column) => at(column, index));
    return matrix.map((row) => combined(row, line));
  });
}

/** A square of values. */
export function gridOf(size: number, value: (row: number, column: number) => Expr): Grid {
  return range(size).map((row) => range(size).map((column) => value(row, column)));
}
