// History: the logs of every epoch. fit returns it.
import { Callback, type Logs } from './callback.js';
import type { HistoryLists } from './log-values.js';

/**
 * The losses and metrics of each epoch, as `fit` returns them.
 *
 * @example
 * ```ts
 * import { layers, Sequential, tensor } from 'keratin';
 * const model = new Sequential([layers.dense({ units: 1 })]);
 * model.compile({ optimizer: 'sgd', loss: 'mse' });
 * const x = tensor([[0], [1]]);
 * const { history } = await model.fit(x, x, { epochs: 2, verbose: 0 });
 * console.log(history.loss?.length); // 2
 * ```
 */
export class History extends Callback {
  /** The epochs, from 0. */
  epoch: number[] = [];
  /**
   * One list by name, with one value for each epoch: a number, or an array of them where a metric
   * gives several.
   */
  history: HistoryLists = {};

  onTrainBegin(): void {
    this.epoch = [];
  }

  onEpochEnd(epoch: number, logs: Logs): void {
    this.epoch.push(epoch);
    for (const [name, value] of Object.entries(logs)) {
      const values = this.history[name] ?? [];
      values.push(value);
      this.history[name] = values;
    }
  }
}
