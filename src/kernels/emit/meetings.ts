// When threads must wait for each other between kernels: where one reads or writes what another
// has written, or writes what another reads, since they last met. Used by both CPU sequences.

/** Memory that a kernel touches: addresses of the heap, or bytes of a block bound at run time. */
export interface Touched {
  /** The bound block's number in the table; undefined for addresses of the heap. */
  readonly slot: number | undefined;
  readonly from: number;
  readonly to: number;
  readonly writes: boolean;
}

function overlap(a: Touched, b: Touched): boolean {
  return a.slot === b.slot && a.from < b.to && b.from < a.to && (a.writes || b.writes);
}

/** Keeps what has been touched since threads last met. */
export class Meetings {
  #since: Touched[] = [];

  /** Whether threads must meet before a kernel that touches these. */
  mustMeetBefore(touched: readonly Touched[]): boolean {
    return touched.some((next) => this.#since.some((before) => overlap(before, next)));
  }

  /** Whether anything was done since threads last met. */
  get isDue(): boolean {
    return this.#since.length > 0;
  }

  note(touched: readonly Touched[]): void {
    this.#since.push(...touched);
  }

  met(): void {
    this.#since = [];
  }
}
