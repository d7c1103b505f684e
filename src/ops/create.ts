// Tensors made from nothing: constants, ranges, identity matrices.
import { checkOptions, type OptionNames } from '../core/arguments.js';
import type { DType, TypedArray } from '../core/dtype.js';
import { ArgumentError } from '../core/errors.js';
import { defineOp } from '../core/op.js';
import { at, range } from '../core/sequence.js';
import { checkShape, type Shape, spec } from '../core/shape.js';
import type { NestedArray, Tensor } from '../core/tensor.js';
import { Tensor as TensorClass } from '../core/tensor.js';
import { Variable } from '../core/variable.js';
import * as k from '../kernels/ir/build.js';
import { mapKernel, read } from '../kernels/ir/define.js';
import {
  applyOne,
  asTensor,
  type DTypeOption,
  dtypeFrom,
  requireDType,
  type TensorLike,
  tensorOf,
} from './convert.js';
import { fit } from './kernel-values.js';
import { cast, reshape, sum } from './shaping.js';

/** How `tensor` reads its values. */
export interface TensorOptions {
  readonly dtype?: DType | undefined;
  /** Arranges flat values in row-major order. */
  readonly shape?: Shape | undefined;
}

const TENSOR_OPTIONS: OptionNames<TensorOptions> = { dtype: true, shape: true };

/**
 * A tensor of numbers or booleans: nested arrays or a typed array. Numbers give float32, booleans
 * bool and typed arrays their own kind, unless `dtype` says otherwise.
 *
 * @example
 * ```ts
 * import { tensor } from 'keratin';
 * const x = tensor([[1, 2], [3, 4]]);
 * console.log(x.shape, x.dtype); // [ 2, 2 ] float32
 * ```
 */
export function tensor(
  values: NestedArray | TypedArray | Tensor,
  options: DType | TensorOptions = {},
): Tensor {
  const given = typeof options === 'string' ? { dtype: options } : options;
  checkOptions('tensor', given, TENSOR_OPTIONS);
  const { dtype, shape } = given;
  if (values instanceof TensorClass) {
    const typed = dtype === undefined ? values : cast(values, dtype);
    return shape === undefined ? typed : reshape(typed, shape);
  }
  return tensorOf(values, dtype, shape);
}

/**
 * A tensor with one element.
 *
 * @example
 * ```ts
 * import { scalar } from 'keratin';
 * console.log(await scalar(3, 'int32').item()); // 3
 * ```
 */
export function scalar(value: number | boolean, dtype?: DTypeOption): Tensor {
  const kind = typeof value === 'boolean' ? 'bool' : 'float32';
  return tensorOf(value, dtypeFrom(dtype, kind));
}

export const fillOp = defineOp<{ readonly shape: Shape }>({
  name: 'fill',
  infer: (inputs, { shape }) => [spec(shape, at(inputs, 0).dtype)],
  lower: ({ inputs, outputs }) => [
    mapKernel(inputs, at(outputs, 0), () => read(at(inputs, 0), [])),
  ],
  grad: ({ dy }) => [sum(dy)],
});

/**
 * A tensor of `shape` with `value` everywhere; float32 unless `dtype` (or a tensor value's) says.
 *
 * @example
 * ```ts
 * import { full } from 'keratin';
 * console.log(await full([2], 7).array()); // [ 7, 7 ]
 * ```
 */
export function full(shape: Shape, value: TensorLike, dtype?: DTypeOption): Tensor {
  checkShape('full', shape);
  const fallback = typeof value === 'boolean' ? 'bool' : 'float32';
  if (value instanceof TensorClass || value instanceof Variable) {
    const held = asTensor(value);
    const typed = cast(reshape(held, []), dtypeFrom(dtype, held.dtype));
    return applyOne(fillOp, [typed], { shape });
  }
  return applyOne(fillOp, [asTensor(value, dtypeFrom(dtype, fallback))], { shape });
}

/**
 * A tensor of zeros, float32 by default.
 *
 * @example
 * ```ts
 * import { zeros } from 'keratin';
 * console.log(await zeros([2]).array()); // [ 0, 0 ]
 * ```
 */
export function zeros(shape: Shape, dtype?: DTypeOption): Tensor {
  return full(shape, 0, dtypeFrom(dtype));
}

/**
 * A tensor of ones, float32 by default.
 *
 * @example
 * ```ts
 * import { ones } from 'keratin';
 * console.log(await ones([2]).array()); // [ 1, 1 ]
 * ```
 */
export function ones(shape: Shape, dtype?: DTypeOption): Tensor {
  return full(shape, 1, dtypeFrom(dtype));
}

/**
 * Zeros with the shape and dtype of `x`.
 *
 * @example
 * ```ts
 * import { tensor, zerosLike } from 'keratin';
 * console.log(await zerosLike(tensor([1, 2])).array()); // [ 0, 0 ]
 * ```
 */
export function zerosLike(x: TensorLike, dtype?: DTypeOption): Tensor {
  const like = asTensor(x);
  return zeros(like.shape, dtypeFrom(dtype, like.dtype));
}

/**
 * Ones with the shape and dtype of `x`.
 *
 * @example
 * ```ts
 * import { onesLike, tensor } from 'keratin';
 * console.log(await onesLike(tensor([5, 2])).array()); // [ 1, 1 ]
 * ```
 */
export function onesLike(x: TensorLike, dtype?: DTypeOption): Tensor {
  const like = asTensor(x);
  return ones(like.shape, dtypeFrom(dtype, like.dtype));
}

