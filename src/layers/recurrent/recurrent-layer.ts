// RecurrentLayer: repeats a cell over the steps of a sequence. RNN, SimpleRNN, LSTM and GRU are this
// with a cell; the loop itself is in time-loop.ts.
import { ArgumentError, ShapeError } from '../../core/errors.js';
import { isInferring } from '../../core/inference.js';
import { at, sameNumbers } from '../../core/sequence.js';
import { formatShape } from '../../core/shape.js';
import { isTensor, type Tensor } from '../../core/tensor.js';
import { flattenTree, isList, isRecord, mapTree } from '../../core/tree.js';
import { Variable } from '../../core/variable.js';
import { asTensor, cast, type TensorLike, zeros } from '../../ops/index.js';
import { type CallContext, flatMasks, type MaskTree, maskOf } from '../call-context.js';
import { Layer } from '../layer.js';
import type { Resolved } from '../options.js';
import { isShape, type PartialShape, type ShapeTree, type TensorTree } from '../symbolic.js';
import type { RNNCell } from './cell.js';
import { type SequenceOptions, unknownBatch } from './options.js';
import { overTime, swapBatchAndSteps } from './time-loop.js';

/** What a call of a recurrent layer takes besides its inputs. */
interface RecurrentContext extends CallContext {
  readonly initialState?: TensorTree | null;
}

/** The shape of the sequence, which may stand beside the shapes of initial states. */
function sequenceShape(shape: ShapeTree): PartialShape {
  if (isShape(shape)) return shape;
  if (isList(shape)) return sequenceShape(shape[0] ?? []);
  if (isRecord(shape) && isShape(shape.sequencesShape)) return shape.sequencesShape;
  return [];
}

/**
 * A cell repeated over the second axis of `[batch, steps, ...]`. The last output is given back, or
 * all of them, followed by the last states where these are wanted. Masked steps change nothing;
 * as in Keras, a mask that the inputs carry is left out where `initialState` is given, so pass it:
 * `apply(x, { initialState, mask: maskOf(x) })` takes it from the inputs.
 */
export abstract class RecurrentLayer<
  Config extends Resolved<SequenceOptions>,
  Out extends TensorTree = Tensor,
