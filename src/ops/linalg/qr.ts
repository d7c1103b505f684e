// QR decomposition by Householder's reflections (Golub & Van Loan, 5.2), signs as LAPACK has them.
import { checkOptions } from '../../core/arguments.js';
import { apply } from '../../core/engine.js';
import { defineOp, type Op } from '../../core/op.js';
import { at } from '../../core/sequence.js';
import { spec } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import * as k from '../../kernels/ir/build.js';
import type { Expr } from '../../kernels/ir/expr.js';
import type { Stmt } from '../../kernels/ir/loops.js';
import { add, neg, sub } from '../arithmetic.js';
import type { TensorLike } from '../convert.js';
import { eye, zerosLike } from '../create.js';
import { tril } from '../diagonals.js';
import { concat } from '../joining.js';
import { matmul } from '../matmul.js';
import { sliceAxis } from '../slicing.js';
import {
  asFloats,
  type Cells,
  each,
  flipped,
  type Local,
  local,
  matrixLoops,
  requireMatrices,
} from './matrices.js';
import { solve } from './solve.js';
import { substitute } from './triangular.js';

interface QrAttrs {
  /** Columns of Q: as many as rows, or only as many as R needs. */
  readonly columns: number;
}

const zeroOf = (like: Expr): Expr => k.literal(like, 0);

/** Σ of `term` over rows from .. to - 1, in a new local number. */
function total(from: Expr, to: Expr, start: Expr, term: (row: Expr) => Expr): [Stmt[], Local] {
  const sum = local('sum', start);
  const code = [
    sum.declare,
    each('row', from, to, (row) => [sum.set(k.add(sum.value, term(row)))]),
  ];
  return [code, sum];
}

/**
 * Reflects column `step` of `work` onto its diagonal. The reflection is I - tau v vᵀ; v's first
 * element is 1, the others stay in `work` below the diagonal.
 */
function reflect(work: Cells, taus: Cells, step: Expr, rows: Expr): readonly Stmt[] {
  const next = k.add(step, k.i32(1));
  const head = work.load(step, step);
  const [code, squares] = total(next, rows, zeroOf(head), (row) =>
    k.mul(work.load(row, step), work.load(row, step)),
  );
  const alpha = local('alpha', head);
  const length = k.sqrt(k.add(k.mul(alpha.value, alpha.value), squares.value));
  const beta = local('beta', k.select(k.lt(alpha.value, zeroOf(head)), length, k.neg(length)));
  const isNeeded = k.gt(squares.value, zeroOf(head));
  const scale = each('row', next, rows, (row) => [
    work.store([row, step], k.div(work.load(row, step), k.sub(alpha.value, beta.value))),
  ]);
  return [
    ...code,
    alpha.declare,
    beta.declare,
    taus.store([step], zeroOf(head)),
    k.when(isNeeded, [
      taus.store([step], k.div(k.sub(beta.value, alpha.value), beta.value)),
      scale,
      work.store([step, step], beta.value),
    ]),
  ];
}

/** `target`'s column less tau (vᵀ column) v, for the reflection of `step`. */
function applyTo(
  target: Cells,
  column: Expr,
  work: Cells,
  [taus, step, rows]: readonly [Cells, Expr, Expr],
): readonly Stmt[] {
  const next = k.add(step, k.i32(1));
  const [code, dot] = total(next, rows, target.load(step, column), (row) =>
    k.mul(work.load(row, step), target.load(row, column)),
  );
  const share = local('share', k.mul(taus.load(step), dot.value));
  return [
    ...code,
    share.declare,
    target.store([step, column], k.sub(target.load(step, column), share.value)),
    each('row', next, rows, (row) => [
      target.store(
        [row, column],
        k.sub(target.load(row, column), k.mul(share.value, work.load(row, step))),
      ),
    ]),
  ];
}

/** Everything one matrix needs: reflections, R, and Q by reflecting the identity backwards. */
function decomposition(
  cells: {
    readonly a: Cells;
    readonly q: Cells;
    readonly r: Cells;
    readonly work: Cells;
    readonly taus: Cells;
  },
  size: { readonly rows: number; readonly columns: number; readonly kept: number },
): readonly Stmt[] {
  const { a, q, r, work, taus } = cells;
  const [rows, columns, kept] = [k.size(size.rows), k.size(size.columns), k.size(size.kept)];
  const steps = k.size(Math.min(size.rows, size.columns));
  const zero = zeroOf(a.load(k.i32(0), k.i32(0)));
  const one = k.literal(zero, 1);
  const overRows = (to: Expr, width: Expr, store: (row: Expr, column: Expr) => Stmt): Stmt =>
    each('row', k.i32(0), to, (row) => [
      each('column', k.i32(0), width, (column) => [store(row, column)]),
    ]);
  const backwards = (count: Expr): Expr => k.sub(k.sub(steps, k.i32(1)), count);
  return [
    overRows(rows, columns, (row, column) => work.store([row, column], a.load(row, column))),
    each('step', k.i32(0), steps, (step) => [
      ...reflect(work, taus, step, rows),
      each('column', k.add(step, k.i32(1)), columns, (column) =>
        applyTo(work, column, work, [taus, step, rows]),
      ),
    ]),
    overRows(kept, columns, (row, column) =>
      r.store([row, column], k.select(k.le(row, column), work.load(row, column), zero)),
    ),
    overRows(rows, kept, (row, column) =>
      q.store([row, column], k.select(k.eq(row, column), one, zero)),
    ),
    each('step', k.i32(0), steps, (count) => [
      each('column', k.i32(0), kept, (column) =>
        applyTo(q, column, work, [taus, backwards(count), rows]),
      ),
    ]),
  ];
}

