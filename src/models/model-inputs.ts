// Fits what a user passes to a functional model to the model's inputs.
import { ArgumentError, ShapeError } from '../core/errors.js';
import { formatShape, type Shape } from '../core/shape.js';
import { isTensor, type Tensor } from '../core/tensor.js';
import { flattenTree, type IsLeaf, isRecord, type Tree } from '../core/tree.js';
import type { SymbolicTensor, SymbolicTree } from '../layers/symbolic.js';
import { reshape } from '../ops/index.js';

/** What inputs are given as: tensors, or data on the host. */
export interface LeafKind<Leaf> {
  readonly isLeaf: IsLeaf<Leaf>;
  reshaped(leaf: Leaf, shape: Shape): Leaf;
}

const TENSORS: LeafKind<Tensor> = { isLeaf: isTensor, reshaped: reshape };

/** Tensors of a record, in the order of the inputs whose names are its keys. */
function byName<Leaf>(
  symbols: readonly SymbolicTensor[],
  record: Readonly<Record<string, unknown>>,
  isLeaf: IsLeaf<Leaf>,
): Leaf[] {
  return symbols.map((symbol) => {
    const value = record[symbol.name];
    if (isLeaf(value)) return value;
    const names = symbols.map(({ name }) => name);
    throw new ArgumentError({
      where: 'Model',
      what: `the data has nothing for the input "${symbol.name}"`,
      expected: `a record with ${names.map((name) => `"${name}"`).join(', ')}`,
      received: Object.keys(record).join(', ') || 'an empty record',
      fix: 'name the keys after the inputs, or the inputs after the keys: layers.input({ shape, name })',
    });
  });
}

/** The leaves of a record under the keys of the inputs, if all are there; further keys are left alone. */
function byKey<Leaf>(
  tree: Readonly<Record<string, unknown>>,
  record: Readonly<Record<string, unknown>>,
  isLeaf: IsLeaf<Leaf>,
): readonly Leaf[] | undefined {
  const keys = Object.keys(tree).sort();
  const found = keys.map((key) => record[key]).filter(isLeaf);
  return found.length === keys.length ? found : undefined;
}

/** The leaves of what was given, in the order of the inputs. */
function leavesOf<Leaf>(
  tree: SymbolicTree,
  symbols: readonly SymbolicTensor[],
  given: Tree<Leaf>,
  isLeaf: IsLeaf<Leaf>,
): readonly Leaf[] {
  if (isLeaf(given) || !isRecord(given)) return flattenTree(given, isLeaf);
  if (!isRecord(tree)) return byName(symbols, given, isLeaf);
  return byKey(tree, given, isLeaf) ?? flattenTree(given, isLeaf);
}

/** The shape with a last axis of size 1 more or less, where that alone makes it fit. */
function fittedShape({ shape }: SymbolicTensor, given: Shape): Shape {
  if (given.length === shape.length + 1 && given.at(-1) === 1) return given.slice(0, -1);
  if (given.length === shape.length - 1 && shape.at(-1) === 1) return [...given, 1];
  return given;
}

function checkFit<Leaf extends { readonly shape: Shape }>(
  symbol: SymbolicTensor,
  leaf: Leaf,
  kind: LeafKind<Leaf>,
): Leaf {
  const fitted = fittedShape(symbol, leaf.shape);
  const { shape } = symbol;
  const fits =
    fitted.length === shape.length &&
    shape.every((size, axis) => size === null || size === fitted[axis]);
  if (fits) return fitted === leaf.shape ? leaf : kind.reshaped(leaf, fitted);
  throw new ShapeError({
    where: `input "${symbol.name}"`,
    what: 'the data does not fit the input of the model',
    expected: formatShape(shape),
    received: formatShape(leaf.shape),
    fix: 'reshape the data, or make the model with another input shape',
  });
}

/** One tensor for each input of the model, in order. */
export function matchTensors(
  tree: SymbolicTree,
  symbols: readonly SymbolicTensor[],
  given: Tree<Tensor>,
): readonly Tensor[] {
  return matchInputs(tree, symbols, given, TENSORS);
}

/** One leaf of what was given for each input of the model, in order. */
export function matchInputs<Leaf extends { readonly shape: Shape }>(
  tree: SymbolicTree,
  symbols: readonly SymbolicTensor[],
  given: Tree<Leaf>,
  kind: LeafKind<Leaf>,
): readonly Leaf[] {
  const leaves = leavesOf(tree, symbols, given, kind.isLeaf);
  if (leaves.length !== symbols.length) {
    throw new ArgumentError({
      where: 'Model',
      what: 'the number of inputs is wrong',
      expected: `${symbols.length}: ${symbols.map((symbol) => symbol.name).join(', ')}`,
      received: `${leaves.length}`,
      fix: 'pass one tensor for each input, in a list or by name',
    });
  }
  return symbols.map((symbol, index) => {
    const leaf = leaves[index];
    if (leaf === undefined) throw new TypeError('an input is missing');
    return checkFit(symbol, leaf, kind);
  });
}
