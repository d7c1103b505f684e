// Rows for decompositions of matrices and what solves with them.
import { at, range } from '../../src/core/sequence.js';
import type { Tensor } from '../../src/core/tensor.js';
import * as k from '../../src/index.js';
import { build, get, type Numbers } from '../harness/op-arrays.js';
import { type Case, exactly, uniform } from '../harness/op-case.js';

/** Plain elimination with row exchanges, as the textbook has it. */
function lu(x: Numbers): readonly [Numbers, Numbers] {
  const [rows, columns] = [at(x.shape, -2), at(x.shape, -1)];
  const a = range(rows).map((i) => range(columns).map((j) => get(x, [i, j])));
  const pivots = range(Math.min(rows, columns)).map((step) => {
    const column = range(rows - step).map((row) => Math.abs(at(at(a, row + step), step)));
    const pivot = step + column.indexOf(Math.max(...column));
    [a[step], a[pivot]] = [at(a, pivot), at(a, step)];
    const top = at(a, step);
    for (const row of a.slice(step + 1)) {
      const factor = at(row, step) / at(top, step);
      row[step] = factor;
      for (let j = step + 1; j < columns; j++) row[j] = at(row, j) - factor * at(top, j);
    }
    return pivot;
  });
  return [
    build([rows, columns], ([i = 0, j = 0]) => at(at(a, i), j)),
    { shape: [pivots.length], data: pivots },
  ];
}

function backSubstitution(a: Numbers, b: Numbers): Numbers {
  const [size, columns] = [at(b.shape, 0), at(b.shape, 1)];
  const x = range(size).map(() => range(columns).map(() => 0));
  for (const row of range(size).reverse()) {
    for (const column of range(columns)) {
      const known = range(size - row - 1).map((step) => step + row + 1);
      const sum = known.reduce((all, j) => all + get(a, [row, j]) * at(at(x, j), column), 0);
      at(x, row)[column] = (get(b, [row, column]) - sum) / get(a, [row, row]);
    }
  }
  return build([size, columns], ([i = 0, j = 0]) => at(at(x, i), j));
}

const upper = exactly([3, 3], [2, 0.5, -1, 9, 1.5, 0.7, 9, 9, -1.2]);

export const linalgCases = {
  luFactor: [
    {
      about: 'square',
      inputs: [exactly([3, 3], [1, 2, 0.5, 4, 4, -1, 2, -3, 1])],
      run: (x: Tensor) => Object.values(k.luFactor(x)),
      reference: lu,
      ulp: 8,
      ofLargest: true,
      noHalf: 'decompositions run in float32',
    },
    {
      about: 'tall',
      inputs: [uniform([4, 2])],
      run: (x: Tensor) => Object.values(k.luFactor(x)),
      reference: lu,
      ulp: 16,
      ofLargest: true,
      noHalf: 'decompositions run in float32',
      noGradient: 'oblong matrices have none here',
    },
    {
      about: 'a vector',
      inputs: [uniform([3])],
      run: (x: Tensor) => k.luFactor(x).lu,
      fails: 'luFactor: this is no matrix',
    },
  ],
  solveTriangular: [
    {
      about: 'upper',
      inputs: [upper, uniform([3, 2])],
      run: (a: Tensor, b: Tensor) => k.solveTriangular(a, b),
      reference: backSubstitution,
      ulp: 8,
      ofLargest: true,
      noHalf: 'decompositions run in float32',
    },
    {
      about: 'lower, as the upper one turned over',
      inputs: [upper, uniform([3, 2])],
      run: (a: Tensor, b: Tensor) =>
        k.flip(k.solveTriangular(k.flip(a), k.flip(b, 0), { lower: true }), 0),
      reference: backSubstitution,
      ulp: 8,
      ofLargest: true,
      noHalf: 'decompositions run in float32',
    },
    {
      about: 'sizes that differ',
      inputs: [uniform([3, 3]), uniform([2, 2])],
      run: (a: Tensor, b: Tensor) => k.solveTriangular(a, b),
      fails: 'solveTriangular: the right side does not fit the matrix',
    },
  ],
} satisfies Record<string, Case[]>;
