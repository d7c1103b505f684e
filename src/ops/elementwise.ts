// Makers of elementwise ops: one kernel body gives the op, its function and every derivative.
import { type DType, isFloat, promote } from '../core/dtype.js';
import { defineOp, type GradientRule, type NoGradient, type Op } from '../core/op.js';
import { at } from '../core/sequence.js';
import { broadcastShapes, spec } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { cast, mul as multiplied } from '../kernels/ir/build.js';
import { broadcastIndex, mapKernel } from '../kernels/ir/define.js';
import type { Expr } from '../kernels/ir/expr.js';
import { applyOne, asTensor, operands, type TensorLike } from './convert.js';
import { derivative } from './derivative.js';
import { fit, floatOf, numberOf, readAs } from './kernel-values.js';

/** A public function of one tensor, with the op it applies. */
export interface UnaryFunction {
  (x: TensorLike): Tensor;
  readonly op: Op;
}

/** A public function of two tensors that broadcast, with the op it applies. */
export interface BinaryFunction {
  (a: TensorLike, b: TensorLike): Tensor;
  readonly op: Op;
}

/** What an elementwise op of one input is made of. */
export interface UnaryRule<Attrs> {
  readonly name: string;
  /** `float`: other dtypes become float32; `number`: bools become int32; `bool`: a test. */
  readonly gives: 'float' | 'number' | 'bool';
  readonly body: (x: Expr, attrs: Attrs) => Expr;
  /** Derived from the body where it is not given. */
  readonly grad?: GradientRule<Attrs> | NoGradient;
}

const RESULT = {
  float: floatOf,
  number: numberOf,
  bool: (): DType => 'bool',
} as const;

/** The dtype a body is computed in: that of the result, except in tests. */
function workDType(gives: UnaryRule<undefined>['gives'], input: DType): DType {
  return gives === 'bool' ? input : RESULT[gives](input);
}

/**
 * The op dy * f⁽ⁿ⁾(x) of inputs x and dy. Its own gradient is made of the next order:
 * with upstream G, dx = G * dy * f⁽ⁿ⁺¹⁾(x) and ddy = G * f⁽ⁿ⁾(x).
 */
function slopeOp<Attrs>(rule: UnaryRule<Attrs>, order: number, times: BinaryProduct): Op<Attrs> {
  let next: Op<Attrs> | undefined;
  const self: Op<Attrs> = defineOp<Attrs>({
    name: `${rule.name}Slope${order}`,
    infer: (inputs) => [spec(at(inputs, 0).shape, at(inputs, 0).dtype)],
    lower: ({ inputs, outputs, attrs }) => {
      const output = at(outputs, 0);
      return [
        mapKernel(inputs, output, (index) => {
          const x = readAs(at(inputs, 0), index, output.dtype);
          let slope = rule.body(x, attrs);
          for (let count = 0; count < order; count++) slope = derivative(slope, x);
          const dy = cast(readAs(at(inputs, 1), index, output.dtype), slope.type.scalar);
          return fit(multiplied(dy, slope), output.dtype);
        }),
      ];
    },
    grad: ({ inputs, attrs, dy: upstream, needs }) => {
      const x = at(inputs, 0);
      const dy = at(inputs, 1);
      next ??= slopeOp(rule, order + 1, times);
      return [
        needs[0] ? applyOne(next, [x, times(dy, upstream)], attrs) : undefined,
        needs[1] ? applyOne(self, [x, upstream], attrs) : undefined,
      ];
    },
  });
  return self;
}

type BinaryProduct = (a: Tensor, b: Tensor) => Tensor;

/** The product that slopes of slopes need; its own gradient is itself. */
const slopeProduct: Op = defineOp({
  name: 'slopeProduct',
  infer: (inputs) => [at(inputs, 0)],
  lower: ({ inputs, outputs }) => {
    const output = at(outputs, 0);
    return [
      mapKernel(inputs, output, (index) =>
        multiplied(
          readAs(at(inputs, 0), index, output.dtype),
          readAs(at(inputs, 1), index, output.dtype),
        ),
      ),
    ];
  },
  grad: ({ inputs, dy, needs }) => [
    needs[0] ? timesSlope(dy, at(inputs, 1)) : undefined,
    needs[1] ? timesSlope(dy, at(inputs, 0)) : undefined,
  ],
});

function timesSlope(a: Tensor, b: Tensor): Tensor {
  return applyOne(slopeProduct, [a, b], undefined);
}

/** An elementwise op of one input. */
export function unaryOp<Attrs = undefined>(rule: UnaryRule<Attrs>): Op<Attrs> {
  let slope: Op<Attrs> | undefined;
  const derived: GradientRule<Attrs> = ({ inputs, attrs, dy }) => {
    const x = at(inputs, 0);
    if (!isFloat(x.dtype)) return [undefined];
    slope ??= slopeOp(rule, 1, timesSlope);
    return [applyOne(slope, [x, dy], attrs)];
  };
  return defineOp<Attrs>({
    name: rule.name,
    infer: (inputs) => {
      const { shape, dtype } = at(inputs, 0);
      return [spec(shape, RESULT[rule.gives](dtype))];
    },
    lower: ({ inputs, outputs, attrs }) => {
      const input = at(inputs, 0);
      const output = at(outputs, 0);
      const work = workDType(rule.gives, input.dtype);
      return [
        mapKernel(inputs, output, (index) =>
          fit(rule.body(readAs(input, index, work), attrs), output.dtype),
        ),
      ];
    },
    grad: rule.grad ?? derived,
  });
}

/** An elementwise function of one tensor without attributes. */
export function unary(rule: UnaryRule<undefined>): UnaryFunction {
  const op = unaryOp(rule);
  return Object.assign((x: TensorLike) => applyOne(op, [asTensor(x)], undefined), { op });
}

/** What an elementwise op of two inputs is made of. */
export interface BinaryRule {
  readonly name: string;
  /** As for one input; both are brought to their common dtype first. */
  readonly gives: 'float' | 'number' | 'bool';
  /** The dtype that tests compare in, where it is not the common one. */
  readonly compares?: DType;
  readonly body: (a: Expr, b: Expr) => Expr;
  readonly grad: GradientRule<undefined> | NoGradient;
}

/** An elementwise function of two tensors that broadcast. */
export function binary(rule: BinaryRule): BinaryFunction {
  const op = defineOp({
    name: rule.name,
    infer: (inputs) => {
      const a = at(inputs, 0);
      const b = at(inputs, 1);
      const shape = broadcastShapes(rule.name, a.shape, b.shape);
      return [spec(shape, RESULT[rule.gives](promote(a.dtype, b.dtype)))];
    },
    lower: ({ inputs, outputs }) => {
      const a = at(inputs, 0);
      const b = at(inputs, 1);
      const output = at(outputs, 0);
      const work = workDType(rule.gives, promote(a.dtype, b.dtype));
      return [
        mapKernel(inputs, output, (index) => {
          const left = readAs(a, broadcastIndex(a.shape, index), work);
          const right = readAs(b, broadcastIndex(b.shape, index), work);
          return fit(rule.body(left, right), output.dtype);
        }),
      ];
    },
    grad: rule.grad,
  });
  const fn = (a: TensorLike, b: TensorLike): Tensor => applyOne(op, operands([a, b]), undefined);
  return Object.assign(fn, { op });
}
