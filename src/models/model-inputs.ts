// Fits what a user passes to a functional model to the model's inputs.
import { ArgumentError, ShapeError, unknownName } from '../core/errors.js';
import { formatShape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { flattenTree, isRecord } from '../core/tree.js';
import type { SymbolicTensor, SymbolicTree, TensorTree } from '../layers/symbolic.js';
import { isTensor } from '../layers/symbolic-call.js';
import { reshape } from '../ops/index.js';

/** Tensors of a record, in the order of the inputs whose names are its keys. */
function byName(
  symbols: readonly SymbolicTensor[],
  record: Readonly<Record<string, unknown>>,
): Tensor[] {
  return symbols.map((symbol) => {
    const value = record[symbol.name];
    if (isTensor(value)) return value;
    throw unknownName('input', symbol.name, Object.keys(record), 'Model');
  });
}

/** Adds or drops a last axis of size 1, where that alone makes the tensor fit. */
function fitRank(symbol: SymbolicTensor, tensor: Tensor): Tensor {
  const { shape } = symbol;
  if (tensor.rank === shape.length + 1 && tensor.shape.at(-1) === 1) {
    return reshape(tensor, tensor.shape.slice(0, -1));
  }
  if (tensor.rank === shape.length - 1 && shape.at(-1) === 1) {
    return reshape(tensor, [...tensor.shape, 1]);
  }
  return tensor;
}

function checkFit(symbol: SymbolicTensor, tensor: Tensor): Tensor {
  const fitted = fitRank(symbol, tensor);
  const { shape } = symbol;
  const fits =
    fitted.rank === shape.length &&
    shape.every((size, axis) => size === null || size === fitted.shape[axis]);
  if (fits) return fitted;
  throw new ShapeError({
    where: `input "${symbol.name}"`,
    what: 'the data does not fit the input of the model',
    expected: formatShape(shape),
    received: formatShape(tensor.shape),
    fix: 'reshape the data, or make the model with another input shape',
  });
}

/** One tensor for each input of the model, in order. */
export function matchInputs(
  tree: SymbolicTree,
  symbols: readonly SymbolicTensor[],
  given: TensorTree,
): readonly Tensor[] {
  const named = !isTensor(given) && isRecord(given) && !isRecord(tree);
  const tensors = named ? byName(symbols, given) : flattenTree(given, isTensor);
  if (tensors.length !== symbols.length) {
    throw new ArgumentError({
      where: 'Model',
      what: 'the number of inputs is wrong',
      expected: `${symbols.length}: ${symbols.map((symbol) => symbol.name).join(', ')}`,
      received: `${tensors.length}`,
      fix: 'pass one tensor for each input, in a list or by name',
    });
  }
  return symbols.map((symbol, index) => {
    const tensor = tensors[index];
    if (tensor === undefined) throw new TypeError('an input is missing');
    return checkFit(symbol, tensor);
  });
}
