// RemoteMonitor: sends the logs of each epoch to a server.
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import { Callback, type Logs } from './callback.js';

/** Options of {@link RemoteMonitor}; the defaults are Keras's. */
export interface RemoteMonitorOptions {
  /** The server; default `http://localhost:9000`. */
  readonly root?: string;
  /** Where on the server; default `/publish/epoch/end/`. */
  readonly path?: string;
  /** The field of the form that holds the JSON; default `data`. */
  readonly field?: string;
  /** Further HTTP headers. */
  readonly headers?: Readonly<Record<string, string>> | null;
  /** Send JSON alone rather than a form; default false. */
  readonly sendAsJson?: boolean;
}

/**
 * Posts `{ epoch, ...logs }` after each epoch. A server that does not answer is warned of, and
 * training goes on.
 *
 * @example
 * ```ts
 * import { callbacks } from 'keratin';
 * const monitor = new callbacks.RemoteMonitor({ root: 'http://localhost:9000', sendAsJson: true });
 * ```
 */
export class RemoteMonitor extends Callback {
  static override readonly optionNames: KnownOptions = {
    root: true,
    path: true,
    field: true,
    headers: true,
    sendAsJson: true,
  } satisfies OptionNames<RemoteMonitorOptions>;
  readonly skipInFastDevRun = true;
  readonly #options: RemoteMonitorOptions;

  constructor(options: RemoteMonitorOptions = {}) {
    super(options);
    this.#options = options;
  }

  async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    const { root = 'http://localhost:9000', path = '/publish/epoch/end/' } = this.#options;
    const { field = 'data', headers, sendAsJson = false } = this.#options;
    const text = JSON.stringify({ epoch, ...logs });
    const body = sendAsJson ? text : new URLSearchParams({ [field]: text });
    const type = sendAsJson ? { 'content-type': 'application/json' } : {};
    try {
      await fetch(`${root}${path}`, { method: 'POST', headers: { ...type, ...headers }, body });
    } catch (error) {
      console.warn(`RemoteMonitor: the server at ${root} could not be reached: ${String(error)}`);
    }
  }
}
