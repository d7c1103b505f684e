// Variable: a named tensor that training changes. Engines decide what reading and writing mean.
import type { DType } from './dtype.js';
import { currentEngine } from './engine.js';
import { DTypeError, ShapeError } from './errors.js';
import { sameNumbers } from './sequence.js';
import { formatShape, type Shape, type Spec } from './shape.js';
import type { Tensor } from './tensor.js';

/** Options of a variable; `path` is its full name in a model, e.g. `sequential/dense/kernel`. */
export interface VariableOptions {
  readonly name?: string;
  readonly path?: string;
  readonly trainable?: boolean;
}

let nextVariableId = 0;

/**
 * A tensor-valued box that keeps its shape and dtype.
 *
 * @example
 * ```ts
 * import { Variable, tensor } from 'keratin';
 * const step = new Variable(tensor(0));
 * step.assign(step.value.add(1));
 * console.log(await step.value.item()); // 1
 * ```
 */
export class Variable implements Spec {
  readonly id = nextVariableId++;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly name: string;
  path: string;
  trainable: boolean;
  #held: Tensor;
  #changes = 0;

  constructor(initial: Tensor, options: VariableOptions = {}) {
    this.shape = initial.shape;
    this.dtype = initial.dtype;
    this.name = options.name ?? 'variable';
    this.path = options.path ?? this.name;
    this.trainable = options.trainable ?? true;
    this.#held = currentEngine().own(initial);
    this.#held.isHeld = true;
  }

  /** The value now. */
  get value(): Tensor {
    return currentEngine().readVariable(this);
  }

  /** Replaces the value; shape and dtype must stay. */
  assign(value: Tensor): void {
    if (!sameNumbers(value.shape, this.shape)) {
      throw new ShapeError({
        where: `Variable "${this.path}"`,
        what: 'a new value has another shape',
        expected: formatShape(this.shape),
        received: formatShape(value.shape),
        fix: 'assign a tensor of the same shape',
      });
    }
    if (value.dtype !== this.dtype) {
      throw new DTypeError({
        where: `Variable "${this.path}"`,
        what: 'a new value has another dtype',
        expected: this.dtype,
        received: value.dtype,
        fix: `cast the value to ${this.dtype}`,
      });
    }
    currentEngine().assignVariable(this, value);
  }

  /** For engines: the tensor that holds the value. */
  get held(): Tensor {
    return this.#held;
  }

  /** For engines: swaps the tensor that holds the value and returns the old one. */
  swapHeld(next: Tensor): Tensor {
    const previous = this.#held;
    this.#held = next;
    next.isHeld = true;
    previous.isHeld = false;
    this.#changes++;
    return previous;
  }

  /** For engines: how often the value changed; what was worked out from an older one is stale. */
  get changes(): number {
    return this.#changes;
  }

  /** For engines: tells that a program changes the value where it lies. */
  noteChange(): void {
    this.#changes++;
  }

  /**
   * For what offers to free variables: frees the value. Using the variable before it is assigned
   * another is an error.
   */
  release(): void {
    this.#held.isHeld = false;
    this.#held.dispose();
  }

  toString(): string {
    return `Variable("${this.path}", ${formatShape(this.shape)}, ${this.dtype})`;
  }
}
