// The CPU's heap: one WebAssembly.Memory, and who uses which bytes of it.
import type { Block, DeviceMemory } from '../core/device.js';
import { KeratinError } from '../core/errors.js';
import { rowsModule } from '../kernels/emit/wasm-rows.js';

const PAGE = 65536;
/** Most pages 32-bit WebAssembly can address: 4 GiB. */
export const MAXIMUM_PAGES = 65536;
/** Vector loads may run a little past a block's end, so none is smaller. */
const SMALLEST = 64;
/** Growing copies nothing but takes a system call: grow by a quarter, at least this much. */
const LEAST_GROWTH_PAGES = 256;

/** `run` of wasm-rows.ts. */
type GatherRows = (to: number, from: number, order: number, bytes: number, count: number) => void;

/** A block of the heap. */
export class HeapBlock implements Block {
  constructor(
    /** Byte address in the memory; a multiple of 64. */
    readonly address: number,
    readonly bytes: number,
  ) {}
}

/** Block sizes rise in quarters of a power of two, so that freed blocks fit again. */
function roundedSize(bytes: number): number {
  if (bytes <= SMALLEST) return SMALLEST;
  const step = Math.max(SMALLEST, 2 ** (Math.floor(Math.log2(bytes - 1)) - 2));
  return Math.ceil(bytes / step) * step;
}

/** Whether this host lets WebAssembly share memory between threads. */
export function canShareMemory(): boolean {
  if (typeof SharedArrayBuffer === 'undefined') return false;
  try {
    return (
      new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer instanceof
      SharedArrayBuffer
    );
  } catch {
    return false;
  }
}

/** Hands out 64-byte aligned blocks of one memory. */
export class Heap {
  readonly memory: WebAssembly.Memory;
  readonly shared: boolean;
  #bytes: Uint8Array;
  /** Address 0 stays unused, so that a wrong pointer is seen. */
  #top = SMALLEST;
  readonly #free = new Map<number, number[]>();
  #gather: GatherRows | undefined;
  #blocks = 0;
  #used = 0;
  #peak = 0;

  constructor() {
    this.shared = canShareMemory();
    this.memory = new WebAssembly.Memory({
      initial: LEAST_GROWTH_PAGES,
      maximum: MAXIMUM_PAGES,
      shared: this.shared,
    });
    this.#bytes = new Uint8Array(this.memory.buffer);
  }

  /** All bytes of the heap as it is now; look again after an allocation. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  alloc(bytes: number): HeapBlock {
    const size = roundedSize(bytes);
    const address = this.#free.get(size)?.pop() ?? this.#extend(size);
    this.#blocks++;
    this.#used += size;
    this.#peak = Math.max(this.#peak, this.#used);
    return new HeapBlock(address, size);
  }

  free(block: HeapBlock): void {
    const list = this.#free.get(block.bytes);
    if (list === undefined) this.#free.set(block.bytes, [block.address]);
    else list.push(block.address);
    this.#blocks--;
    this.#used -= block.bytes;
  }

  /** Copies rows of so many bytes: those that `order` numbers, counted from the address `from` on. */
  copyRows(to: number, from: number, order: Uint32Array, bytes: number): void {
    if (order.length === 0) return;
    this.#gather ??= this.#newGather();
    const words = this.alloc(order.byteLength);
    new Uint32Array(this.memory.buffer, words.address, order.length).set(order);
    this.#gather(to, from, words.address, bytes, order.length);
    this.free(words);
  }

  #newGather(): GatherRows {
    const { memory, shared } = this;
    const module = new WebAssembly.Module(rowsModule({ shared, maximumPages: MAXIMUM_PAGES }));
    // The module exports exactly this function.
    return new WebAssembly.Instance(module, { env: { memory } }).exports['run'] as GatherRows;
  }

  #extend(size: number): number {
    const address = this.#top;
    const needed = address + size - this.#bytes.length;
    if (needed > 0) this.#grow(needed, size);
    this.#top += size;
    return address;
  }

  #grow(needed: number, requested: number): void {
    const pages = Math.ceil(needed / PAGE);
    const wanted = Math.max(pages, LEAST_GROWTH_PAGES, Math.ceil(this.#bytes.length / PAGE / 4));
    const left = MAXIMUM_PAGES - this.#bytes.length / PAGE;
    try {
      this.memory.grow(Math.max(pages, Math.min(wanted, left)));
    } catch (cause) {
      const used = `${Math.round(this.#used / 2 ** 20)} MiB in ${this.#blocks} blocks`;
      throw new KeratinError(
        {
          where: 'cpu memory',
          what: 'there is no room for another block',
          expected: 'at most 4 GiB in all',
          received: `${requested} bytes more than ${used}`,
          fix: 'use a smaller batch, or wrap loops in scope() so that intermediates are freed',
        },
        { cause },
      );
    }
    this.#bytes = new Uint8Array(this.memory.buffer);
  }

  statistics(): DeviceMemory {
    return { blocks: this.#blocks, bytes: this.#used, peakBytes: this.#peak };
  }
}
