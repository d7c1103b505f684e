// The methods of symbolic tensors: x.mul(2) adds an op to the graph of a functional model, as arithmetic
// on Keras's symbolic tensors does. They are the methods of tensors (ops/fluent.ts). What Keras has an
// operation for is saved as one; anything else runs, and cannot be saved.
import type { Plain } from '../core/op.js';
import type { Tensor } from '../core/tensor.js';
import { flattenTree, isList, isRecord } from '../core/tree.js';
import { type Fluent, methods } from '../ops/fluent.js';
import type { ReduceOptions } from '../ops/index.js';
import { type Axes, reduceOptions } from '../ops/positional.js';
import { FunctionLayer } from './function-layer.js';
import { Operation } from './operation.js';
import type { OperationSettings } from './operation-table.js';
import { isSymbolic, SymbolicTensor, type SymbolicTree } from './symbolic.js';
import { substitute } from './symbolic-call.js';

/** Parameters that take a tensor take a symbolic one too. */
type WithSymbols<Parameters extends readonly unknown[]> = {
  [Key in keyof Parameters]: Tensor extends Parameters[Key]
    ? Parameters[Key] | SymbolicTensor
    : Parameters[Key];
};

/** Ops as methods of symbolic tensors: `x.add(y)` is the op `add` as a node of the graph. */
export type SymbolicMethods = {
  [Key in keyof Fluent]: (...rest: WithSymbols<Parameters<Fluent[Key]>>) => SymbolicTensor;
};

declare module './symbolic.js' {
  interface SymbolicTensor extends SymbolicMethods {}
}

/** What Keras writes for a call: the class of the operation, its settings, and further operands. */
interface Written {
  readonly operation: string;
  readonly module: string;
  readonly options: OperationSettings;
  readonly operands: readonly unknown[];
}

/** Says how Keras writes a call with these arguments; undefined where it has nothing for it. */
type Write = (rest: readonly unknown[]) => Written | undefined;

const NUMPY = 'keras.src.ops.numpy';
const NN = 'keras.src.ops.nn';
const MATH = 'keras.src.ops.math';
const CORE = 'keras.src.ops.core';

const plain =
  (operation: string, module = NUMPY): Write =>
  (rest) =>
    rest.length === 0 ? { operation, module, options: {}, operands: [] } : undefined;

function isOperand(value: unknown): boolean {
  return isSymbolic(value) || typeof value === 'number' || typeof value === 'boolean';
}

const withOperand =
  (operation: string): Write =>
  (rest) =>
    rest.length === 1 && rest.every(isOperand)
      ? { operation, module: NUMPY, options: {}, operands: rest }
      : undefined;

const reduced =
  (operation: string, module = NUMPY): Write =>
  (rest) => {
    const [axis, keepDims] = rest as [(Axes | ReduceOptions)?, boolean?];
    const options = reduceOptions(axis, keepDims);
    const settings = { axis: options.axis ?? null, keepdims: options.keepDims ?? false };
    return { operation, module, options: settings, operands: [] };
  };

/** Settings that the arguments are, in order; those left out have the value given here. */
const settings =
  (
    operation: string,
    names: readonly (readonly [name: string, otherwise: Plain])[],
    module = NUMPY,
  ): Write =>
  (rest) => {
    const isPlain = rest.every(
      (value) =>
        value === undefined ||
        typeof value === 'number' ||
        isList(value) ||
        typeof value === 'string',
    );
    if (!isPlain || rest.length > names.length) return undefined;
    const entries = names.map(([name, otherwise], index) => [name, rest[index] ?? otherwise]);
    return { operation, module, options: Object.fromEntries(entries), operands: [] };
  };

/** Settings in an options object, or the first of them by position. */
const named =
  (operation: string, name: string, otherwise: Plain, module = NN): Write =>
  ([first = {}, ...more]) => {
    const given = isRecord(first) ? first : { [name]: first };
    if (more.length > 0 || Object.keys(given).some((key) => key !== name)) return undefined;
    const value = given[name] as Plain;
    return { operation, module, options: { [name]: value ?? otherwise }, operands: [] };
  };

/** A key of `getItem` as Keras writes it; undefined for positions, which are tensors. */
function writtenKey(key: unknown): Plain | undefined {
  const slice = (start: Plain, stop: Plain, step: Plain): Plain => ({
    class_name: '__slice__',
    config: { start, stop, step },
  });
  if (typeof key === 'number') return key;
  if (key === 'all') return slice(null, null, null);
  if (key === 'rest') return { class_name: '__ellipsis__', config: {} };
  if (key === 'newAxis') return null;
  if (!isRecord(key)) return undefined;
  const { start = null, stop = null, step = null } = key as Readonly<Record<string, Plain>>;
  return typeof step === 'number' && step < 0 ? undefined : slice(start, stop, step);
}

function picked([keys]: readonly unknown[]): Written | undefined {
  const written = (isList(keys) ? keys : [keys]).map(writtenKey);
  if (written.includes(undefined)) return undefined;
  return { operation: 'GetItem', module: NUMPY, options: {}, operands: [written] };
}

