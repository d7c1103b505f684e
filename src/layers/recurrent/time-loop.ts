// The one place that repeats a step over time: forwards or backwards, past masked steps, in one
// loop or written out step by step.
import { at } from '../../core/sequence.js';
import { isTensor, type Tensor } from '../../core/tensor.js';
import { flattenTree, mapTree } from '../../core/tree.js';
import {
  cast,
  expandDims,
  flip,
  scan,
  slice,
  squeeze,
  stack,
  transpose,
  unstack,
  where,
  zerosLike,
} from '../../ops/index.js';
import type { TensorTree } from '../symbolic.js';
import type { StepResult } from './cell.js';

/** A sequence and how to go over it. */
export interface TimeLoop {
  /** `[steps, batch, ...]`. */
  readonly inputs: Tensor;
  /** `[steps, batch]`, true where the step counts. */
  readonly mask: Tensor | undefined;
  readonly initial: TensorTree;
  readonly step: (inputs: Tensor, states: TensorTree) => StepResult;
  readonly goBackwards: boolean;
  readonly unroll: boolean;
  /** Whether outputs of masked steps are zeros. */
  readonly zeroOutputForMask: boolean;
  /** Whether all outputs are wanted; otherwise only the last one is. */
  readonly allOutputs: boolean;
  /** Whether each output is the first state as well. */
  readonly outputIsState: boolean;
}

/** What a loop ends with; `outputs` are in the order in which the steps were done. */
export interface LoopResult {
  readonly last: Tensor;
  /** `[steps, batch, ...]`; undefined where only the last one was wanted. */
  readonly outputs: Tensor | undefined;
  readonly states: TensorTree;
}

/** Swaps the first two axes: batch and steps. */
export function swapBatchAndSteps(x: Tensor): Tensor {
  return transpose(x, [1, 0, ...x.shape.slice(2).map((_, axis) => axis + 2)]);
}

/** `[batch]` with further axes of 1, so that it stretches over `like`. */
function spread(mask: Tensor, like: Tensor): Tensor {
  let result = mask;
  while (result.rank < like.rank) result = expandDims(result, result.rank);
  return result;
}

/** `next` where the step counts, else `before`. */
function choose(mask: Tensor, next: TensorTree, before: TensorTree): TensorTree {
  const old = flattenTree(before, isTensor);
  let leaf = 0;
  return mapTree(next, isTensor, (state) => {
    const kept = at(old, leaf++);
    return where(spread(mask, state), state, kept);
  });
}

/** The state that stands for the last output: the first one, of the last cell where cells are stacked. */
function outputState(states: TensorTree): Tensor {
  const list = Array.isArray(states) ? (states as readonly TensorTree[]) : [states];
  const stacked = list.some((state) => !isTensor(state));
  return at(flattenTree(stacked ? list.at(-1) : list[0], isTensor), 0);
}

/** Goes over time in one loop, which a compiled program keeps as a loop. */
function looped(loop: TimeLoop): LoopResult {
  const { inputs, mask, initial, step, goBackwards: reverse, zeroOutputForMask } = loop;
  const needsOutputs =
    loop.allOutputs || !loop.outputIsState || (mask !== undefined && zeroOutputForMask);
  const body = (
    states: TensorTree,
    xs: readonly Tensor[],
  ): readonly [TensorTree, readonly Tensor[]] => {
    const kept = xs[1];
    const [output, next] = step(at(xs, 0), states);
    if (kept === undefined) return [next, needsOutputs ? [output] : []];
    const instead = zeroOutputForMask ? zerosLike(output) : outputState(states);
    const shown = where(spread(kept, output), output, instead);
    return [choose(kept, next, states), needsOutputs ? [shown] : []];
  };
  const xs = mask === undefined ? [inputs] : [inputs, mask];
  const [states, [stacked]] = scan(body, initial, xs, { reverse });
  if (stacked === undefined) return { last: outputState(states), outputs: undefined, states };
  const outputs = reverse ? flip(stacked, 0) : stacked;
  return { last: lastOf(outputs), outputs, states };
}

function lastOf(outputs: Tensor): Tensor {
  const rest = outputs.shape.slice(1);
  const starts = [at(outputs.shape, 0) - 1, ...rest.map(() => 0)];
  return squeeze(slice(outputs, starts, [1, ...rest]), 0);
}

/**
 * Writes every step out. As in Keras, masked steps repeat the last output here (zeros before the
 * first), whatever `zeroOutputForMask` says.
 */
function unrolled(loop: TimeLoop): LoopResult {
  const order = (list: Tensor[]): Tensor[] => (loop.goBackwards ? list.reverse() : list);
  const inputs = order(unstack(loop.inputs));
  const masks = loop.mask === undefined ? [] : order(unstack(loop.mask));
  let states = loop.initial;
  const outputs: Tensor[] = [];
  for (const [index, x] of inputs.entries()) {
    const [output, next] = loop.step(x, states);
    const kept = masks[index];
    const before = outputs.at(-1) ?? zerosLike(output);
    outputs.push(kept === undefined ? output : where(spread(kept, output), output, before));
    states = kept === undefined ? next : choose(kept, next, states);
  }
  const outputsWanted = loop.allOutputs ? stack(outputs) : undefined;
  return { last: at(outputs, outputs.length - 1), outputs: outputsWanted, states };
}

/** Repeats a step over time. */
export function overTime(loop: TimeLoop): LoopResult {
  const mask = loop.mask === undefined ? undefined : cast(loop.mask, 'bool');
  return loop.unroll ? unrolled({ ...loop, mask }) : looped({ ...loop, mask });
}
