// What Keras's operations compute, by the names that its files give them: a table from class names to
// our ops. Operation, the node of a functional model, looks its op up here.
import type { DType } from '../core/dtype.js';
import { ArgumentError } from '../core/errors.js';
import type { Plain } from '../core/op.js';
import { isTensor, type Tensor } from '../core/tensor.js';
import { isList } from '../core/tree.js';
import * as ops from '../ops/index.js';
import { getItem } from './get-item.js';

type Operand = Tensor | number | boolean;

/** Settings of an operation, under our spelling of Keras's names. */
export type OperationSettings = Readonly<Record<string, Plain>>;

/** Computes an operation from the arguments of its call and its settings. */
export type Run = (operands: readonly unknown[], options: OperationSettings) => Tensor;

function operand(value: unknown): Operand {
  if (isTensor(value) || typeof value === 'number' || typeof value === 'boolean') return value;
  throw new ArgumentError({
    what: 'an operand is neither a tensor nor a number',
    received: typeof value,
    fix: 'save the model again',
  });
}

function tensorsOf(value: unknown): Tensor[] {
  return (isList(value) ? value : [value]).map((item) => ops.asTensor(operand(item)));
}

/** A list of whole numbers; a single number is a list of one. */
function sizesOf(value: unknown): number[] {
  return (isList(value) ? value : [value]).map(Number);
}

/** Axes as Keras writes them; undefined for all. */
function axesOf({ axis }: OperationSettings): number | readonly number[] | undefined {
  if (typeof axis === 'number') return axis;
  return isList(axis) ? axis.map(Number) : undefined;
}

function axisOf(options: OperationSettings, fallback: number): number {
  return typeof options.axis === 'number' ? options.axis : fallback;
}

/** A setting that is a number, and what counts where it is left out. */
function numberOf(value: Plain, fallback: number): number {
  return typeof value === 'number' ? value : fallback;
}

const unary =
  (run: (x: Operand) => Tensor): Run =>
  ([x]) =>
    run(operand(x));
const binary =
  (run: (a: Operand, b: Operand) => Tensor): Run =>
  ([a, b]) =>
    run(operand(a), operand(b));

/** Whether reduced axes stay, of size 1. Configs of ours have the name in our spelling. */
function keepsDims({ keepdims, keepDims }: OperationSettings): boolean {
  return keepdims === true || keepDims === true;
}

interface Reduced {
  readonly axis?: number | readonly number[];
  readonly keepDims: boolean;
}

const reduction =
  (run: (x: Operand, options: Reduced) => Tensor): Run =>
  ([x], options) => {
    const axis = axesOf(options);
    const keepDims = keepsDims(options);
    return run(operand(x), axis === undefined ? { keepDims } : { axis, keepDims });
  };

/** Along one axis, or along all elements in a row. */
const running =
  (run: (x: Tensor, options: { readonly axis: number }) => Tensor): Run =>
  ([x], options) => {
    const input = ops.asTensor(operand(x));
    const isFlat = typeof options.axis !== 'number';
    return run(isFlat ? ops.ravel(input) : input, { axis: axisOf(options, 0) });
  };

const along =
  (run: (x: Operand, options: { readonly axis: number }) => Tensor): Run =>
  ([x], options) =>
    run(operand(x), { axis: axisOf(options, -1) });

const picked =
  (run: (x: Operand, options: { axis?: number; keepDims: boolean }) => Tensor): Run =>
  ([x], options) => {
    const keepDims = keepsDims(options);
    const { axis } = options;
    return run(operand(x), typeof axis === 'number' ? { axis, keepDims } : { keepDims });
  };

/** The batch of the data takes the place of a batch that was unknown when the model was made. */
function reshaped(x: Tensor, sizes: readonly number[]): Tensor {
  const open = sizes.filter((size) => size === -1).length;
  return ops.reshape(
    x,
    sizes.map((size, axis) => (open > 1 && axis === 0 && size === -1 ? (x.shape[0] ?? 1) : size)),
  );
}

/** Softmax over one axis, or over several at once. */
function softmax([x]: readonly unknown[], options: OperationSettings): Tensor {
  return ops.softmax(operand(x), { axis: axesOf(options) ?? -1 });
}

function logSoftmax([x]: readonly unknown[], options: OperationSettings): Tensor {
  return ops.logSoftmax(operand(x), { axis: axesOf(options) ?? -1 });
}

function padded([x]: readonly unknown[], options: OperationSettings): Tensor {
  const { padWidth, mode, constantValues: value } = options;
  const pairs = isList(padWidth) ? padWidth : [];
  const kind = mode === 'reflect' || mode === 'symmetric' ? mode : 'constant';
  return ops.pad(
    operand(x),
    pairs.map((pair) => {
      const [before = 0, after = 0] = sizesOf(pair);
      return [before, after] as const;
    }),
    { mode: kind, ...(typeof value === 'number' ? { value } : {}) },
  );
}

