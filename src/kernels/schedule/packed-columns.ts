// A factor that was packed beforehand: its columns lie in panels as wide as a register tile, each
// with its reduced steps one after the other, as contraction-pack.ts would lay them out. Where a
// loop multiplies by the same matrix in every turn, the compiled engine packs it once before.
import { layoutOf } from '../../core/layout.js';
import * as k from '../ir/build.js';
import { type Axis, type Expr, I32, type ReadExpr, rewriteAll } from '../ir/expr.js';
import type { Compute } from '../ir/kernel.js';
import { type Contraction, contractionOf } from './contraction-shape.js';
import type { Target } from './target.js';

/** With more rows, packing takes no share worth saving. */
const MOST_ROWS = 256;

/** The element of a packed factor that belongs to a column and a reduced step. */
function packedElement(column: Expr, step: Expr, steps: number, width: number): Expr {
  const panel = k.mul(k.idiv(column, k.i32(width)), k.size(steps * width));
  const inPanel = k.add(k.mul(step, k.i32(width)), k.rem(column, k.i32(width)));
  return k.add(panel, inPanel);
}

const axisOf = (axis: Axis): Expr => ({ kind: 'axis', type: I32, axis });

/** Whether `expr` is `fn(position along axis, width)`. */
function isPart(expr: Expr, fn: 'idiv' | 'rem', axis: Axis, width: number): boolean {
  if (expr.kind !== 'call' || expr.fn !== fn) return false;
  const [position, by] = expr.args;
  if (position?.kind !== 'axis' || position.axis !== axis || by === undefined) return false;
  return k.knownInteger(by) === width;
}

/** The right factor, if it is read in panels of `width` columns as {@link packedElement} says. */
export function packedRight(contraction: Contraction, width: number): ReadExpr | undefined {
  const { accesses, right, batch, columns, reduced } = contraction;
  const [column, ...otherColumns] = columns;
  const [step, ...otherSteps] = reduced;
  if (right.kind !== 'read' || column === undefined || step === undefined) return undefined;
  if (batch.length + otherColumns.length + otherSteps.length > 0) return undefined;
  const { constant, terms, rest } = accesses.addressOfRead(right);
  if (constant !== 0 || terms.size !== 1 || terms.get(step) !== width) return undefined;
  const isAt = (fn: 'idiv' | 'rem', factor: number): boolean =>
    rest.some((part) => part.factor === factor && isPart(part.expr, fn, column, width));
  const inPanels = rest.length === 2 && isAt('idiv', step.extent * width) && isAt('rem', 1);
  return inPanels && column.extent % width === 0 ? right : undefined;
}

/** Where the panel of a column begins, from reduced step `from` on. */
export function panelStart(column: Expr, from: Expr, steps: Expr, width: number): Expr {
  return k.add(k.mul(column, steps), k.mul(from, k.i32(width)));
}

/** A product that reads its right factor packed, and the kernel that packs it. */
export interface PackedProduct {
  /** Which input of the product is packed. */
  readonly input: number;
  /** From that input alone to `elements` in a row. */
  readonly packing: Compute;
  readonly elements: number;
  /** The product with one more input at the end: the packed factor. */
  readonly product: Compute;
}

/** How a flat product would be with a packed right factor; undefined where that cannot be. */
export function packColumns(compute: Compute, target: Target): PackedProduct | undefined {
  const [tile, ...otherTiles] = target.tiles;
  if (target.kind !== 'cpu' || target.lanes === 1 || tile === undefined) return undefined;
  if (otherTiles.some(({ vectors }) => vectors !== tile.vectors)) return undefined;
  const width = tile.vectors * target.lanes;
  const contraction = contractionOf(compute);
  const [stage] = compute.stages;
  const [column] = contraction?.columns ?? [];
  const [step] = stage?.over ?? [];
  if (contraction === undefined || column === undefined || step === undefined) return undefined;
  const { right, rows, columns, batch } = contraction;
  const rowCount = rows.reduce((product, axis) => product * axis.extent, 1);
  // Axes that were joined are not those of the kernel any more.
  const plain = compute.axes.includes(column) && stage?.over.length === 1;
  if (!plain || columns.length > 1 || batch.length > 0 || rowCount > MOST_ROWS) return undefined;
  if (right.kind !== 'read' || column.extent % width !== 0) return undefined;
  const elements = column.extent * step.extent;
  const panel: Axis = { extent: column.extent / width };
  const packedStep: Axis = { extent: step.extent };
  const lane: Axis = { extent: width };
  const packedColumn = k.add(k.mul(axisOf(panel), k.i32(width)), axisOf(lane));
  const place = rewriteAll((node) => {
    if (node.kind === 'read') return { ...node, input: 0 };
    if (node.kind !== 'axis') return node;
    if (node.axis === column) return packedColumn;
    return node.axis === step ? axisOf(packedStep) : node;
  });
  const input = compute.inputs.length;
  const index = packedElement(axisOf(column), axisOf(step), step.extent, width);
  const packed: Expr = { ...right, input, at: [index] };
  const change = rewriteAll((node) => (node === right ? packed : node));
  const packedLayout = layoutOf('float32', [elements]);
  return {
    input: right.input,
    elements,
    packing: {
      kind: 'compute',
      inputs: compute.inputs.slice(right.input, right.input + 1),
      axes: [panel, packedStep, lane],
      stages: [],
      outputs: [
        {
          output: 0,
          dtype: 'float32',
          shape: [elements],
          over: [],
          at: [
            k.add(
              k.mul(axisOf(panel), k.size(step.extent * width)),
              k.add(k.mul(axisOf(packedStep), k.i32(width)), axisOf(lane)),
            ),
          ],
          value: place(right),
        },
      ],
    },
    product: {
      ...compute,
      inputs: [...compute.inputs, packedLayout],
      stages: compute.stages.map((each) => ({ ...each, body: change(each.body) })),
    },
  };
}