/** How Keras writes the methods that it has an operation for. */
const WRITTEN: { readonly [Key in keyof Fluent]?: Write } = {
  abs: plain('Absolute'),
  acos: plain('Arccos'),
  acosh: plain('Arccosh'),
  add: withOperand('Add'),
  all: reduced('All'),
  any: reduced('Any'),
  asin: plain('Arcsin'),
  asinh: plain('Arcsinh'),
  atan: plain('Arctan'),
  atan2: withOperand('Arctan2'),
  atanh: plain('Arctanh'),
  cast: settings('Cast', [['dtype', 'float32']], CORE),
  ceil: plain('Ceil'),
  clip: settings('Clip', [
    ['xMin', null],
    ['xMax', null],
  ]),
  cos: plain('Cos'),
  cosh: plain('Cosh'),
  div: withOperand('TrueDivide'),
  elu: named('Elu', 'alpha', 1),
  equal: withOperand('Equal'),
  erf: plain('Erf', MATH),
  exp: plain('Exp'),
  expandDims: settings('ExpandDims', [['axis', 0]]),
  expm1: plain('Expm1'),
  flip: settings('Flip', [['axis', null]]),
  floor: plain('Floor'),
  floorDiv: withOperand('FloorDivide'),
  gelu: named('Gelu', 'approximate', true),
  getItem: picked,
  greater: withOperand('Greater'),
  greaterEqual: withOperand('GreaterEqual'),
  isFinite: plain('Isfinite'),
  isInf: plain('Isinf'),
  isNaN: plain('Isnan'),
  leakyRelu: named('LeakyRelu', 'negativeSlope', 0.2),
  less: withOperand('Less'),
  lessEqual: withOperand('LessEqual'),
  log: plain('Log'),
  log10: plain('Log10'),
  log1p: plain('Log1p'),
  log2: plain('Log2'),
  logSoftmax: named('LogSoftmax', 'axis', -1),
  logSumExp: reduced('Logsumexp', MATH),
  logicalAnd: withOperand('LogicalAnd'),
  logicalNot: plain('LogicalNot'),
  logicalOr: withOperand('LogicalOr'),
  logicalXor: withOperand('LogicalXor'),
  matmul: withOperand('Matmul'),
  max: reduced('Max'),
  maximum: withOperand('Maximum'),
  mean: reduced('Mean'),
  min: reduced('Min'),
  minimum: withOperand('Minimum'),
  mod: withOperand('Mod'),
  mul: withOperand('Multiply'),
  neg: plain('Negative'),
  notEqual: withOperand('NotEqual'),
  pow: withOperand('Power'),
  prod: reduced('Prod'),
  reciprocal: plain('Reciprocal'),
  relu: plain('Relu', NN),
  repeat: settings('Repeat', [
    ['repeats', 1],
    ['axis', null],
  ]),
  reshape: settings('Reshape', [['newshape', []]]),
  roll: settings('Roll', [
    ['shift', 0],
    ['axis', null],
  ]),
  round: settings('Round', [['decimals', 0]]),
  rsqrt: plain('Rsqrt', MATH),
  sigmoid: plain('Sigmoid', NN),
  sign: plain('Sign'),
  silu: plain('Silu', NN),
  sin: plain('Sin'),
  sinh: plain('Sinh'),
  softmax: named('Softmax', 'axis', -1),
  softplus: plain('Softplus', NN),
  sqrt: plain('Sqrt'),
  square: plain('Square'),
  squeeze: settings('Squeeze', [['axis', null]]),
  std: reduced('Std'),
  stopGradient: plain('StopGradient', CORE),
  sub: withOperand('Subtract'),
  sum: reduced('Sum'),
  swapAxes: settings('Swapaxes', [
    ['axis1', 0],
    ['axis2', 1],
  ]),
  tan: plain('Tan'),
  tanh: plain('Tanh'),
  tile: settings('Tile', [['repeats', 1]]),
  transpose: settings('Transpose', [['axes', null]]),
  variance: reduced('Var'),
};

type Method = (first: Tensor, ...rest: readonly unknown[]) => Tensor;

/** The call as a layer of its own kind, which no file can hold. */
function unwritten(method: Method, args: readonly unknown[]): unknown {
  const symbols = flattenTree(args, isSymbolic);
  const layer = new FunctionLayer((tensors: readonly Tensor[]) => {
    const places = new Map(symbols.map((symbol, index) => [symbol, tensors[index]]));
    const [first, ...rest] = args.map((arg) => substitute(arg, (symbol) => places.get(symbol)));
    return method(first as Tensor, ...rest);
  });
  return layer.apply(symbols);
}

function nodeOf(name: keyof Fluent, method: Method, args: readonly unknown[]): unknown {
  const [x, ...rest] = args;
  const written = WRITTEN[name]?.(rest);
  if (written === undefined) return unwritten(method, args);
  const { operands, ...options } = written;
  // Numbers among the inputs stay where they are; only symbolic tensors are replaced in a call.
  const inputs = (operands.length === 0 ? x : [x, ...operands]) as SymbolicTree;
  return new Operation(options).apply(inputs);
}

/** Gives symbolic tensors their methods; the library's index calls it once. */
export function installSymbolicMethods(): void {
  for (const [key, value] of Object.entries(methods)) {
    const name = key as keyof Fluent;
    const method = value as Method;
    Object.defineProperty(SymbolicTensor.prototype, name, {
      value(this: SymbolicTensor, ...rest: readonly unknown[]) {
        return nodeOf(name, method, [this, ...rest]);
      },
      writable: true,
      configurable: true,
    });
  }
}
