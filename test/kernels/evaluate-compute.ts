// What a Compute means, worked out in float64 one position at a time, without any recipe.
// The independent word on what schedules must give.
import type { TypedArray } from '../../src/core/dtype.js';
import {
  fromBfloat16Bits,
  fromFloat16Bits,
  toBfloat16Bits,
  toFloat16Bits,
} from '../../src/core/half.js';
import { denseStrides } from '../../src/core/layout.js';
import { at, product } from '../../src/core/sequence.js';
import { bitcastFunction, castFunction } from '../../src/kernels/emit/interpreter-functions.js';
import { intrinsics } from '../../src/kernels/intrinsics.js';
import type { Axis, CallExpr, Expr } from '../../src/kernels/ir/expr.js';
import type { Combine, Compute } from '../../src/kernels/ir/kernel.js';

const JOIN: Readonly<Record<Combine, readonly [number, (a: number, b: number) => number]>> = {
  sum: [0, (a, b) => a + b],
  prod: [1, (a, b) => a * b],
  max: [Number.NEGATIVE_INFINITY, (a, b) => Math.max(a, b)],
  min: [Number.POSITIVE_INFINITY, (a, b) => Math.min(a, b)],
  and: [1, (a, b) => a & b],
  or: [0, (a, b) => a | b],
};

class Evaluation {
  readonly #positions = new Map<Axis, number>();
  #known = new Map<Expr, number>();
  #stages: number[] = [];

  constructor(
    private readonly compute: Compute,
    private readonly inputs: readonly TypedArray[],
    private readonly outputs: readonly TypedArray[],
  ) {}

  run(): void {
    const { axes, stages, outputs } = this.compute;
    this.#each(axes, () => {
      this.#stages = [];
      for (const { over, by, body } of stages) {
        const [start, join] = JOIN[by];
        let total = start;
        this.#each(over, () => {
          total = join(total, this.#value(body));
        });
        this.#stages.push(total);
      }
      for (const output of outputs) {
        const strides = denseStrides(output.shape);
        this.#each(output.over, () => {
          const index = output.at.map((part) => this.#value(part));
          const place = index.reduce((sum, part, axis) => sum + part * at(strides, axis), 0);
          const value = this.#value(output.value);
          const half = output.dtype === 'bfloat16' ? toBfloat16Bits : toFloat16Bits;
          const isHalf = output.dtype === 'bfloat16' || output.dtype === 'float16';
          at(this.outputs, output.output)[place] = isHalf ? half(value) : value;
        });
      }
    });
  }

  #each(axes: readonly Axis[], body: () => void): void {
    const total = product(axes.map(({ extent }) => extent));
    for (let flat = 0; flat < total; flat++) {
      let rest = flat;
      for (const axis of [...axes].reverse()) {
        this.#positions.set(axis, rest % axis.extent);
        rest = Math.floor(rest / axis.extent);
      }
      this.#known = new Map();
      body();
    }
  }

  #value(expr: Expr): number {
    const known = this.#known.get(expr);
    if (known !== undefined) return known;
    const value = this.#compute(expr);
    this.#known.set(expr, value);
    return value;
  }

  #compute(expr: Expr): number {
    switch (expr.kind) {
      case 'const':
      case 'size':
        return expr.value;
      case 'axis':
        return this.#positions.get(expr.axis) ?? Number.NaN;
      case 'read':
        return this.#read(expr.input, expr.at);
      case 'stage':
        return at(this.#stages, expr.stage);
      case 'term':
        return this.#value(at(this.compute.stages, expr.stage).body);
      case 'call':
        return this.#call(expr);
      case 'cast':
        return castFunction(expr.value.type.scalar, expr.type.scalar)(this.#value(expr.value));
      case 'bitcast':
        return bitcastFunction(expr.value.type.scalar, expr.type.scalar)(this.#value(expr.value));
      default:
        throw new Error(`${expr.kind} does not belong in a Compute`);
    }
  }

  #read(input: number, index: readonly Expr[]): number {
    const { dtype, offset, strides } = at(this.compute.inputs, input);
    const place = index.reduce(
      (sum, part, axis) => sum + this.#value(part) * at(strides, axis),
      offset,
    );
    const value = at(this.inputs, input)[place] ?? Number.NaN;
    if (dtype === 'bfloat16') return fromBfloat16Bits(value);
    return dtype === 'float16' ? fromFloat16Bits(value) : value;
  }

  #call(expr: CallExpr): number {
    const [a = 0, b = 0, c = 0] = expr.args.map((arg) => this.#value(arg));
    const { scalar } = at(expr.args, -1).type;
    if (scalar === 'i32' && expr.fn === 'mul') return Math.imul(a, b);
    if (scalar === 'u32' && expr.fn === 'mul') return Math.imul(a, b) >>> 0;
    const result = intrinsics[expr.fn].js(a, b, c);
    if (expr.type.scalar === 'i32') return result | 0;
    return expr.type.scalar === 'u32' ? result >>> 0 : result;
  }
}

/** Fills `outputs` with what `compute` says. */
export function evaluateCompute(
  compute: Compute,
  inputs: readonly TypedArray[],
  outputs: readonly TypedArray[],
): void {
  new Evaluation(compute, inputs, outputs).run();
}
