// The memory of devices whose blocks are pieces of one heap, which threads and machine code share.
// cpu.ts and native-device.ts build on it, each with programs of its own kind.
import { type CopyRows, copyRows } from '../core/copy-rows.js';
import type { Block } from '../core/device.js';
import type { TypedArray } from '../core/dtype.js';
import { KeratinError } from '../core/errors.js';
import { Heap, HeapBlock } from './heap.js';

/** Whether the rows are all inside of one array and have room in the other. */
function rowsFit(to: TypedArray, from: TypedArray, order: Uint32Array, width: number): boolean {
  const rows = from.length / width;
  return order.length * width <= to.length && order.every((row) => row + 1 <= rows);
}

export abstract class HeapDevice {
  abstract readonly name: string;
  readonly heap = new Heap();

  alloc(bytes: number): HeapBlock {
    return this.heap.alloc(bytes);
  }

  free(block: Block): void {
    this.heap.free(this.own(block));
  }

  write(block: Block, bytes: Uint8Array): void {
    this.heap.bytes.set(bytes, this.own(block).address);
  }

  /** A copy, outside of shared memory, so that later programs do not change it. */
  async read(block: Block, byteLength: number): Promise<Uint8Array> {
    const copy = new Uint8Array(byteLength);
    copy.set(this.peek(block, byteLength));
    return copy;
  }

  peek(block: Block, byteLength: number): Uint8Array {
    const { address } = this.own(block);
    return this.heap.bytes.subarray(address, address + byteLength);
  }

  copy(from: Block, fromByte: number, to: Block, bytes: number): void {
    const start = this.own(from).address + fromByte;
    this.heap.bytes.copyWithin(this.own(to).address, start, start + bytes);
  }

  /** Inside of the heap in its own way, which is faster; elsewhere, and between types, JavaScript's. */
  readonly copyRows: CopyRows = (to, from, order, width) => {
    const { buffer } = this.heap.bytes;
    const isInside = to.buffer === buffer && from.buffer === buffer;
    const isAlike = to.constructor === from.constructor;
    if (isInside && isAlike && rowsFit(to, from, order, width)) {
      this.heap.copyRows(to.byteOffset, from.byteOffset, order, width * to.BYTES_PER_ELEMENT);
    } else copyRows(to, from, order, width);
  };

  async sync(): Promise<void> {}

  memory(): ReturnType<Heap['statistics']> {
    return this.heap.statistics();
  }

  /** The block, where it is a piece of a heap. */
  protected own(block: Block): HeapBlock {
    if (block instanceof HeapBlock) return block;
    throw this.foreign('block');
  }

  /** What another device's block or program is told. */
  protected foreign(what: 'block' | 'program'): KeratinError {
    return new KeratinError({
      where: `${this.name} device`,
      what: `a ${what} of another device came in`,
      fix: 'copy the tensor to this device first; programs run where they were compiled',
    });
  }
}
