// LambdaCallback: a callback made of functions; a plain record of hooks does the same.
import { Callback, type CallbackHooks, requireKnownHooks } from './callback.js';

/**
 * A callback from functions, kept for those who know it from Keras.
 *
 * @example
 * ```ts
 * import { callbacks } from 'keratin';
 * const log = new callbacks.LambdaCallback({ onEpochEnd: (epoch) => console.log(epoch) });
 * ```
 */
export class LambdaCallback extends Callback {
  constructor(hooks: CallbackHooks = {}) {
    super();
    requireKnownHooks(hooks);
    Object.assign(this, hooks);
  }
}
