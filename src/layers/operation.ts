// Operation: one op as a node of a functional model. Keras writes `x * 2` and `relu(x)` on symbolic
// tensors as such nodes; models read from its files have them.
import * as activations from '../activations/index.js';
import { ArgumentError, UnknownNameError } from '../core/errors.js';
import { toCamelCase } from '../core/names.js';
import type { Plain } from '../core/op.js';
import type { PlainConfig } from '../core/serialized.js';
import type { Tensor } from '../core/tensor.js';
import { isList, isRecord } from '../core/tree.js';
import * as ops from '../ops/index.js';
import { getItem } from './get-item.js';
import { Layer } from './layer.js';
import type { LayerOptions } from './options.js';
import type { TensorTree } from './symbolic.js';
import { isTensor } from './symbolic-call.js';

type Operand = Tensor | number | boolean;
type Options = Readonly<Record<string, Plain>>;
type Run = (operands: readonly unknown[], options: Options) => Tensor;

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

function axesOf(options: Options): number | readonly number[] | undefined {
  const { axis } = options;
  if (typeof axis === 'number') return axis;
  return isList(axis) ? axis.map(Number) : undefined;
}

function sizesOf(value: Plain): number[] {
  return isList(value) ? value.map(Number) : [Number(value)];
}

const unary =
  (run: (x: Operand) => Tensor): Run =>
  ([x]) =>
    run(operand(x));
const binary =
  (run: (a: Operand, b: Operand) => Tensor): Run =>
  ([a, b]) =>
    run(operand(a), operand(b));
const reduction =
  (
    run: (x: Operand, options: { axis?: number | readonly number[]; keepDims: boolean }) => Tensor,
  ) =>
  ([x]: readonly unknown[], options: Options): Tensor => {
    const axis = axesOf(options);
    const keepDims = options.keepdims === true || options.keepDims === true;
    return run(operand(x), axis === undefined ? { keepDims } : { axis, keepDims });
  };
const activation =
  (name: string): Run =>
  ([x]) =>
    activations.get(name)(ops.asTensor(operand(x)));

/** The batch of the data takes the place of a batch that was unknown when the model was made. */
function reshaped(x: Tensor, sizes: readonly number[]): Tensor {
  const open = sizes.filter((size) => size === -1).length;
  return ops.reshape(
    x,
    sizes.map((size, axis) => (open > 1 && axis === 0 && size === -1 ? (x.shape[0] ?? 1) : size)),
  );
}

const NUMPY: readonly (readonly [name: string, run: Run])[] = [
  ['Absolute', unary(ops.abs)],
  ['Add', binary(ops.add)],
  ['All', reduction(ops.all)],
  ['Any', reduction(ops.any)],
  ['Clip', ([x], options) => ops.clip(operand(x), Number(options.xMin), Number(options.xMax))],
  ['Concatenate', ([list], options) => ops.concat(tensorsOf(list), Number(options.axis ?? 0))],
  ['Cos', unary(ops.cos)],
  ['Divide', binary(ops.div)],
  ['Equal', binary(ops.equal)],
  ['Exp', unary(ops.exp)],
  ['ExpandDims', ([x], options) => ops.expandDims(operand(x), Number(options.axis))],
  ['GetItem', ([x, key]) => getItem(ops.asTensor(operand(x)), key)],
  ['Greater', binary(ops.greater)],
  ['GreaterEqual', binary(ops.greaterEqual)],
  ['Less', binary(ops.less)],
  ['LessEqual', binary(ops.lessEqual)],
  ['Log', unary(ops.log)],
  ['LogicalAnd', binary(ops.logicalAnd)],
  ['LogicalNot', unary(ops.logicalNot)],
  ['LogicalOr', binary(ops.logicalOr)],
  ['Matmul', binary(ops.matmul)],
  ['Max', reduction(ops.max)],
  ['Maximum', binary(ops.maximum)],
  ['Mean', reduction(ops.mean)],
  ['Min', reduction(ops.min)],
  ['Minimum', binary(ops.minimum)],
  ['Multiply', binary(ops.mul)],
  ['Negative', unary(ops.neg)],
  ['NotEqual', binary(ops.notEqual)],
  ['Power', binary(ops.pow)],
  ['Prod', reduction(ops.prod)],
  [
    'Reshape',
    ([x], options) =>
      reshaped(ops.asTensor(operand(x)), sizesOf(options.newshape ?? options.newShape ?? [])),
  ],
  ['Sin', unary(ops.sin)],
  ['Sqrt', unary(ops.sqrt)],
  ['Square', unary(ops.square)],
  ['Squeeze', ([x], options) => ops.squeeze(operand(x), axesOf(options))],
  ['Subtract', binary(ops.sub)],
  ['Sum', reduction(ops.sum)],
  ['Tanh', unary(ops.tanh)],
  [
    'Transpose',
    ([x], options) =>
      ops.transpose(operand(x), isList(options.axes) ? options.axes.map(Number) : undefined),
  ],
  ['TrueDivide', binary(ops.div)],
];

