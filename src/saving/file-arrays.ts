// Between variables and the arrays of a weights file: dtypes that one side lacks are converted
// where nothing is lost, and refused where something would be.
import type { DType } from '../core/dtype.js';
import { currentEngine } from '../core/engine.js';
import { FormatError } from '../core/errors.js';
import { sameNumbers } from '../core/sequence.js';
import { formatShape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import type { Variable } from '../core/variable.js';
import type { FileArray } from './hdf5/read.js';
import type { FileDType } from './hdf5/types.js';
import { type FileValues, widenedValues } from './hdf5/values.js';

/** Reading a tensor gives half types as float32; files hold them so too. */
const FILE_DTYPES: Readonly<Record<DType, FileDType>> = {
  float32: 'float32',
  float64: 'float64',
  int32: 'int32',
  uint32: 'uint32',
  uint8: 'uint8',
  bool: 'uint8',
  float16: 'float32',
  bfloat16: 'float32',
};

/** The value of a variable, or what `replaced` computes in its place, to write. */
export async function arrayOf(variable: Variable, replaced?: () => Tensor): Promise<FileArray> {
  const computed = replaced === undefined ? undefined : currentEngine().scope(replaced);
  const array = await arrayOfTensor(computed ?? variable.value);
  computed?.dispose();
  return { ...array, shape: variable.shape };
}

/** The values of a tensor, to write. */
export async function arrayOfTensor(value: Tensor): Promise<FileArray> {
  const { shape, dtype } = value;
  return { shape, dtype: FILE_DTYPES[dtype], values: await value.data() };
}

function problem(variable: Variable, what: string, expected: string, received: string) {
  return new FormatError({
    where: `weight "${variable.path}"`,
    what,
    expected,
    received,
    fix: 'load the weights into a model of the same architecture',
  });
}

/** The numbers of an array of any dtype. */
function numbersOf(array: FileArray): ArrayLike<number> {
  const values = widenedValues(array);
  return isBig(values) ? Float64Array.from(values, Number) : values;
}

function isBig(values: FileValues): values is BigInt64Array | BigUint64Array {
  return values instanceof BigInt64Array || values instanceof BigUint64Array;
}

const INTEGER_BOUNDS: Partial<Record<DType, readonly [number, number]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
  uint8: [0, 255],
  bool: [0, 1],
};

/** Throws where the array cannot become the variable's value. */
export function checkFits(variable: Variable, array: FileArray): void {
  if (!sameNumbers(array.shape, variable.shape)) {
    throw problem(
      variable,
      'the weight in the file has another shape',
      formatShape(variable.shape),
      formatShape(array.shape),
    );
  }
  const bounds = INTEGER_BOUNDS[variable.dtype];
  if (bounds === undefined) return;
  const numbers = numbersOf(array);
  for (let index = 0; index < numbers.length; index++) {
    const value = numbers[index] ?? 0;
    if (Number.isInteger(value) && value >= bounds[0] && value <= bounds[1]) continue;
    throw problem(variable, 'a number in the file does not fit', variable.dtype, String(value));
  }
}

/** The array as a tensor that the variable can be assigned. Check that it fits first. */
export function tensorFor(variable: Variable, array: FileArray): Tensor {
  const { shape, dtype } = variable;
  return currentEngine().write({ shape, dtype }, numbersOf(array));
}
