// Where the user's text called an op: noted for every node while a function is traced, worked out
// only when an error, `explain` or a comparison of engines shows it.

/** Frames of the library itself, which say nothing about the user's program. */
const OWN_FRAME =
  /[\\/](src|dist)[\\/](core|ops|engines|autodiff|layers|models|optimizers|losses|metrics|kernels|index\.|chunk)/;

/** Frames to look through for the user's line; loops, layers and models call deep. */
const MOST_FRAMES = 60;

/** An error that is never thrown: hosts write its stack as text only when it is read. */
function presentStack(): Error {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = MOST_FRAMES;
  const stack = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  return stack;
}

/** The place in the user's text from which the present call came. */
export class CallSite {
  readonly #stack = presentStack();

  /** The innermost line outside of the library, e.g. `train.ts:12:5`; '' where there is none. */
  get line(): string {
    const frames = (this.#stack.stack ?? '').split('\n').slice(1);
    const frame = frames.find((line) => !OWN_FRAME.test(line) && !line.includes('node_modules'));
    const place = frame?.match(/\(?([^()\s]+:\d+:\d+)\)?$/)?.[1] ?? '';
    return place.replace(/^file:\/\//, '');
  }
}