> extends Layer<Config, Out> {
  override supportsMasking = true;
  override readonly takesMask = true;
  /** As the signature of Keras's `call` says. */
  override readonly trainingByDefault = false;
  /** Whether a mask that the inputs carry counts next to given states: not in Keras. */
  keepsMask = false;
  /** What is repeated. */
  abstract readonly cell: RNNCell;
  #states: readonly Variable[] | undefined;

  /** Whether all outputs are given back, or the last one. */
  get returnSequences(): boolean {
    return this.config.returnSequences;
  }

  /** Whether the last states follow the output. */
  get returnState(): boolean {
    return this.config.returnState;
  }

  /** Whether steps are done from the last to the first. */
  get goBackwards(): boolean {
    return this.config.goBackwards;
  }

  /** Whether a batch starts from the states that the batch before ended with. */
  get stateful(): boolean {
    return this.config.stateful;
  }

  /** The states that a stateful layer keeps; undefined before it is built, and for others. */
  get states(): readonly Variable[] | undefined {
    return this.#states;
  }

  override get variables(): readonly Variable[] {
    return [...super.variables, ...(this.#states ?? [])];
  }

  override ensureBuilt(inputShape: ShapeTree): void {
    super.ensureBuilt(sequenceShape(inputShape));
  }

  protected override build(inputShape: PartialShape): void {
    const [batch = null, , ...rest] = inputShape;
    this.cell.ensureBuilt([batch, ...rest]);
    if (!this.config.stateful) return;
    if (batch === null) throw unknownBatch(`${this.className} "${this.name}"`);
    const initial = flattenTree(this.cell.initialState(batch), isTensor);
    this.#states = initial.map(
      (state) =>
        new Variable(cast(state, this.variableDtype), { name: 'rnn_state', trainable: false }),
    );
  }

  /** Makes the states of a stateful layer zeros again. */
  resetState(): void {
    for (const state of this.#states ?? []) state.assign(zeros(state.shape, state.dtype));
  }

  /**
   * Makes the states of a stateful layer zeros again, or those given.
   * The name that TensorFlow.js gives `resetState`.
   */
  resetStates(states?: readonly TensorLike[]): void {
    if (states === undefined) return this.resetState();
    const kept = this.#states ?? [];
    if (states.length !== kept.length) {
      throw new ArgumentError({
        where: `${this.className} "${this.name}"`,
        what: 'the number of states is wrong',
        expected: `${kept.length}`,
        received: `${states.length}`,
        fix:
          kept.length === 0 ? 'make the layer with stateful: true, and build it' : 'give them all',
      });
    }
    for (const [index, state] of kept.entries()) {
      state.assign(asTensor(at(states, index), state.dtype));
    }
  }

  protected override computeMask(
    _inputs: TensorTree,
    mask: MaskTree | undefined,
  ): MaskTree | undefined {
    return this.config.returnSequences ? [flatMasks(mask)[0] ?? null] : undefined;
  }

  protected override call(x: Tensor, context: RecurrentContext): Out {
    const { config, cell } = this;
    const [batch = 1, , ...rest] = x.shape;
    const run = cell.start([batch, ...rest], context.training);
    const mask = stepMask(x, context, this.keepsMask);
    const { last, outputs, states } = overTime({
      inputs: run.project(swapBatchAndSteps(cast(x, cell.computeDtype))),
      mask: mask === undefined ? undefined : swapBatchAndSteps(mask),
      initial: this.#initial(batch, context.initialState ?? undefined),
      step: (inputs, before) => run.step(inputs, before),
      goBackwards: config.goBackwards,
      unroll: config.unroll,
      zeroOutputForMask: config.zeroOutputForMask,
      allOutputs: config.returnSequences,
      outputIsState: cell.outputIsState,
    });
    if (config.stateful) this.#keep(states);
    const output = outputs === undefined ? last : swapBatchAndSteps(outputs);
    const shown = config.returnSequences ? output : last;
    // `Out` is the type that the option says: a tensor, or a list that begins with it.
    return this.#asComputed(config.returnState ? [shown, ...listOf(states)] : shown) as Out;
  }

  #asComputed(results: TensorTree): TensorTree {
    return mapTree(results, isTensor, (result) => cast(result, this.computeDtype));
  }

  /** The states to begin with, in the structure that the cell wants. */
  #initial(batch: number, given: TensorTree | undefined): TensorTree {
    const { cell } = this;
    const zero = cell.initialState(batch);
    const kept = this.#states?.map((state) => state.value);
    const wanted = given ?? kept;
    const shapes = flattenTree(zero, isTensor);
    const states = wanted === undefined ? shapes : flattenTree(wanted, isTensor);
    this.#checkStates(states, shapes);
    let next = 0;
    return mapTree(zero, isTensor, () => cast(at(states, next++), cell.computeDtype));
  }

  #checkStates(states: readonly Tensor[], wanted: readonly Tensor[]): void {
    const fits =
      states.length === wanted.length &&
      states.every((state, index) => sameNumbers(state.shape, at(wanted, index).shape));
    if (fits) return;
    const list = (tensors: readonly Tensor[]): string =>
      tensors.map(({ shape }) => formatShape(shape)).join(', ') || 'none';
    throw new ShapeError({
      what: 'the initial states do not fit',
      expected: list(wanted),
      received: list(states),
      fix: this.config.stateful
        ? 'call a stateful layer with the batch size that it was built for'
        : 'pass { initialState: [...] } with one tensor for each state',
    });
  }

  #keep(states: TensorTree): void {
    // Shape inference must not change variables.
    if (isInferring()) return;
    const values = flattenTree(states, isTensor);
    for (const [index, variable] of (this.#states ?? []).entries()) {
      variable.assign(cast(at(values, index), variable.dtype));
    }
  }
}

/**
 * Which steps count. As in Keras, a mask that the inputs carry is left out where initial states are
 * given; one that the call was given is not.
 */
export function stepMask(
  x: Tensor,
  { mask, initialState }: CallContext,
  keepsMask: boolean,
): Tensor | undefined {
  const found = flatMasks(mask)[0] ?? undefined;
  if (keepsMask) return found;
  const carried = found !== undefined && found === maskOf(x);
  return carried && initialState !== undefined && initialState !== null ? undefined : found;
}

function listOf(tree: TensorTree): readonly TensorTree[] {
  return isList(tree) ? tree : [tree];
}