const ELEMENTWISE: readonly (readonly [name: string, run: Run])[] = [
  ['Absolute', unary(ops.abs)],
  ['Add', binary(ops.add)],
  ['Arccos', unary(ops.acos)],
  ['Arccosh', unary(ops.acosh)],
  ['Arcsin', unary(ops.asin)],
  ['Arcsinh', unary(ops.asinh)],
  ['Arctan', unary(ops.atan)],
  ['Arctan2', binary(ops.atan2)],
  ['Arctanh', unary(ops.atanh)],
  ['Ceil', unary(ops.ceil)],
  ['Clip', ([x], options) => ops.clip(operand(x), Number(options.xMin), Number(options.xMax))],
  ['Cos', unary(ops.cos)],
  ['Cosh', unary(ops.cosh)],
  ['Divide', binary(ops.div)],
  ['DivideNoNan', binary(ops.divideNoNan)],
  ['Equal', binary(ops.equal)],
  ['Exp', unary(ops.exp)],
  ['Expm1', unary(ops.expm1)],
  ['Floor', unary(ops.floor)],
  ['FloorDivide', binary(ops.floorDiv)],
  ['Greater', binary(ops.greater)],
  ['GreaterEqual', binary(ops.greaterEqual)],
  ['Isfinite', unary(ops.isFinite)],
  ['Isinf', unary(ops.isInf)],
  ['Isnan', unary(ops.isNaN)],
  ['Less', binary(ops.less)],
  ['LessEqual', binary(ops.lessEqual)],
  ['Log', unary(ops.log)],
  ['Log10', unary(ops.log10)],
  ['Log1p', unary(ops.log1p)],
  ['Log2', unary(ops.log2)],
  ['Logaddexp', binary(ops.logAddExp)],
  ['LogicalAnd', binary(ops.logicalAnd)],
  ['LogicalNot', unary(ops.logicalNot)],
  ['LogicalOr', binary(ops.logicalOr)],
  ['LogicalXor', binary(ops.logicalXor)],
  ['Maximum', binary(ops.maximum)],
  ['Minimum', binary(ops.minimum)],
  ['Mod', binary(ops.mod)],
  ['Multiply', binary(ops.mul)],
  ['Negative', unary(ops.neg)],
  ['NotEqual', binary(ops.notEqual)],
  ['OnesLike', unary(ops.onesLike)],
  ['Power', binary(ops.pow)],
  ['Reciprocal', unary(ops.reciprocal)],
  ['Round', ([x], options) => ops.round(operand(x), numberOf(options.decimals, 0))],
  ['Sign', unary(ops.sign)],
  ['Sin', unary(ops.sin)],
  ['Sinh', unary(ops.sinh)],
  ['Sqrt', unary(ops.sqrt)],
  ['Square', unary(ops.square)],
  ['Subtract', binary(ops.sub)],
  ['Tan', unary(ops.tan)],
  ['Tanh', unary(ops.tanh)],
  ['TrueDivide', binary(ops.div)],
  ['Where', ([test, yes, no]) => ops.where(operand(test), operand(yes), operand(no))],
  ['ZerosLike', unary(ops.zerosLike)],
];

const REDUCTIONS: readonly (readonly [name: string, run: Run])[] = [
  ['All', reduction(ops.all)],
  ['Amax', reduction(ops.max)],
  ['Amin', reduction(ops.min)],
  ['Any', reduction(ops.any)],
  ['Argmax', picked(ops.argMax)],
  ['Argmin', picked(ops.argMin)],
  ['Cumprod', running(ops.cumprod)],
  ['Cumsum', running(ops.cumsum)],
  ['Max', reduction(ops.max)],
  ['Mean', reduction(ops.mean)],
  ['Min', reduction(ops.min)],
  ['Prod', reduction(ops.prod)],
  ['Std', reduction(ops.std)],
  ['Sum', reduction(ops.sum)],
  ['Var', reduction(ops.variance)],
];

