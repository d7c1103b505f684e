// The end of a step: all values an update computed are assigned at once, or none of them.
import type { Tensor } from '../core/tensor.js';
import type { Variable } from '../core/variable.js';
import { cast, where } from '../ops/index.js';

/** A variable and the value it is about to get. */
export type Assignment = readonly [variable: Variable, value: Tensor];

/** A weight that may carry a rule for its values, such as a norm limit. */
interface MaybeConstrained {
  readonly constraint?: { apply(value: Tensor): Tensor } | undefined;
}

/** Assigns all values, or where `onlyIf` is false none. */
export function commit(assignments: readonly Assignment[], onlyIf: Tensor | undefined): void {
  for (const [variable, value] of assignments) {
    variable.assign(onlyIf === undefined ? value : where(onlyIf, value, variable.value));
  }
}

/** Makes the value of `weight` one that its constraint allows. */
export function constrain(weight: Variable & MaybeConstrained): void {
  const { constraint } = weight;
  if (constraint !== undefined) weight.assign(cast(constraint.apply(weight.value), weight.dtype));
}
