// RNNCell: what a recurrent layer does in one time step. Layers such as LSTM repeat a cell over time.
import { ArgumentError } from '../../core/errors.js';
import { at } from '../../core/sequence.js';
import { formatShape, type Shape } from '../../core/shape.js';
import { isTensor, type Tensor } from '../../core/tensor.js';
import { flattenTree, isList, type Tree } from '../../core/tree.js';
import { cast, zeros } from '../../ops/index.js';
import type { CallContext } from '../call-context.js';
import { Layer } from '../layer.js';
import { isShape, type ShapeTree, type TensorTree } from '../symbolic.js';
import { withAutocast } from '../weight.js';

/** The number of units of each state: one, or a list with one entry for each state. */
export type StateSize = Tree<number>;

/** What a cell gives for one time step: its output and its new states. */
export type StepResult = readonly [output: Tensor, states: TensorTree];

/** A cell at work on one sequence: what it read and drew for all steps of it. */
export interface CellRun {
  /**
   * The part of the work that needs no state: of one step `[batch, ...]`, or of all steps at once
   * `[steps, batch, ...]`.
   */
  project(inputs: Tensor): Tensor;
  /** The rest, for one step of what `project` gave. */
  step(projected: Tensor, states: TensorTree): StepResult;
}

/** The shape of a cell's inputs, which may stand in front of the shapes of its states. */
function inputShapeOf(shape: ShapeTree): ShapeTree {
  return !isShape(shape) && isList(shape) ? (shape[0] ?? []) : shape;
}

/**
 * The parent of all cells. A cell of your own says `stateSize`, makes its weights in `build`, and
 * computes `[output, states]` of `[inputs, states]` in `call`; `layers.rnn({ cell })` repeats it
 * over time. States are a list with one tensor `[batch, size]` for each entry of `stateSize`.
 *
 * @example
 * ```ts
 * import { layers, RNNCell, type StepResult, type Tensor, tensor } from 'keratin';
 * class Total extends RNNCell {
 *   readonly stateSize = 1;
 *   override call([x, [before]]: readonly [Tensor, readonly Tensor[]]): StepResult {
 *     const total = before === undefined ? x : before.add(x);
 *     return [total, [total]];
 *   }
 * }
 * const sums = layers.rnn({ cell: new Total(), returnSequences: true });
 * console.log(await sums.apply(tensor([[[1], [2], [3]]])).array()); // [ [ [ 1 ], [ 3 ], [ 6 ] ] ]
 * ```
 */
export abstract class RNNCell<Config extends object = object> extends Layer<Config, StepResult> {
  /** The number of units of each state. */
  abstract get stateSize(): StateSize;

  /** Computes `[output, states]` of one step from `[inputs, states]`. */
  protected abstract override call(
    inputs: readonly [inputs: Tensor, states: TensorTree],
    context: CallContext,
  ): StepResult;

  /** The number of units of the output; by default that of the first state. */
  get outputSize(): number {
    return at(sizesOf(this.stateSize), 0);
  }

  /** Whether the output of a step is its first state as well: then it need not be kept twice. */
  get outputIsState(): boolean {
    return false;
  }

  /** The states before the first step: zeros unless a cell says otherwise. */
  initialState(batchSize: number): TensorTree {
    const sizes = typeof this.stateSize === 'number' ? [this.stateSize] : this.stateSize;
    return zeroStates(sizes, [batchSize], this);
  }

  /** Makes the weights, for inputs of one step. */
  override ensureBuilt(inputShape: ShapeTree): void {
    super.ensureBuilt(inputShapeOf(inputShape));
  }

  override callArguments(inputs: unknown): readonly unknown[] {
    return isList(inputs) ? inputs : [inputs];
  }

  /** Starts work on a sequence whose steps have this shape, batch included. */
  start(stepShape: Shape, training: boolean): CellRun {
    const { computeDtype, variableDtype } = this;
    const autocast = computeDtype === variableDtype ? undefined : computeDtype;
    return withAutocast(autocast, () => this.begin(stepShape, training));
  }

  /** What `start` gives; weights are read and random masks are drawn here, once for all steps. */
  protected begin(_stepShape: Shape, training: boolean): CellRun {
    return {
      project: (inputs) => inputs,
      step: (inputs, states) => this.apply([inputs, states], { training, mask: null }),
    };
  }
}

/** The sizes of all states, in order. */
export function sizesOf(stateSize: StateSize): readonly number[] {
  return flattenTree(stateSize, (value): value is number => typeof value === 'number');
}

function zeroStates(sizes: StateSize, batch: Shape, cell: RNNCell): TensorTree {
  if (isList(sizes)) {
    const list: readonly StateSize[] = sizes;
    return list.map((size) => zeroStates(size, batch, cell));
  }
  return zeros([...batch, Number(sizes)], cell.computeDtype);
}

/** The states of a call as a list, cast to what the cell computes in. */
export function stateList(cell: RNNCell, states: TensorTree): readonly Tensor[] {
  const count = sizesOf(cell.stateSize).length;
  const found = flattenTree(states, isTensor);
  if (found.length !== count) {
    throw new ArgumentError({
      where: `${cell.className} "${cell.name}"`,
      what: 'the number of states is wrong',
      expected: `${count} ${count === 1 ? 'state' : 'states'}`,
      received: found.map(({ shape }) => formatShape(shape)).join(', ') || 'none',
      fix: `call the cell as cell.apply([inputs, [${count === 1 ? 'state' : 'state, ...'}]])`,
    });
  }
  return found.map((state) => cast(state, cell.computeDtype));
}