const NN: readonly (readonly [name: string, run: Run])[] = [
  'Elu',
  'Gelu',
  'HardSigmoid',
  'HardSilu',
  'LeakyRelu',
  'LogSigmoid',
  'LogSoftmax',
  'Relu',
  'Relu6',
  'Selu',
  'Sigmoid',
  'Silu',
  'Softmax',
  'Softplus',
  'Softsign',
].map((name) => [name, activation(name)] as const);

const MODULES: ReadonlyMap<string, ReadonlyMap<string, Run>> = /* @__PURE__ */ new Map([
  ['keras.src.ops.numpy', new Map(NUMPY)],
  ['keras.src.ops.nn', new Map(NN)],
]);

/** Whether Keras has ops in this module. */
export function isOperationModule(module: unknown): module is string {
  return typeof module === 'string' && module.startsWith('keras.src.ops.');
}

/** Options of an operation: Keras's name of the op and where it has it, and the op's options. */
export interface OperationOptions extends LayerOptions {
  readonly operation: string;
  readonly module: string;
  readonly options: Options;
}

/** One op in a functional model. */
export class Operation extends Layer<OperationOptions> {
  override supportsMasking = true;
  readonly #run: Run;

  constructor(options: OperationOptions) {
    super(options);
    const known = MODULES.get(options.module);
    const run = known?.get(options.operation);
    if (run === undefined) {
      throw new UnknownNameError({
        what: `the operation "${options.operation}" of ${options.module} is not supported`,
        expected: `one of ${[...(known?.keys() ?? NUMPY.map(([name]) => name))].join(', ')}`,
        received: `"${options.operation}"`,
        fix: 'save the model with a layer in its place',
      });
    }
    this.#run = run;
    this.buildOnce(() => {});
  }

  /** The name of the op: that is what summaries and files show. */
  override get className(): string {
    return this.config.operation;
  }

  override get kerasModule(): string {
    return this.config.module;
  }

  override getConfig(): PlainConfig {
    return { name: this.name, ...this.config.options };
  }

  override callArguments(inputs: unknown): readonly unknown[] {
    // Concatenate takes one argument that is a list.
    return this.config.operation === 'Concatenate' || !isList(inputs) ? [inputs] : inputs;
  }

  protected override call(inputs: TensorTree): Tensor {
    return this.#run(this.callArguments(inputs), this.config.options);
  }
}

/** The operation that a Keras node describes. */
export function operationFrom(module: string, className: string, config: PlainConfig): Operation {
  const options: Record<string, Plain> = {};
  for (const [key, value] of Object.entries(config)) {
    if (key !== 'name') options[key === 'keepdims' ? key : toCamelCase(key)] = value;
  }
  const { name } = config;
  return new Operation({
    operation: className,
    module,
    options: isRecord(options) ? options : {},
    ...(typeof name === 'string' ? { name } : {}),
  });
}