/**
 * `value` everywhere, with the shape and dtype of `x`.
 *
 * @example
 * ```ts
 * import { fullLike, tensor } from 'keratin';
 * console.log(await fullLike(tensor([5, 2]), 3).array()); // [ 3, 3 ]
 * ```
 */
export function fullLike(x: TensorLike, value: TensorLike, dtype?: DTypeOption): Tensor {
  const like = asTensor(x);
  return full(like.shape, value, dtypeFrom(dtype, like.dtype));
}

interface MaskAttrs {
  readonly rows: number;
  readonly columns: number;
  /** Which diagonal: 0 is the main one, above it is positive. */
  readonly diagonal: number;
  /** Ones on the diagonal only, or also everywhere below it. */
  readonly below: boolean;
  readonly dtype: DType;
}

export const eyeOp = defineOp<MaskAttrs>({
  name: 'eye',
  infer: (_, { rows, columns, dtype }) => [spec([rows, columns], dtype)],
  lower: ({ inputs, outputs, attrs }) => {
    const output = at(outputs, 0);
    return [
      mapKernel(inputs, output, (index) => {
        const diagonal = k.add(at(index, 0), k.size(attrs.diagonal));
        const column = at(index, 1);
        const test = attrs.below ? k.le(column, diagonal) : k.eq(column, diagonal);
        return fit(k.select(test, k.i32(1), k.i32(0)), output.dtype);
      }),
    ];
  },
  grad: { none: 'it has no inputs' },
});

/** The diagonal and dtype of `eye` and `tri`. */
export interface EyeOptions {
  /** Which diagonal: 0 (default) is the main one, above it is positive. */
  readonly diagonal?: number | undefined;
  readonly dtype?: DType | undefined;
}

const EYE_OPTIONS: OptionNames<EyeOptions> = { diagonal: true, dtype: true };

function mask(size: Shape, below: boolean, options: EyeOptions): Tensor {
  const { diagonal = 0, dtype = 'float32' } = options;
  checkShape(below ? 'tri' : 'eye', size);
  requireDType(below ? 'tri' : 'eye', dtype);
  const [rows, columns] = [at(size, 0), at(size, 1)];
  return applyOne(eyeOp, [], { rows, columns, diagonal, below, dtype });
}

/**
 * A matrix with ones on a diagonal, zeros elsewhere; square unless `columns` is given.
 *
 * @example
 * ```ts
 * import { eye } from 'keratin';
 * console.log(await eye(2).array()); // [ [ 1, 0 ], [ 0, 1 ] ]
 * ```
 */
export function eye(rows: number, columns = rows, options: EyeOptions = {}): Tensor {
  checkOptions('eye', options, EYE_OPTIONS);
  return mask([rows, columns], false, options);
}

/**
 * A matrix with ones on and below a diagonal, zeros above.
 *
 * @example
 * ```ts
 * import { tri } from 'keratin';
 * console.log(await tri(2).array()); // [ [ 1, 0 ], [ 1, 1 ] ]
 * ```
 */
export function tri(rows: number, columns = rows, options: EyeOptions = {}): Tensor {
  checkOptions('tri', options, EYE_OPTIONS);
  return mask([rows, columns], true, options);
}

/**
 * `start`, `start + step` ... before `stop`, as NumPy: `arange(stop)` or `arange(start, stop)`.
 * int32 where all are whole numbers, else float32.
 *
 * @example
 * ```ts
 * import { arange } from 'keratin';
 * console.log(await arange(1, 7, 2).array()); // [ 1, 3, 5 ]
 * ```
 */
export function arange(start: number, stop?: number, step = 1, dtype?: DTypeOption): Tensor {
  if (step === 0 || Number.isNaN(step)) {
    throw new ArgumentError({
      where: 'arange',
      what: 'the step leads nowhere',
      received: String(step),
      fix: 'give a step that is not 0',
    });
  }
  const from = stop === undefined ? 0 : start;
  const to = stop ?? start;
  const whole = [from, to, step].every(Number.isInteger);
  const count = Math.max(0, Math.ceil((to - from) / step));
  const values = range(count).map((index) => from + index * step);
  return tensorOf(values, dtypeFrom(dtype, whole ? 'int32' : 'float32'), [count]);
}

/** How `linspace` divides. */
export interface LinspaceOptions {
  /** 50 by default. */
  readonly num?: number | undefined;
  /** Whether `stop` is the last value (default true). */
  readonly endpoint?: boolean | undefined;
  readonly dtype?: DType | undefined;
}

/** The names of {@link LinspaceOptions}. */
export const LINSPACE_OPTIONS: OptionNames<LinspaceOptions> = {
  num: true,
  endpoint: true,
  dtype: true,
};

/**
 * Evenly spaced numbers from `start` to `stop`; float32 by default.
 *
 * @example
 * ```ts
 * import { linspace } from 'keratin';
 * console.log(await linspace(0, 1, { num: 3 }).array()); // [ 0, 0.5, 1 ]
 * ```
 */
export function linspace(
  start: number,
  stop: number,
  options: number | LinspaceOptions = {},
): Tensor {
  const given = typeof options === 'number' ? { num: options } : options;
  checkOptions('linspace', given, LINSPACE_OPTIONS);
  const { num = 50, endpoint = true, dtype } = given;
  checkShape('linspace', [num]);
  const steps = Math.max(1, endpoint ? num - 1 : num);
  const values = range(num).map((index) => {
    const part = index / steps;
    return start * (1 - part) + stop * part;
  });
  return tensorOf(values, dtypeFrom(dtype), [num]);
}
