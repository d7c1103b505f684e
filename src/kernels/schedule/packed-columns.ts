// A factor that was packed beforehand: its columns lie in panels as wide as a register tile, each
// with its reduced steps one after the other, as contraction-pack.ts would lay them out. Where a
// product meets the same factor again and again, the compiled engine packs it once before.
import { layoutOf } from '../../core/layout.js';
import * as k from '../ir/build.js';
import { flatPosition, position } from '../ir/define.js';
import { type Axis, type Expr, type ReadExpr, typeOf } from '../ir/expr.js';
import { inputsIn, rewriteAll } from '../ir/expr-walk.js';
import { type Compute, mapCompute, type Output } from '../ir/kernel.js';
import { coefficient } from './access.js';
import { total } from './axes.js';
import { type Contraction, contractionOf } from './contraction-shape.js';
import type { Target } from './target.js';

/** With more rows, packing takes no share worth saving. */
const MOST_ROWS = 256;

/** How a factor is packed: how many panels of which width, each with so many reduced steps. */
export interface Packing {
  readonly panels: number;
  readonly steps: number;
  readonly width: number;
}

/** The element of a packed factor, of a whole batch of them. */
export function packedElement(
  { panels, steps, width }: Packing,
  batch: Expr,
  [panel, lane]: readonly [Expr, Expr],
  step: Expr,
): Expr {
  const inBatch = k.mul(batch, k.size(panels * steps * width));
  const inPanel = k.add(k.mul(step, k.i32(width)), lane);
  return k.add(k.add(inBatch, k.mul(panel, k.size(steps * width))), inPanel);
}

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
  if (right.kind !== 'read' || column === undefined || otherColumns.length > 0) return undefined;
  const address = accesses.addressOfRead(right);
  const { constant, terms, rest } = address;
  const known = new Set([...batch, ...reduced]);
  if (constant !== 0 || [...terms.keys()].some((axis) => !known.has(axis))) return undefined;
  let step = width;
  for (const axis of [...reduced].reverse()) {
    if (coefficient(address, axis) !== step) return undefined;
    step *= axis.extent;
  }
  const isAt = (fn: 'idiv' | 'rem', factor: number): boolean =>
    rest.some((part) => part.factor === factor && isPart(part.expr, fn, column, width));
  const inPanels = rest.length === 2 && isAt('idiv', step) && isAt('rem', 1);
  return inPanels && column.extent % width === 0 ? right : undefined;
}

/** Where the panel of a column begins, from reduced step `from` on, in a product of the batch. */
export function panelStart(
  { accesses, batch }: Contraction,
  right: ReadExpr,
  positions: readonly Expr[],
  {
    column,
    from,
    steps,
    width,
  }: Readonly<Record<'column' | 'from' | 'steps', Expr>> & {
    readonly width: number;
  },
): Expr {
  const address = accesses.addressOfRead(right);
  const inBatch = batch.reduce(
    (sum: Expr, axis, index) =>
      k.add(sum, k.mul(positions[index] ?? k.i32(0), k.size(coefficient(address, axis)))),
    k.i32(0),
  );
  return k.add(inBatch, k.add(k.mul(column, steps), k.mul(from, k.i32(width))));
}

/** A product that reads its right factor packed, and the kernel that packs it. */
export interface PackedProduct {
  /** The inputs that the factor is made of. */
  readonly inputs: readonly number[];
  /** From the product's inputs to the packed factor: `elements` in a row. */
  readonly packing: Compute;
  readonly elements: number;
  /** The product with one more input at the end: the packed factor. */
  readonly product: Compute;
}

/** The width of panels, if it is the same for all register tiles. */
export function panelWidth({ kind, lanes, tiles }: Target): number | undefined {
  const [tile, ...otherTiles] = tiles;
  if (kind !== 'cpu' || lanes === 1 || tile === undefined) return undefined;
  if (otherTiles.some(({ vectors }) => vectors !== tile.vectors)) return undefined;
  return tile.vectors * lanes;
}

