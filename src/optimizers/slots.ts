// Slots: the variables an optimizer keeps beside each weight, created and ordered as in Keras.
import type { DType } from '../core/dtype.js';
import { scope } from '../core/engine.js';
import { filled } from '../core/scalar.js';
import type { Shape } from '../core/shape.js';
import { Variable } from '../core/variable.js';

/** What an optimizer keeps for one weight under one name. */
export interface SlotDefinition {
  /** Ends the slot's name: `dense_kernel_momentum`. */
  readonly name: string;
  /** Where every element starts, or `value` for a copy of the weight. Default 0. */
  readonly initial?: number | 'value';
  /** Default: that of the weight. */
  readonly shape?: Shape;
  readonly dtype?: DType;
  /**
   * Slots of one group are saved weight by weight, groups one after the other. Default 0.
   */
  readonly group?: number;
  /** The whole name, where it is not made from the weight's. */
  readonly fullName?: string;
  /** The whole path, where it is not the optimizer's name and the slot's. */
  readonly path?: string;
}

/** The slot variable of `weight`, named as Keras names it. */
export function newSlot(owner: string, weight: Variable, definition: SlotDefinition): Variable {
  const { name, initial = 0, shape = weight.shape, dtype = weight.dtype } = definition;
  const fullName = definition.fullName ?? `${weight.path.replaceAll('/', '_')}_${name}`;
  const start = typeof initial === 'number' ? initial : 0;
  const path = definition.path ?? `${owner}/${fullName}`;
  const options = { name: fullName, path, trainable: false };
  const slot = scope(() => new Variable(filled(shape, start, dtype), options));
  if (initial === 'value') slot.assign(weight.value);
  return slot;
}

/** All slots in the order of Keras's files. */
export function inFileOrder(
  slots: readonly (readonly Variable[])[],
  definitions: readonly (readonly SlotDefinition[])[],
): Variable[] {
  const placed = slots.flatMap((ofWeight, weight) =>
    ofWeight.map((slot, index) => ({ slot, group: definitions[weight]?.[index]?.group ?? 0 })),
  );
  const groups = [...new Set(placed.map(({ group }) => group))].sort((a, b) => a - b);
  return groups.flatMap((wanted) =>
    placed.filter(({ group }) => group === wanted).map(({ slot }) => slot),
  );
}
