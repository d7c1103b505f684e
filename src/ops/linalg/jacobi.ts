// Rotations in the plane of two columns (Jacobi 1846): what eigh and svd repeat until nothing is
// left to turn.
import * as k from '../../kernels/ir/build.js';
import type { Expr } from '../../kernels/ir/expr.js';
import type { Stmt } from '../../kernels/ir/loops.js';
import { type Cells, each, local } from './matrices.js';

/** Passes over all pairs; ten suffice in practice, as convergence is quadratic. */
const MOST_SWEEPS = 40;

/** Cosine and sine of the rotation that takes away `off` between `left` and `right`. */
export interface Rotation {
  readonly code: readonly Stmt[];
  readonly cosine: Expr;
  readonly sine: Expr;
}

/** Golub & Van Loan, algorithm 8.4.1: the smaller of the two angles. */
export function rotation(left: Expr, right: Expr, off: Expr): Rotation {
  const one = k.literal(off, 1);
  const ratio = local('ratio', k.div(k.sub(right, left), k.mul(k.literal(off, 2), off)));
  const steep = k.add(k.abs(ratio.value), k.sqrt(k.add(one, k.mul(ratio.value, ratio.value))));
  const isBelow = k.lt(ratio.value, k.literal(off, 0));
  const tangent = local('tangent', k.div(k.select(isBelow, k.literal(off, -1), one), steep));
  const length = k.sqrt(k.add(one, k.mul(tangent.value, tangent.value)));
  const cosine = local('cosine', k.div(one, length));
  const sine = local('sine', k.mul(tangent.value, cosine.value));
  return {
    code: [ratio.declare, tangent.declare, cosine.declare, sine.declare],
    cosine: cosine.value,
    sine: sine.value,
  };
}

/** Turns columns p and q of `cells`: p' = c p - s q, q' = s p + c q. */
export function turnColumns(
  cells: Cells,
  rows: Expr,
  [p, q]: readonly [Expr, Expr],
  { cosine, sine }: Rotation,
): Stmt {
  return each('row', k.i32(0), rows, (row) => turn(cells, [row, p], [row, q], cosine, sine));
}

/** Turns rows p and q likewise. */
export function turnRows(
  cells: Cells,
  columns: Expr,
  [p, q]: readonly [Expr, Expr],
  { cosine, sine }: Rotation,
): Stmt {
  return each('column', k.i32(0), columns, (column) =>
    turn(cells, [p, column], [q, column], cosine, sine),
  );
}

function turn(
  cells: Cells,
  p: readonly Expr[],
  q: readonly Expr[],
  cosine: Expr,
  sine: Expr,
): readonly Stmt[] {
  const [left, right] = [local('left', cells.load(...p)), local('right', cells.load(...q))];
  return [
    left.declare,
    right.declare,
    cells.store(p, k.sub(k.mul(cosine, left.value), k.mul(sine, right.value))),
    cells.store(q, k.add(k.mul(sine, left.value), k.mul(cosine, right.value))),
  ];
}

/** Calls `pair` for every two columns, over and over until a pass turned none of them. */
export function sweeps(
  size: Expr,
  pair: (p: Expr, q: Expr, turned: () => Stmt) => readonly Stmt[],
): readonly Stmt[] {
  const sweep = local('sweep', k.i32(0));
  const turns = local('turns', k.i32(1));
  const count = (): Stmt => turns.set(k.add(turns.value, k.i32(1)));
  const goesOn = k.and(k.gt(turns.value, k.i32(0)), k.lt(sweep.value, k.i32(MOST_SWEEPS)));
  return [
    sweep.declare,
    turns.declare,
    {
      kind: 'while',
      test: goesOn,
      body: [
        turns.set(k.i32(0)),
        sweep.set(k.add(sweep.value, k.i32(1))),
        each('p', k.i32(0), size, (p) => [
          each('q', k.add(p, k.i32(1)), size, (q) => pair(p, q, count)),
        ]),
      ],
    },
  ];
}

/** How small a number must be, beside others, to count as 0: about the rounding error. */
export function tolerance(like: Expr): Expr {
  return k.literal(like, like.type.scalar === 'f64' ? 1e-16 : 3e-8);
}
