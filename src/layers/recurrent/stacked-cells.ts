// StackedRNNCells: several cells that act as one; each one's output is the next one's input.
import { ArgumentError } from '../../core/errors.js';
import { at } from '../../core/sequence.js';
import type { Shape } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import { isList } from '../../core/tree.js';
import type { CallContext } from '../call-context.js';
import { type LayerOptions, type Resolved, withDefaults } from '../options.js';
import type { PartialShape, TensorTree } from '../symbolic.js';
import { type CellRun, RNNCell, type StateSize, type StepResult } from './cell.js';

/** Options of {@link StackedRNNCells}. */
export interface StackedRNNCellsOptions extends LayerOptions {
  /** The cells from the first to the last. */
  readonly cells: readonly RNNCell[];
}

/**
 * Cells on top of each other, to be repeated by `layers.rnn` as one. States are a list with the
 * states of each cell.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const cells = [layers.lstmCell({ units: 4 }), layers.gruCell({ units: 3 })];
 * const rnn = layers.rnn({ cell: layers.stackedRNNCells({ cells }) });
 * console.log(rnn.apply(layers.input({ shape: [5, 2] })).shape); // [ null, 3 ]
 * ```
 */
export class StackedRNNCells extends RNNCell<Resolved<StackedRNNCellsOptions>> {
  static readonly className = 'StackedRNNCells';
  static readonly kerasModule = 'keras.layers';
  readonly cells: readonly RNNCell[];

  constructor(options: StackedRNNCellsOptions) {
    super(withDefaults('StackedRNNCells', {}, ['cells'], options));
    const { cells } = this.config;
    const fits = isList(cells) && cells.length > 0 && cells.every(isCell);
    if (!fits) throw notCells(cells);
    this.cells = cells;
  }

  override get stateSize(): StateSize {
    return this.cells.map((cell) => cell.stateSize);
  }

  override get outputSize(): number {
    return at(this.cells, -1).outputSize;
  }

  override initialState(batchSize: number): TensorTree {
    return this.cells.map((cell) => cell.initialState(batchSize));
  }

  protected override build(inputShape: PartialShape): void {
    let shape = inputShape;
    for (const cell of this.cells) {
      cell.ensureBuilt(shape);
      shape = [inputShape[0] ?? null, cell.outputSize];
    }
  }

  protected override begin(stepShape: Shape, training: boolean): CellRun {
    let shape = stepShape;
    const runs = this.cells.map((cell) => {
      const run = cell.start(shape, training);
      shape = [stepShape[0] ?? 1, cell.outputSize];
      return run;
    });
    return {
      // Only the first cell's inputs are known before the loop.
      project: (inputs) => at(runs, 0).project(inputs),
      step: (projected, states) => {
        const before = statesOfCells(states, runs.length);
        let output = projected;
        const after = runs.map((run, index) => {
          const given = index === 0 ? output : run.project(output);
          const [next, state] = run.step(given, at(before, index));
          output = next;
          return state;
        });
        return [output, after];
      },
    };
  }

  protected override call(
    [inputs, states]: readonly [inputs: Tensor, states: TensorTree],
    { training }: CallContext,
  ): StepResult {
    const run = this.begin(inputs.shape, training);
    return run.step(run.project(inputs), states);
  }
}

/** Whether something can be repeated over time. */
export function isCell(value: unknown): value is RNNCell {
  return value instanceof RNNCell;
}

function notCells(received: unknown): ArgumentError {
  return new ArgumentError({
    where: 'StackedRNNCells',
    what: 'cells must be a list of cells',
    expected: 'such as [layers.lstmCell({ units: 8 }), layers.lstmCell({ units: 4 })]',
    received: isList(received) ? `a list of ${received.length}` : typeof received,
    fix: 'give a list with at least one cell; classes of your own extend RNNCell',
  });
}

function statesOfCells(states: TensorTree, count: number): readonly TensorTree[] {
  const list: readonly TensorTree[] = isList(states) ? states : [states];
  if (list.length === count) return list;
  throw new ArgumentError({
    where: 'StackedRNNCells',
    what: 'there must be one entry of states for each cell',
    expected: `${count}`,
    received: `${list.length}`,
    fix: 'give a list with the states of each cell',
  });
}
