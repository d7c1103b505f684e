// Rows for matrix products and contractions.
import { at } from '../../src/core/sequence.js';
import type { Tensor } from '../../src/core/tensor.js';
import * as k from '../../src/index.js';
import { build, get, type Numbers, total } from '../harness/op-arrays.js';
import { type Case, uniform } from '../harness/op-case.js';

/** [.., m, k] times [.., k, n] with batches that broadcast. */
function matmul(a: Numbers, b: Numbers): Numbers {
  const [rowsA, rowsB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const rank = Math.max(rowsA.length, rowsB.length);
  const batch = Array.from({ length: rank }, (_, axis) =>
    Math.max(rowsA[axis - rank + rowsA.length] ?? 1, rowsB[axis - rank + rowsB.length] ?? 1),
  );
  const inner = at(a.shape, -1);
  const pick = (shape: readonly number[], index: readonly number[]): number[] =>
    shape.map((size, axis) => (size === 1 ? 0 : at(index, axis + rank - shape.length)));
  return build([...batch, at(a.shape, -2), at(b.shape, -1)], (index) => {
    const [i, j] = [at(index, -2), at(index, -1)];
    const terms = Array.from(
      { length: inner },
      (_, l) => get(a, [...pick(rowsA, index), i, l]) * get(b, [...pick(rowsB, index), l, j]),
    );
    return total(terms);
  });
}

function pair(a: readonly number[], b: readonly number[], extra: Partial<Case> = {}): Case {
  return {
    about: `[${a}] times [${b}]`,
    inputs: [uniform(a), uniform(b)],
    run: k.matmul,
    reference: matmul,
    ulp: 2 * at(a, -1) + 2,
    ofLargest: true,
    exactIn: ['int32'],
    ...extra,
  };
}

const shaped = (shape: readonly number[], x: Numbers): Numbers => ({ shape, data: x.data });
const LARGE = { noGradient: 'as the small rows' };

const matrices: readonly Case[] = [
  pair([3, 4], [4, 5]),
  pair([1, 1], [1, 1]),
  pair([2, 3, 4], [4, 2]),
  pair([2, 3, 4], [2, 4, 2]),
  pair([2, 1, 2, 3], [2, 3, 2]),
  pair([0, 3], [3, 2]),
  pair([2, 0], [0, 3]),
  pair([33, 70], [70, 45], LARGE),
  pair([64, 64], [64, 64], LARGE),
  pair([5, 300], [300, 9], LARGE),
  pair([2, 17, 40], [2, 40, 19], LARGE),
  pair([3], [3], {
    about: 'vectors',
    reference: (a, b) => shaped([], matmul(shaped([1, 3], a), shaped([3, 1], b))),
  }),
  pair([2, 3], [3], {
    about: 'matrix times vector',
    reference: (a, b) => shaped([2], matmul(a, shaped([3, 1], b))),
  }),
  pair([3], [2, 3, 2], {
    about: 'vector times matrices',
    reference: (a, b) => shaped([2, 2], matmul(shaped([1, 3], a), b)),
  }),
  {
    about: 'left transposed',
    inputs: [uniform([4, 3]), uniform([4, 5])],
    run: (a, b) => k.matmul(a.transpose(), b),
    reference: (a, b) =>
      matmul(
        build([3, 4], ([i = 0, j = 0]) => get(a, [j, i])),
        b,
      ),
    ulp: 10,
    ofLargest: true,
  },
  {
    about: 'right transposed',
    inputs: [uniform([40, 30]), uniform([50, 30])],
    run: (a, b) => k.matmul(a, b.transpose()),
    reference: (a, b) =>
      matmul(
        a,
        build([30, 50], ([i = 0, j = 0]) => get(b, [j, i])),
      ),
    ulp: 62,
    ofLargest: true,
    ...LARGE,
  },
  {
    about: 'refused',
    inputs: [uniform([2, 3]), uniform([4, 5])],
    run: k.matmul,
    fails:
      'matmul: the inner sizes differ.\n  expected as many rows in the second as columns in the first (3)   received [2, 3] and [4, 5]',
  },
  {
    about: 'scalars',
    inputs: [uniform([]), uniform([2])],
    run: k.matmul,
    fails: 'matmul: a scalar is no matrix',
  },
];

function sums(
  about: string,
  inputs: readonly (readonly number[])[],
  run: Case['run'],
  reference: NonNullable<Case['reference']>,
): Case {
  return {
    about,
    inputs: inputs.map((shape) => uniform(shape)),
    run,
    reference,
    ulp: 16,
    ofLargest: true,
  };
}

const ein =
  (equation: string) =>
  (...inputs: Tensor[]): Tensor =>
    k.einsum(equation, ...inputs);
const over = (count: number, term: (place: number) => number): number =>
  total(Array.from({ length: count }, (_, place) => term(place)));

const contractions: readonly Case[] = [
  sums(
    'batch, other order',
    [
      [2, 3, 4],
      [2, 4, 5],
    ],
    ein('bij,bjk->bki'),
    (a, b) =>
      build([2, 5, 3], ([n = 0, c = 0, i = 0]) =>
        over(4, (j) => get(a, [n, i, j]) * get(b, [n, j, c])),
      ),
  ),
  sums(
    'outer',
    [[3], [4]],
    (a, b) => k.outer(a ?? 0, b ?? 0),
    (a, b) => build([3, 4], ([i = 0, j = 0]) => get(a, [i]) * get(b, [j])),
  ),
  sums('summed alone', [[2, 3], [4]], ein('ij,k->ik'), (a, b) =>
    build([2, 4], ([i = 0, c = 0]) => over(3, (j) => get(a, [i, j])) * get(b, [c])),
  ),
  sums('trace', [[3, 3]], ein('ii'), (a) => build([], () => over(3, (i) => get(a, [i, i])))),
  sums('diagonal', [[3, 3]], ein('ii->i'), (a) => build([3], ([i = 0]) => get(a, [i, i]))),
  sums('transpose', [[2, 3]], ein('ij->ji'), (a) =>
    build([3, 2], ([i = 0, j = 0]) => get(a, [j, i])),
  ),
  sums(
    'implied result',
    [
      [2, 3],
      [3, 4],
    ],
    ein('ij,jk'),
    matmul,
  ),
  sums(
    'three operands',
    [
      [2, 3],
      [3, 4],
      [4, 2],
    ],
    ein('ij,jk,kl->il'),
    (a, b, c) => matmul(matmul(a, b), c),
  ),
  sums(
    'ellipsis',
    [
      [2, 2, 3],
      [3, 2],
    ],
    ein('...ij,jk->...ik'),
    matmul,
  ),
  sums(
    'ellipsis that broadcasts',
    [
      [2, 3],
      [1, 3],
    ],
    ein('...i,...i->...'),
    (a, b) => build([2], ([n = 0]) => over(3, (i) => get(a, [n, i]) * get(b, [0, i]))),
  ),
  sums(
    'tensordot',
    [
      [2, 3, 4],
      [3, 4, 2],
    ],
    (a, b) => k.tensordot(a ?? 0, b ?? 0),
    (a, b) =>
      build([2, 2], ([i = 0, j = 0]) =>
        over(
          12,
          (p) => get(a, [i, Math.floor(p / 4), p % 4]) * get(b, [Math.floor(p / 4), p % 4, j]),
        ),
      ),
  ),
  {
    about: 'two sizes for a letter',
    inputs: [uniform([2, 3]), uniform([4, 2])],
    run: ein('ij,jk->ik'),
    fails: 'einsum: the letter "j" stands for two sizes in "ij,jk->ik"',
  },
  {
    about: 'too few letters',
    inputs: [uniform([2, 3])],
    run: ein('i->i'),
    fails: 'einsum: "i" does not name the axes of [2, 3]',
  },
];

export const productCases = { matmul: matrices, contract: contractions };
