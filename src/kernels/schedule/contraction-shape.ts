// Recognises sums of products (matrix products, convolutions and their gradients) and sorts
// their axes: batch (in both factors), rows (left only), columns (right only), reduced.
import { at } from '../../core/sequence.js';
import type { Axis, Expr } from '../ir/expr.js';
import { axesIn } from '../ir/expr-walk.js';
import type { Compute, Output } from '../ir/kernel.js';
import { coefficient } from './access.js';
import { joinAxes, total } from './axes.js';
import { Accesses } from './evaluate.js';

/** A sum of products, with its axes joined where accesses allow. */
export interface Contraction {
  readonly accesses: Accesses;
  /** All outputs; each has one element for each row and column. */
  readonly outputs: readonly Output[];
  /** The factor that varies along rows, and the one that varies along columns. */
  readonly left: Expr;
  readonly right: Expr;
  readonly batch: readonly Axis[];
  readonly rows: readonly Axis[];
  readonly columns: readonly Axis[];
  readonly reduced: readonly Axis[];
  /** The axes of the Compute that batch and columns were joined from. */
  readonly unjoined: { readonly batch: readonly Axis[]; readonly columns: readonly Axis[] };
}

/** Below these the packing costs more than it gains. */
const FEWEST = { rows: 2, columns: 4, reduced: 4, products: 4096 } as const;

function factorsOf(compute: Compute): readonly [Expr, Expr] | undefined {
  const [stage] = compute.stages;
  if (stage === undefined || compute.stages.length !== 1 || stage.by !== 'sum') return undefined;
  const { body } = stage;
  if (body.kind !== 'call' || body.fn !== 'mul' || body.type.scalar !== 'f32') return undefined;
  return [at(body.args, 0), at(body.args, 1)];
}

/** The compute as a contraction, or undefined where another recipe does better. */
export function contractionOf(compute: Compute): Contraction | undefined {
  const factors = factorsOf(compute);
  const [output] = compute.outputs;
  const [stage] = compute.stages;
  if (factors === undefined || output === undefined || stage === undefined) return undefined;
  if (compute.outputs.some(({ over }) => over.length > 0)) return undefined;
  const [first, second] = factors;
  const inFirst = axesIn(first);
  const inSecond = axesIn(second);
  const real = compute.axes.filter((axis) => axis.extent > 1);
  const onlyFirst = real.filter((axis) => inFirst.has(axis) && !inSecond.has(axis));
  const onlySecond = real.filter((axis) => inSecond.has(axis) && !inFirst.has(axis));
  const batch = real.filter((axis) => inFirst.has(axis) === inSecond.has(axis));
  const accesses = new Accesses(compute.inputs, compute.outputs, [stage.body]);
  // Columns are what the output holds contiguously, so that whole vectors are stored.
  const address = accesses.addressOfOutput(output);
  const contiguous = real.find((axis) => coefficient(address, axis) === 1);
  const swap = contiguous !== undefined && onlyFirst.includes(contiguous);
  const rows = swap ? onlySecond : onlyFirst;
  const columns = swap ? onlyFirst : onlySecond;
  const products = total(rows) * total(columns) * total(stage.over);
  if (total(rows) < FEWEST.rows || total(columns) < FEWEST.columns) return undefined;
  if (total(stage.over) < FEWEST.reduced || products < FEWEST.products) return undefined;
  return {
    accesses,
    outputs: compute.outputs,
    left: swap ? second : first,
    right: swap ? first : second,
    batch: joinAxes(accesses, batch),
    rows: joinAxes(accesses, rows),
    columns: joinAxes(accesses, columns),
    reduced: joinAxes(accesses, stage.over),
    unjoined: { batch, columns },
  };
}
