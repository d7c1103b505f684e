// Tensors of data, read where they lie: fit, evaluate and predict look into them while they run, so
// that no second copy of a data set is made. Whoever gave them may dispose of them meanwhile.
import { isPlain, type TypedArray } from '../core/dtype.js';
import { currentEngine, type Engine } from '../core/engine.js';
import type { Tensor } from '../core/tensor.js';
import type { HostArray } from './host-array.js';

/** What a tensor holds, looked up anew each time, since memory may move when it grows. */
class LentArray implements HostArray {
  readonly kind = 'host';
  readonly dtype: HostArray['dtype'];
  readonly shape: HostArray['shape'];
  readonly #look: () => TypedArray;

  constructor({ dtype, shape }: Tensor, look: () => TypedArray) {
    this.dtype = dtype;
    this.shape = shape;
    this.#look = look;
  }

  get values(): TypedArray {
    return this.#look();
  }
}

/** The tensors that are looked into until `end`. */
export class Loans {
  readonly #engine: Engine = currentEngine();
  readonly #held: Tensor[] = [];

  /** The values of a tensor without a copy; undefined where memory does not hold them as they are. */
  look(tensor: Tensor): HostArray | undefined {
    if (!isPlain(tensor.dtype) || this.#engine.peek?.(tensor) === undefined) return undefined;
    const held = this.#engine.own(tensor);
    this.#held.push(held);
    return new LentArray(tensor, () => this.#valuesOf(held));
  }

  #valuesOf(held: Tensor): TypedArray {
    const values = this.#engine.peek?.(held);
    if (values === undefined) throw new Error('a tensor that was seen is out of sight');
    return values;
  }

  /** Gives all tensors back: arrays made of them must not be read any more. */
  end(): void {
    for (const held of this.#held.splice(0)) held.dispose();
  }
}

/** Runs `body` with loans that end with it. */
export async function withLoans<T>(body: (loans: Loans) => Promise<T>): Promise<T> {
  const loans = new Loans();
  try {
    return await body(loans);
  } finally {
    loans.end();
  }
}
