// Brings a Compute into flat form: every input is one row of elements, every index one sum over
// joined axes. In this form one kernel's reads can be put in terms of another's axes.
import { type Layout, layoutOf } from '../../core/layout.js';
import { sizeOf } from '../../core/shape.js';
import { add, mul, size } from '../../kernels/ir/build.js';
import { position } from '../../kernels/ir/define.js';
import type { Expr } from '../../kernels/ir/expr.js';
import { mapChildren } from '../../kernels/ir/expr-walk.js';
import type { Compute } from '../../kernels/ir/kernel.js';
import type { Linear } from '../../kernels/schedule/access.js';
import { analyseRows } from '../../kernels/schedule/row-analysis.js';

/** A tensor of as many elements in one row. */
export function flatLayout(layout: Pick<Layout, 'dtype'>, elements: number): Layout {
  return layoutOf(layout.dtype, [elements]);
}

/** A sum over axes as an expression again. */
export function expressionOf(address: Linear, convert: (expr: Expr) => Expr): Expr {
  let sum = size(address.constant);
  for (const [axis, factor] of address.terms) {
    sum = add(sum, mul(position(axis), size(factor)));
  }
  for (const { expr, factor } of address.rest) sum = add(sum, mul(convert(expr), size(factor)));
  return sum;
}

/**
 * The same Compute over flat inputs (of `elements` each) and joined axes. Outputs are flat too:
 * their single index is the element number.
 */
export function flatten(compute: Compute, elements: readonly number[]): Compute {
  const rows = analyseRows(compute);
  const done = new Map<Expr, Expr>();
  const convert = (expr: Expr): Expr => {
    const known = done.get(expr);
    if (known !== undefined) return known;
    const result: Expr =
      expr.kind === 'read'
        ? { ...expr, at: [expressionOf(rows.accesses.addressOfRead(expr), convert)] }
        : mapChildren(expr, convert);
    done.set(expr, result);
    return result;
  };
  return {
    kind: 'compute',
    inputs: compute.inputs.map((layout, index) => flatLayout(layout, elements[index] ?? 0)),
    axes: rows.kept,
    stages: rows.stages.map((stage) => ({ ...stage, body: convert(stage.body) })),
    outputs: rows.outputs.map(({ output, over }) => ({
      ...output,
      shape: [sizeOf(output.shape)],
      over,
      at: [expressionOf(rows.accesses.addressOfOutput(output), convert)],
      value: convert(output.value),
    })),
  };
}
