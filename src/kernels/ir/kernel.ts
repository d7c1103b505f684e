// What `lower` returns: Compute (what to compute at one point) or Loops (an ordered program).
// Fusion works on Compute; recipes in schedule/ turn it into Loops.
import type { DType } from '../../core/dtype.js';
import type { Layout } from '../../core/layout.js';
import type { Axis, Expr } from './expr.js';
import type { Loops } from './loops.js';

/** How the terms of a stage are put together. */
export type Combine = 'sum' | 'prod' | 'max' | 'min' | 'and' | 'or';

/** One reduction, done for every position of the outer axes. */
export interface Stage {
  /** The axes it runs over; stages and outputs may share an axis object. */
  readonly over: readonly Axis[];
  readonly by: Combine;
  /** The term at one position; may use earlier stages. */
  readonly body: Expr;
}

/** One output tensor of a Compute. */
export interface Output {
  /** Position among the op's outputs. */
  readonly output: number;
  readonly dtype: DType;
  /** The whole output's shape. */
  readonly shape: readonly number[];
  /** Axes beyond the Compute's outer ones. */
  readonly over: readonly Axis[];
  /** Where the value goes: one index for each axis of the output. */
  readonly at: readonly Expr[];
  readonly value: Expr;
}

/**
 * For every position of `axes`: the stages in order, then the outputs. A map has no stages;
 * a matrix product has one; softmax has two and an output over the reduced axis again.
 */
export interface Compute {
  readonly kind: 'compute';
  readonly inputs: readonly Layout[];
  readonly axes: readonly Axis[];
  readonly stages: readonly Stage[];
  readonly outputs: readonly Output[];
}

/** A Compute with every expression replaced through `change`. */
export function mapCompute(compute: Compute, change: (expr: Expr) => Expr): Compute {
  return {
    ...compute,
    stages: compute.stages.map((stage) => ({ ...stage, body: change(stage.body) })),
    outputs: compute.outputs.map((output) => ({
      ...output,
      at: output.at.map(change),
      value: change(output.value),
    })),
  };
}

/** Reads of one input while an op is lowered. */
export interface View {
  readonly input: number;
  readonly layout: Layout;
  readonly shape: readonly number[];
  readonly dtype: DType;
}

export type Kernel = Compute | Loops;
