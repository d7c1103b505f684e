// Tensor: what users hold. Engines subclass it (bytes on a device, or a node of a graph).
/// <reference lib="esnext.disposable" preserve="true" />
import type { DType, TypedArray } from './dtype.js';
import { currentEngine } from './engine.js';
import { StateError } from './errors.js';
import { formatShape, type Shape, type Spec, sizeOf } from './shape.js';

let nextTensorId = 0;

/** Nested arrays as deep as the tensor has axes; a plain value for a scalar. */
export type NestedArray = number | boolean | readonly NestedArray[];

/** Values in row-major order as nested arrays. */
export function nestedArray(values: ArrayLike<number>, shape: Shape, asBool = false): NestedArray {
  let position = 0;
  const build = (axis: number): NestedArray => {
    const size = shape[axis];
    if (size === undefined) {
      const value = values[position++] ?? 0;
      return asBool ? value !== 0 : value;
    }
    return Array.from({ length: size }, () => build(axis + 1));
  };
  return build(0);
}

/**
 * An array of numbers of any rank, of one dtype, that never changes.
 * Nobody needs to dispose of tensors; `dispose()`, `using` and `scope()` free memory sooner.
 *
 * @example
 * ```ts
 * import { tensor } from 'keratin';
 * const x = tensor([[1, 2], [3, 4]]);
 * console.log(x.shape, await x.mul(2).array()); // [ 2, 2 ] [ [ 2, 4 ], [ 6, 8 ] ]
 * ```
 */
export abstract class Tensor implements Spec {
  /** For messages. */
  static readonly inWords: string = 'a tensor';
  readonly id = nextTensorId++;
  readonly shape: Shape;
  readonly dtype: DType;
  /** For engines: whether this very tensor is the value of a variable. */
  isHeld = false;

  constructor(spec: Spec) {
    this.shape = spec.shape;
    this.dtype = spec.dtype;
  }

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** The values in row-major order, in a fresh typed array. */
  data(): Promise<TypedArray> {
    return currentEngine().read(this);
  }

  /** The values as nested arrays; `Values` may say how deep: `await x.array<number[][]>()`. */
  async array<Values extends NestedArray = NestedArray>(): Promise<Values> {
    // The caller knows the number of axes, which the type of a tensor does not tell.
    return nestedArray(await this.data(), this.shape, this.dtype === 'bool') as Values;
  }

  /** The single value of a tensor with one element. */
  async item(): Promise<number> {
    if (this.size !== 1) {
      throw new StateError({
        where: 'item',
        what: 'only a tensor with one element has an item',
        received: formatShape(this.shape),
        fix: 'reduce the tensor first, or read it with data()',
      });
    }
    return Number((await this.data())[0]);
  }

  /**
   * Frees the memory now; using the tensor afterwards is an error. The value of a variable stays
   * for the variable, and goes when that gets another.
   */
  abstract dispose(): void;

  /** Whether `dispose` was called, or a scope has freed the tensor. */
  abstract readonly isDisposed: boolean;

  [Symbol.dispose](): void {
    this.dispose();
  }

  toString(): string {
    return `Tensor(${formatShape(this.shape)}, ${this.dtype})`;
  }
}

/**
 * Whether a value is a tensor.
 *
 * @example
 * ```ts
 * import { isTensor, ones } from 'keratin';
 * console.log(isTensor(ones([1])), isTensor([1])); // true false
 * ```
 */
export function isTensor(value: unknown): value is Tensor {
  return value instanceof Tensor;
}
