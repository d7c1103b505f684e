// Targets in the order of the outputs. Steps and their preparation ask it; outputs.ts does the rest.
import { isTensor, Tensor } from '../core/tensor.js';
import { flattenTree, isList, isRecord } from '../core/tree.js';
import type { LossSpec } from './compiled-loss.js';
import { tensorsPerOutput } from './outputs.js';
import type { TensorTree } from './trainable.js';

/** The outputs that have a loss, where `loss` is a list with null for the others. */
function outputsWithLoss(loss: LossSpec | undefined, count: number): readonly number[] {
  if (!isList(loss) || loss.length !== count) return [];
  return loss.flatMap((one, output) => (one === null ? [] : [output]));
}

/**
 * One target for each output, undefined where there is none. As in Keras, where a list of losses leaves
 * some outputs out, the targets may be those of the others alone.
 */
export function targetsPerOutput(
  y: TensorTree | undefined,
  names: readonly string[],
  loss: LossSpec | undefined,
): (Tensor | undefined)[] {
  const used = outputsWithLoss(loss, names.length);
  const given = y instanceof Tensor || isList(y) ? flattenTree(y, isTensor) : [];
  const isPart = used.length < names.length && given.length === used.length;
  if (!isPart || used.length === 0 || isRecord(y)) return tensorsPerOutput('y', y, names);
  return names.map((_, output) => given[used.indexOf(output)]);
}