const ARRANGING: readonly (readonly [name: string, run: Run])[] = [
  ['BroadcastTo', ([x], options) => ops.broadcastTo(operand(x), sizesOf(options.shape))],
  ['Concatenate', ([list], options) => ops.concat(tensorsOf(list), axisOf(options, 0))],
  ['Dot', binary(ops.dot)],
  ['Einsum', (list, options) => ops.einsum(String(options.subscripts), ...list.map(operand))],
  ['ExpandDims', ([x], options) => ops.expandDims(operand(x), axesOf(options) ?? 0)],
  ['Flip', ([x], options) => ops.flip(operand(x), axesOf(options))],
  ['GetItem', ([x, key]) => getItem(ops.asTensor(operand(x)), key)],
  ['Matmul', binary(ops.matmul)],
  [
    'Moveaxis',
    ([x], { source, destination }) =>
      ops.moveAxis(operand(x), sizesOf(source), sizesOf(destination)),
  ],
  ['Outer', binary(ops.outer)],
  ['Pad', padded],
  ['Ravel', unary(ops.ravel)],
  [
    'Repeat',
    ([x], options) => {
      const { repeats, axis } = options;
      const count = typeof repeats === 'number' ? repeats : sizesOf(repeats);
      return ops.repeat(operand(x), count, typeof axis === 'number' ? axis : undefined);
    },
  ],
  [
    'Reshape',
    ([x], options) =>
      reshaped(ops.asTensor(operand(x)), sizesOf(options.newshape ?? options.newShape ?? [])),
  ],
  ['Roll', ([x], options) => ops.roll(operand(x), sizesOf(options.shift), axesOf(options))],
  ['Squeeze', ([x], options) => ops.squeeze(operand(x), axesOf(options))],
  ['Stack', ([list], options) => ops.stack(tensorsOf(list), axisOf(options, 0))],
  [
    'Swapaxes',
    ([x], { axis1, axis2 }) => ops.swapAxes(operand(x), numberOf(axis1, 0), numberOf(axis2, 1)),
  ],
  [
    'Take',
    ([x, indices], { axis }) =>
      ops.take(operand(x), operand(indices), typeof axis === 'number' ? { axis } : {}),
  ],
  ['Tile', ([x], options) => ops.tile(operand(x), sizesOf(options.repeats))],
  [
    'Transpose',
    ([x], options) =>
      ops.transpose(operand(x), isList(options.axes) ? options.axes.map(Number) : undefined),
  ],
];

const NN: readonly (readonly [name: string, run: Run])[] = [
  ['Celu', ([x], { alpha }) => ops.celu(operand(x), { alpha: numberOf(alpha, 1) })],
  ['Elu', ([x], { alpha }) => ops.elu(operand(x), { alpha: numberOf(alpha, 1) })],
  ['Gelu', ([x], { approximate }) => ops.gelu(operand(x), { approximate: approximate !== false })],
  ['Glu', along(ops.glu)],
  [
    'HardShrink',
    ([x], { threshold }) => ops.hardShrink(operand(x), { threshold: numberOf(threshold, 0.5) }),
  ],
  ['HardSigmoid', unary(ops.hardSigmoid)],
  ['HardSilu', unary(ops.hardSwish)],
  ['HardTanh', unary(ops.hardTanh)],
  [
    'LeakyRelu',
    ([x], options) =>
      ops.leakyRelu(operand(x), { negativeSlope: numberOf(options.negativeSlope, 0.2) }),
  ],
  ['LogSigmoid', unary(ops.logSigmoid)],
  ['LogSoftmax', logSoftmax],
  ['Relu', unary(ops.relu)],
  ['Relu6', unary(ops.relu6)],
  ['Selu', unary(ops.selu)],
  ['Sigmoid', unary(ops.sigmoid)],
  ['Silu', unary(ops.silu)],
  [
    'SoftShrink',
    ([x], { threshold }) => ops.softShrink(operand(x), { threshold: numberOf(threshold, 0.5) }),
  ],
  ['Softmax', softmax],
  ['Softplus', unary(ops.softplus)],
  ['Softsign', unary(ops.softsign)],
  ['Squareplus', ([x], { b }) => ops.squareplus(operand(x), { b: numberOf(b, 4) })],
  ['TanhShrink', unary(ops.tanhShrink)],
];

const MATH: readonly (readonly [name: string, run: Run])[] = [
  ['Erf', unary(ops.erf)],
  ['Logsumexp', reduction(ops.logSumExp)],
  ['Rsqrt', unary(ops.rsqrt)],
];

const CORE: readonly (readonly [name: string, run: Run])[] = [
  // The op itself refuses a dtype that does not exist.
  ['Cast', ([x], { dtype }) => ops.cast(operand(x), String(dtype) as DType)],
  // In files it stands where layers of attention hand masks on.
  [
    'ConvertToTensor',
    ([x], { dtype }) => {
      const value = ops.asTensor(operand(x));
      return dtype ? ops.cast(value, String(dtype) as DType) : value;
    },
  ],
  ['StopGradient', unary(ops.stopGradient)],
];

const MODULES: ReadonlyMap<string, ReadonlyMap<string, Run>> = /* @__PURE__ */ new Map([
  ['keras.src.ops.numpy', new Map([...ELEMENTWISE, ...REDUCTIONS, ...ARRANGING])],
  ['keras.src.ops.nn', new Map(NN)],
  ['keras.src.ops.math', new Map(MATH)],
  ['keras.src.ops.core', new Map(CORE)],
]);

/** Operations whose call takes one list of tensors. */
const OF_LISTS: ReadonlySet<string> = new Set(['Concatenate', 'Stack']);

/** Whether the call of the operation has one argument that is a list. */
export function takesList(operation: string): boolean {
  return OF_LISTS.has(operation);
}

/** What the operation computes; undefined where we do not have it. */
export function runOf(module: string, operation: string): Run | undefined {
  return MODULES.get(module)?.get(operation);
}

/** The operations that a module has here. */
export function operationsOf(module: string): readonly string[] {
  return [...(MODULES.get(module) ?? new Map(ELEMENTWISE)).keys()];
}
