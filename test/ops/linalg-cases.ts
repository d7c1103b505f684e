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

/** The lower factor of a symmetric positive matrix. */
function choleskyFactor(x: Numbers): Numbers {
  const size = at(x.shape, 0);
  const factor = range(size).map(() => range(size).map(() => 0));
  for (const column of range(size)) {
    for (const row of range(size).slice(column)) {
      const known = range(column).reduce(
        (sum, j) => sum + at(at(factor, row), j) * at(at(factor, column), j),
        0,
      );
      const rest = get(x, [row, column]) - known;
      at(factor, row)[column] =
        row === column ? Math.sqrt(rest) : rest / at(at(factor, column), column);
    }
  }
  return build([size, size], ([i = 0, j = 0]) => at(at(factor, i), j));
}

const unit = (size: number): Numbers => build([size, size], ([i = 0, j = 0]) => Number(i === j));
const transposed = (x: Tensor): Tensor => k.swapAxes(x, -1, -2);
const symmetric = exactly([3, 3], [4, 1, -0.5, 1, 3, 0.7, -0.5, 0.7, 2]);
const tall = exactly([4, 3], [1, 2, 0.5, -1, 0.3, 2, 0.7, -2, 1, 0.2, 1.1, -0.4]);
const wide = exactly([2, 3], [1, 2, 0.5, -1, 0.3, 2]);
const NO_HALF = { noHalf: 'decompositions run in float32', ulp: 24, ofLargest: true } as const;

/** V diag(w) Vᵀ. */
function rebuilt(vectors: Tensor, values: Tensor, others: Tensor): Tensor {
  return k.matmul(k.mul(vectors, k.expandDims(values, -2)), others);
}

const decompositions = {
  cholesky: [
    {
      about: 'lower',
      inputs: [symmetric],
      run: (x: Tensor) => k.cholesky(x),
      reference: choleskyFactor,
      ...NO_HALF,
    },
    {
      about: 'upper',
      inputs: [symmetric],
      run: (x: Tensor) => transposed(k.cholesky(x, { upper: true })),
      reference: choleskyFactor,
      ...NO_HALF,
    },
    {
      about: 'not positive',
      inputs: [exactly([1, 1], [-1])],
      run: (x: Tensor) => k.cholesky(x),
      reference: () => ({ shape: [1, 1], data: [NaN] }),
      noGradient: 'there is none',
    },
    {
      about: 'oblong',
      inputs: [uniform([2, 3])],
      run: (x: Tensor) => k.cholesky(x),
      fails: 'cholesky: the matrices are not square',
    },
  ],
  qr: [
    ...[tall, symmetric].map((input) => ({
      about: `[${input.shape}] reduced`,
      inputs: [input],
      run: (x: Tensor) => {
        const { q, r } = k.qr(x);
        return [k.matmul(q, r), k.matmul(transposed(q), q), k.sub(r, k.triu(r))];
      },
      reference: (x: Numbers) => [x, unit(3), build([3, 3], () => 0)],
      ...NO_HALF,
    })),
    {
      about: 'complete',
      inputs: [tall],
      run: (x: Tensor) => {
        const { q, r } = k.qr(x, { mode: 'complete' });
        return [k.matmul(q, r), k.matmul(q, transposed(q))];
      },
      reference: (x: Numbers) => [x, unit(4)],
      ...NO_HALF,
      noGradient: 'complete bases have none',
    },
    {
      about: 'wide',
      inputs: [wide],
      run: (x: Tensor) => {
        const { q, r } = k.qr(x);
        return [k.matmul(q, r), k.matmul(q, transposed(q))];
      },
      reference: (x: Numbers) => [x, unit(2)],
      ...NO_HALF,
      noGradient: 'wide matrices have none here',
    },
  ],
  eigh: [
    {
      about: 'rebuilds the matrix',
      inputs: [symmetric],
      run: (x: Tensor) => {
        const { values, vectors } = k.eigh(x);
        return [
          rebuilt(vectors, values, transposed(vectors)),
          k.matmul(transposed(vectors), vectors),
        ];
      },
      reference: (x: Numbers) => [x, unit(3)],
      ...NO_HALF,
    },
    {
      about: 'values of two by two',
      inputs: [exactly([2, 2], [2, 0.5, 0.5, -1])],
      run: (x: Tensor) => k.eigh(x).values,
      reference: () => {
        const [middle, reach] = [0.5, Math.hypot(1.5, 0.5)];
        return { shape: [2], data: [middle - reach, middle + reach] };
      },
      ...NO_HALF,
    },
    {
      about: 'vectors, up to their signs',
      inputs: [symmetric],
      run: (x: Tensor) => k.square(k.eigh(x).vectors),
      ...NO_HALF,
    },
  ],
  orthogonalColumns: [
    ...[tall, wide].map((input) => ({
      about: `[${input.shape}] rebuilt`,
      inputs: [input],
      run: (x: Tensor) => {
        const { u, s, vh } = k.svd(x, { fullMatrices: false });
        return [rebuilt(u, s, vh), k.matmul(transposed(u), u), k.matmul(vh, transposed(vh))];
      },
      reference: (x: Numbers) => [x, unit(Math.min(...x.shape)), unit(Math.min(...x.shape))],
      ...NO_HALF,
    })),
    {
      about: 'vectors, up to their signs',
      inputs: [tall],
      run: (x: Tensor) => {
        const { u, vh } = k.svd(x, { fullMatrices: false });
        return [k.square(u), k.square(vh)];
      },
      ...NO_HALF,
    },
    {
      about: 'full matrices',
      inputs: [tall],
      run: (x: Tensor) => {
        const { u, vh } = k.svd(x);
        return [k.matmul(u, transposed(u)), k.matmul(vh, transposed(vh))];
      },
      reference: () => [unit(4), unit(3)],
      ...NO_HALF,
      noGradient: 'completed bases have none',
    },
  ],
} satisfies Record<string, Case[]>;

export const linalgCases = {
  ...decompositions,
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
