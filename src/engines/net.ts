// The net under scopes: frees tensors that nobody can reach any more. The host knows nothing of the memory
// of a device and would look for them far too late, so it is asked to where it lets us (devices/collector.ts).
import { nextTurn } from '../core/turn.js';
import { garbageCollector } from '../devices/collector.js';
import type { Hold, StoredTensor } from './storage.js';

/** Bytes that a device may take up before the host is asked to look for tensors that are lost. */
const LEAST_GROWTH = 256 * 2 ** 20;

/** Watches over the tensors of one engine. */
export class Net {
  readonly #registry = new FinalizationRegistry<Hold>((hold) => hold.letGo());
  /** Bytes of tensors that were handed in since the device's memory was last looked at. */
  #noted = 0;
  /** What the device held after the last time the host looked. */
  #settled = 0;
  #rest: Promise<void> | undefined;

  /** Frees a tensor when nobody can reach it any more. */
  watch(tensor: StoredTensor): void {
    this.#registry.register(tensor, tensor.hold);
    this.#noted += tensor.storage.block.bytes;
    if (this.#noted > LEAST_GROWTH) this.#lookAt(tensor.storage.device);
  }

  /** Undefined, or what to wait for while tensors that were found lost are being freed. */
  get rest(): Promise<void> | undefined {
    return this.#rest;
  }

  #lookAt(device: { memory(): { readonly bytes: number } }): void {
    this.#noted = 0;
    const growth = device.memory().bytes - this.#settled;
    // Where much is held for good, looking often would be in vain.
    if (this.#rest !== undefined || growth < Math.max(LEAST_GROWTH, this.#settled / 2)) return;
    const collect = garbageCollector();
    if (collect === undefined) return;
    collect();
    // The host tells of what it found in turns of its own.
    this.#rest = nextTurn()
      .then(nextTurn)
      .then(() => {
        this.#settled = device.memory().bytes;
        this.#rest = undefined;
      });
  }
}
