// tf.io.CompositeArrayBuffer: several buffers read as one, without joining them.
import { ArgumentError } from '../../core/errors.js';

type Piece = ArrayBuffer | ArrayBufferView;

function bytesOf(piece: Piece): Uint8Array {
  if (piece instanceof ArrayBuffer) return new Uint8Array(piece);
  return new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
}

/**
 * Buffers that follow one another, read as if they were one.
 *
 * @example
 * ```ts
 * import * as tf from 'keratin/tfjs';
 * const whole = new tf.io.CompositeArrayBuffer([Uint8Array.of(1, 2).buffer, Uint8Array.of(3).buffer]);
 * console.log(new Uint8Array(whole.slice(1, 3)).join(' ')); // 2 3
 * ```
 */
export class CompositeArrayBuffer {
  readonly #pieces: readonly Uint8Array[];
  readonly byteLength: number;

  constructor(buffers: Piece | readonly Piece[] = []) {
    const list = isOne(buffers) ? [buffers] : buffers;
    this.#pieces = list.map(bytesOf).filter(({ length }) => length > 0);
    this.byteLength = this.#pieces.reduce((sum, { length }) => sum + length, 0);
  }

  /** All buffers in one. */
  static join(buffers?: Piece | readonly Piece[]): ArrayBuffer {
    return new CompositeArrayBuffer(buffers).slice();
  }

  /** A copy of the bytes from `start` up to `end`, both held within the buffer. */
  slice(start = 0, end = this.byteLength): ArrayBuffer {
    const from = Math.min(Math.max(Math.trunc(start), 0), this.byteLength);
    const to = Math.min(Math.max(Math.trunc(end), from), this.byteLength);
    if (Number.isNaN(from + to)) {
      throw new ArgumentError({
        where: 'CompositeArrayBuffer.slice',
        what: 'start and end are not numbers',
        received: `${start}, ${end}`,
      });
    }
    const result = new Uint8Array(to - from);
    let offset = 0;
    for (const piece of this.#pieces) {
      const [first, last] = [Math.max(from - offset, 0), Math.min(to - offset, piece.length)];
      if (first < last) result.set(piece.subarray(first, last), offset + first - from);
      offset += piece.length;
      if (offset >= to) break;
    }
    return result.buffer;
  }
}

function isOne(buffers: Piece | readonly Piece[]): buffers is Piece {
  return buffers instanceof ArrayBuffer || ArrayBuffer.isView(buffers);
}

/** The buffers in one. */
export function concatenateArrayBuffers(
  buffers: ArrayBuffer | readonly ArrayBuffer[],
): ArrayBuffer {
  return CompositeArrayBuffer.join(buffers);
}
