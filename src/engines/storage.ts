// Storage: one block of a device's memory, shared by a tensor and the views of it.
import type { Block, Device } from '../core/device.js';
import { StateError } from '../core/errors.js';
import type { Layout } from '../core/layout.js';
import { Tensor } from '../core/tensor.js';

/** Counts who uses a block and gives it back when nobody does. */
export class Storage {
  #users = 0;

  constructor(
    readonly device: Device,
    readonly block: Block,
  ) {}

  /** Tensors that use the block. */
  get users(): number {
    return this.#users;
  }

  retain(): void {
    this.#users++;
  }

  release(): void {
    this.#users--;
    if (this.#users === 0) this.device.free(this.block);
  }
}

/** A stretch of work at whose end what was made in it is freed; what is outside of all never ends. */
export interface Scope {
  /** How many scopes it is inside of; 0 outside of all. */
  readonly depth: number;
  readonly made: StoredTensor[];
  isOpen: boolean;
}

let live = 0;

/** Tensors with memory that nobody has freed, views and values of variables included. */
export function liveTensors(): number {
  return live;
}

/** One tensor's use of a storage; apart from the tensor, so that a finalizer can let it go. */
export class Hold {
  #held = true;

  constructor(readonly storage: Storage) {
    storage.retain();
    live++;
  }

  get isHeld(): boolean {
    return this.#held;
  }

  letGo(): void {
    if (!this.#held) return;
    this.#held = false;
    live--;
    this.storage.release();
  }
}

/** A tensor whose bytes lie on a device. */
export class StoredTensor extends Tensor {
  readonly hold: Hold;
  /** Kept tensors outlive the scopes they were made in. */
  kept = false;
  /**
   * Of a variable's value: the outermost scope in which somebody was handed this very tensor, whose
   * bytes must not change from then on. Nobody was, where there is none.
   */
  seenIn: Scope | undefined;
  /** Whether its reader is done with it, while it is still the value of a variable. */
  isDismissed = false;

  constructor(
    readonly layout: Layout,
    readonly storage: Storage,
  ) {
    super(layout);
    this.hold = new Hold(storage);
  }

  get isDisposed(): boolean {
    return !this.hold.isHeld;
  }

  dispose(): void {
    if (this.isHeld) this.isDismissed = true;
    else this.hold.letGo();
  }
}

/** The stored tensor behind `tensor`, which must lie on `device`. */
export function tensorOn(device: Device, tensor: Tensor, where: string): StoredTensor {
  const stored = storedTensor(tensor, where);
  if (stored.storage.device === device) return stored;
  throw new StateError({
    where,
    what: 'a tensor lies on another device',
    expected: `a tensor on the device in use (${device.name})`,
    received: `one on another ${stored.storage.device.name} device`,
    fix: 'make tensors and models after setDevice, or copy the values: tensor(await x.data())',
  });
}

/** The stored tensor behind `tensor`; throws for tensors of another engine, or freed ones. */
export function storedTensor(tensor: Tensor, where: string): StoredTensor {
  if (!(tensor instanceof StoredTensor)) {
    throw new StateError({
      where,
      what: 'a tensor without values came where values are needed',
      received: String(tensor),
      fix: 'use a tensor made by the engine that runs now, not one from tracing or shape inference',
    });
  }
  if (tensor.isDisposed) {
    throw new StateError({
      where,
      what: 'the memory of a tensor has been freed',
      received: String(tensor),
      fix: 'return it from the scope it was made in, keep() it, or dispose of it later',
    });
  }
  return tensor;
}