/** The product with one axis of columns, which its accesses walk as one. */
function withOneColumn(compute: Compute, columns: readonly Axis[]): readonly [Compute, Axis] {
  const [first, ...others] = columns;
  if (first !== undefined && others.length === 0) return [compute, first];
  const joined: Axis = { extent: total(columns) };
  const last = columns.at(-1);
  const change = rewriteAll((node) => {
    if (node.kind !== 'axis' || !columns.includes(node.axis)) return node;
    return node.axis === last ? position(joined) : k.i32(0);
  });
  const axes = compute.axes.flatMap((axis) => {
    if (axis === last) return [joined];
    return columns.includes(axis) ? [] : [axis];
  });
  return [{ ...mapCompute(compute, change), axes }, joined];
}

/** The axes of a factor and how it is packed along them. */
interface Factor {
  readonly batch: readonly Axis[];
  readonly column: Axis;
  readonly steps: readonly Axis[];
  readonly packing: Packing;
}

/** The kernel that packs a factor. */
function packingOf(compute: Compute, right: Expr, factor: Factor, elements: number): Compute {
  const { column, packing } = factor;
  const fresh = new Map([...factor.batch, ...factor.steps].map((axis) => [axis, { ...axis }]));
  const freshOf = (axes: readonly Axis[]): Axis[] => axes.map((axis) => fresh.get(axis) ?? axis);
  const [batch, steps] = [freshOf(factor.batch), freshOf(factor.steps)];
  const panel: Axis = { extent: packing.panels };
  const lane: Axis = { extent: packing.width };
  const packedColumn = k.add(k.mul(position(panel), k.i32(packing.width)), position(lane));
  const place = rewriteAll((node) => {
    if (node.kind !== 'axis') return node;
    if (node.axis === column) return packedColumn;
    const own = fresh.get(node.axis);
    return own === undefined ? node : position(own);
  });
  const index = packedElement(
    packing,
    flatPosition(batch),
    [position(panel), position(lane)],
    flatPosition(steps),
  );
  const output: Output = {
    output: 0,
    dtype: 'float32',
    shape: [elements],
    over: [],
    at: [index],
    value: place(right),
  };
  const axes = [...batch, panel, ...steps, lane];
  return { kind: 'compute', inputs: compute.inputs, axes, stages: [], outputs: [output] };
}

/** How a flat product would be with a packed right factor; undefined where that cannot be. */
export function packColumns(original: Compute, target: Target): PackedProduct | undefined {
  const width = panelWidth(target);
  const found = width === undefined ? undefined : contractionOf(original);
  if (found === undefined || width === undefined) return undefined;
  const { rows, columns, unjoined } = found;
  if (columns.length !== 1 || total(columns) % width !== 0 || total(rows) > MOST_ROWS) {
    return undefined;
  }
  if (packedRight(found, width) !== undefined) return undefined;
  const [compute, column] = withOneColumn(original, unjoined.columns);
  const contraction = compute === original ? found : contractionOf(compute);
  const [stage] = compute.stages;
  if (contraction === undefined || stage === undefined) return undefined;
  const { right } = contraction;
  const packing = { panels: column.extent / width, steps: total(stage.over), width };
  const factor = { batch: contraction.unjoined.batch, column, steps: stage.over, packing };
  const elements = total(factor.batch) * column.extent * packing.steps;
  const parts = [
    k.idiv(position(column), k.i32(width)),
    k.rem(position(column), k.i32(width)),
  ] as const;
  const index = packedElement(packing, flatPosition(factor.batch), parts, flatPosition(stage.over));
  const packed: Expr = {
    kind: 'read',
    type: typeOf('f32'),
    input: compute.inputs.length,
    at: [index],
  };
  const change = rewriteAll((node) => (node === right ? packed : node));
  return {
    inputs: [...inputsIn(right)],
    elements,
    packing: packingOf(compute, right, factor, elements),
    product: {
      ...compute,
      inputs: [...compute.inputs, layoutOf('float32', [elements])],
      stages: compute.stages.map((each) => ({ ...each, body: change(each.body) })),
    },
  };
}