/** Outputs: Q [..., m, columns] and R [..., columns, n]. */
export const qrOp: Op<QrAttrs> = defineOp<QrAttrs>({
  name: 'qr',
  infer: (inputs, { columns }) => {
    const { shape, dtype } = at(inputs, 0);
    const batch = shape.slice(0, -2);
    return [
      spec([...batch, at(shape, -2), columns], dtype),
      spec([...batch, columns, at(shape, -1)], dtype),
    ];
  },
  lower: ({ inputs, outputs, attrs }) => {
    const { shape } = at(inputs, 0);
    const [rows, columns] = [at(shape, -2), at(shape, -1)];
    return [
      matrixLoops('qr', shape.slice(0, -2), inputs, outputs, (buffers) =>
        decomposition(
          {
            a: buffers.input(0),
            q: buffers.output(0),
            r: buffers.output(1),
            work: buffers.scratch([rows, columns]),
            taus: buffers.scratch([Math.min(rows, columns)]),
          },
          { rows, columns, kept: attrs.columns },
        ),
      ),
    ];
  },
  // dA = (dQ + Q sym(M)) R⁻ᵀ with M = R dRᵀ - dQᵀ Q, of which the lower triangle counts (Walter
  // and Lehmann 2018).
  grad: ({ inputs, outputs, outputGradients }) => {
    const columns = at(at(inputs, 0).shape, -1);
    const whole = { q: at(outputs, 0), r: at(outputs, 1) };
    const [q, r] = [sliceAxis(whole.q, -1, 0, columns), sliceAxis(whole.r, -2, 0, columns)];
    const dq = reducedGradient(whole.q, outputGradients[0] ?? zerosLike(whole.q), columns);
    const dr = sliceAxis(outputGradients[1] ?? zerosLike(whole.r), -2, 0, columns);
    const inner = sub(matmul(r, flipped(dr)), matmul(flipped(dq), q));
    const symmetric = add(tril(inner), flipped(tril(inner, -1)));
    const sum = add(dq, matmul(q, symmetric));
    return [flipped(substitute(r, flipped(sum), { lower: false, unit: false }))];
  },
});

/**
 * The gradient of the first columns of Q, given that of all. The others follow from the first: with Q₁
 * on top of Q₂ in those, Z = Q₂ (Q₁ - I)⁻¹ and W the first columns less the identity's, they are the
 * identity's others and W Zᵀ more (as every product of reflections).
 */
function reducedGradient(q: Tensor, dq: Tensor, columns: number): Tensor {
  const rows = at(q.shape, -2);
  const first = sliceAxis(dq, -1, 0, columns);
  if (at(q.shape, -1) === columns) return first;
  const others = rows - columns;
  const identity = eye(rows, columns, { dtype: q.dtype });
  const moved = sub(sliceAxis(q, -1, 0, columns), identity);
  const top = sliceAxis(moved, -2, 0, columns);
  const z = flipped(solve(flipped(top), flipped(sliceAxis(moved, -2, columns, others))));
  const rest = sliceAxis(dq, -1, columns, others);
  const below = flipped(solve(top, matmul(flipped(moved), rest)));
  const above = neg(matmul(flipped(z), below));
  return add(add(first, matmul(rest, z)), concat([above, below], -2));
}

function decomposed(x: Tensor, columns: number): { readonly q: Tensor; readonly r: Tensor } {
  const results = apply(qrOp, [x], { columns });
  return { q: at(results, 0), r: at(results, 1) };
}

/**
 * Q and R with x = Q R, Q's columns orthonormal and R upper triangular, for matrices [..., m, n].
 * `reduced` gives min(m, n) columns of Q, `complete` all m.
 *
 * @example
 * ```ts
 * import { matmul, qr } from 'keratin';
 * const { q, r } = qr([[3, 1], [4, 2]]);
 * console.log((await matmul(q, r).getItem([1, 0]).item()).toFixed(4)); // 4.0000
 * ```
 */
export function qr(
  x: TensorLike,
  options: { readonly mode?: 'reduced' | 'complete' | undefined } = {},
): { readonly q: Tensor; readonly r: Tensor } {
  checkOptions('qr', options, { mode: true });
  const input = asFloats(x);
  requireMatrices('qr', input);
  const [rows, columns] = [at(input.shape, -2), at(input.shape, -1)];
  if (rows >= columns) return decomposed(input, options.mode === 'complete' ? rows : columns);
  // The first columns alone decide Q; the others of R follow from it, which has a gradient.
  const { q, r } = decomposed(sliceAxis(input, -1, 0, rows), rows);
  const rest = sliceAxis(input, -1, rows, columns - rows);
  return { q, r: concat([r, matmul(flipped(q), rest)], -1) };
}
