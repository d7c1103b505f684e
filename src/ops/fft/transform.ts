// Discrete Fourier transforms of pairs [real, imaginary]. A length n = p q is p transforms of
// length q and q of length p (Cooley and Tukey 1965), each a product with a small matrix, so the
// work is matrix products and every gradient comes for free.

import type { DType } from '../../core/dtype.js';
import { at, range } from '../../core/sequence.js';
import type { Tensor } from '../../core/tensor.js';
import { add, mul, sub } from '../arithmetic.js';
import { tensorOf } from '../convert.js';
import { matmul } from '../matmul.js';
import type { ComplexPair } from '../numpy/complex.js';
import { reshape } from '../shaping.js';
import { swapAxes } from '../views.js';

/** Lengths up to this are one product: the matrix is small and stays in cache. */
const DIRECT = 48;

/** The largest divisor of n that is at most DIRECT; n itself where only 1 divides it. */
function factorOf(n: number): number {
  if (n <= DIRECT) return n;
  for (let factor = DIRECT; factor > 1; factor--) if (n % factor === 0) return factor;
  return n;
}

/** cos(2 pi place / n), exactly 0, 1 or -1 at quarter turns. */
function cosine(place: number, n: number): number {
  const quarters = (4 * place) / n;
  if (!Number.isInteger(quarters)) return Math.cos((2 * Math.PI * place) / n);
  return [1, 0, -1, 0][((quarters % 4) + 4) % 4] ?? 0;
}

/** exp(sign 2 pi i j k / n) for each row j and column k. */
function turns(rows: number, columns: number, n: number, [sign, dtype]: Turn): ComplexPair {
  // The product is reduced first, so that angles stay exact.
  const places = range(rows).flatMap((j) => range(columns).map((k) => (j * k) % n));
  const shape = [rows, columns];
  return [
    tensorOf(
      places.map((place) => cosine(place, n)),
      dtype,
      shape,
    ),
    // A sine is the cosine of a quarter turn less.
    tensorOf(
      places.map((place) => sign * cosine(4 * place - n, 4 * n)),
      dtype,
      shape,
    ),
  ];
}

type Turn = readonly [sign: 1 | -1, dtype: DType];
type Product = (a: Tensor, b: Tensor) => Tensor;

/** (a + i b)(c + i d) for matrices or elements. */
function times([a, b]: ComplexPair, [c, d]: ComplexPair, product: Product): ComplexPair {
  return [sub(product(a, c), product(b, d)), add(product(a, d), product(b, c))];
}

function each(pair: ComplexPair, change: (part: Tensor) => Tensor): ComplexPair {
  return [change(pair[0]), change(pair[1])];
}

/** The transform along the last axis, without scaling; sign -1 is forward. */
export function transformed(x: ComplexPair, sign: 1 | -1): ComplexPair {
  const { shape, dtype } = x[0];
  const n = at(shape, -1);
  const p = factorOf(n);
  const turn: Turn = [sign, dtype];
  if (p === n) {
    const rows = each(x, (part) => reshape(part, [-1, n]));
    return each(times(rows, turns(n, n, n, turn), matmul), (part) => reshape(part, shape));
  }
  const q = n / p;
  // Element j = q a + b of the input becomes [a, b]; a is transformed first.
  const grid = each(x, (part) => reshape(part, [-1, p, q]));
  const inner = transformed(
    each(grid, (part) => swapAxes(part, 1, 2)),
    sign,
  );
  const twisted = times(inner, turns(q, p, n, turn), mul);
  const outer = transformed(
    each(twisted, (part) => swapAxes(part, 1, 2)),
    sign,
  );
  // Element [k, l] is number k + p l of the result.
  return each(outer, (part) => reshape(swapAxes(part, 1, 2), shape));
}
