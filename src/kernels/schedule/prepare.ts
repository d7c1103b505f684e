// First step of every recipe: functions become primitives, half types become bit arithmetic,
// outputs get the register type of their storage.
import { type DType, isFloat } from '../../core/dtype.js';
import { at } from '../../core/sequence.js';
import { expandFunctions } from '../functions/expand.js';
import { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from '../functions/half.js';
import { cast } from '../ir/build.js';
import { type Expr, registerOf, storageOf, U32 } from '../ir/expr.js';
import { rewrite, some } from '../ir/expr-walk.js';
import { type Compute, mapCompute } from '../ir/kernel.js';
import type { Target } from './target.js';

function widenReads(expr: Expr, compute: Compute): Expr {
  return rewrite(expr, (node) => {
    if (node.kind !== 'read') return node;
    const { dtype } = at(compute.inputs, node.input);
    if (dtype === 'float16') return fromFloat16({ ...node, type: U32 });
    if (dtype === 'bfloat16') return fromBfloat16({ ...node, type: U32 });
    return node;
  });
}

function narrow(value: Expr, dtype: DType): Expr {
  if (dtype === 'float16') return toFloat16(cast(value, 'f32'));
  if (dtype === 'bfloat16') return toBfloat16(cast(value, 'f32'));
  return cast(value, registerOf(storageOf(dtype)));
}

function hasHalf(compute: Compute): boolean {
  return compute.inputs.some(({ dtype }) => isFloat(dtype) && storageOf(dtype) === 'u16');
}

/** The same Compute in the words that recipes and emitters know. */
export function prepare(compute: Compute): Compute {
  const half = hasHalf(compute);
  const change = (expr: Expr): Expr => expandFunctions(half ? widenReads(expr, compute) : expr);
  const outputs = compute.outputs.map((output) => ({
    ...output,
    value: narrow(output.value, output.dtype),
  }));
  return mapCompute({ ...compute, outputs }, change);
}

/** Lanes to compute with: one where 64-bit numbers take part, since lanes would not line up. */
export function lanesFor(compute: Compute, target: Target): number {
  const roots = [
    ...compute.stages.map((stage) => stage.body),
    ...compute.outputs.map((output) => output.value),
  ];
  const wide = roots.some((root) => some(root, (node) => node.type.scalar === 'f64'));
  return wide ? 1 : target.lanes;
}
