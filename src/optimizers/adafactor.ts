// Adafactor (Shazeer and Stern 2018): second moments of matrices kept as rows and columns.
// Rule, slots and their names as in Keras 3.
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import type { Plain } from '../core/op.js';
import { at } from '../core/sequence.js';
import type { Tensor } from '../core/tensor.js';
import type { Variable } from '../core/variable.js';
import {
  add,
  cast,
  div,
  expandDims,
  maximum,
  mean,
  minimum,
  mul,
  pow,
  rsqrt,
  sqrt,
  square,
  sub,
} from '../ops/index.js';
import { Optimizer, type UpdateCall } from './optimizer.js';
import { OPTIMIZER_OPTIONS, type OptimizerOptions } from './options.js';
import type { SlotDefinition } from './slots.js';

/** Options of {@link Adafactor}. */
export interface AdafactorOptions extends OptimizerOptions {
  /** Default −0.8. */
  readonly beta2Decay?: number;
  /** Added to squared gradients; default 1e-30. */
  readonly epsilon1?: number;
  /** Smallest scale of a weight; default 1e-3. */
  readonly epsilon2?: number;
  /** Largest root mean square of a step; default 1. */
  readonly clipThreshold?: number;
  /** Whether the rate falls as 1/√t; default true. */
  readonly relativeStep?: boolean;
}

function rootMeanSquare(x: Tensor): Tensor {
  return sqrt(mean(square(x)));
}

/** Adam's accuracy with little memory: for large embedding and projection matrices. */
export class Adafactor extends Optimizer {
  static override readonly className = 'Adafactor';
  static override readonly optionNames: KnownOptions = {
    ...OPTIMIZER_OPTIONS,
    beta2Decay: true,
    epsilon1: true,
    epsilon2: true,
    clipThreshold: true,
    relativeStep: true,
  } satisfies OptionNames<AdafactorOptions>;
  readonly beta2Decay: number;
  readonly epsilon1: number;
  readonly epsilon2: number;
  readonly clipThreshold: number;
  readonly relativeStep: boolean;

  constructor(options: AdafactorOptions = {}) {
    super(options, { name: 'adafactor', learningRate: 0.001 });
    this.beta2Decay = options.beta2Decay ?? -0.8;
    this.epsilon1 = options.epsilon1 ?? 1e-30;
    this.epsilon2 = options.epsilon2 ?? 1e-3;
    this.clipThreshold = options.clipThreshold ?? 1;
    this.relativeStep = options.relativeStep ?? true;
  }

  /** Rows, columns and velocity; vectors keep Keras's two empty places before the velocity. */
  protected override slotsFor({ shape, name }: Variable): readonly SlotDefinition[] {
    const velocity = { name: 'velocity' };
    if (shape.length < 2) {
      const place: SlotDefinition = { fullName: name, path: name, shape: [], dtype: 'int32', name };
      return [place, place, velocity];
    }
    const part = { name, fullName: name };
    const rows = shape.slice(0, -1);
    const columns = [...shape.slice(0, -2), at(shape, -1)];
    return [{ ...part, shape: rows }, { ...part, shape: columns }, velocity];
  }

  /** The part of the old mean that stays, and the rate before it is scaled by the weight. */
  protected override prepare(rate: Tensor, iterations: Tensor): readonly Tensor[] {
    const step = cast(add(iterations, 1), 'float32');
    const rho = this.relativeStep ? minimum(rate, rsqrt(step)) : rate;
    return [sub(1, pow(step, this.beta2Decay)), rho];
  }

  protected override update({ value, slots, gradient, rate, shared }: UpdateCall) {
    const [first = value, second = value, old = value] = slots;
    const [beta = rate, rho = rate] = shared;
    const alpha = mul(maximum(rootMeanSquare(value), this.epsilon2), rho);
    const squares = add(square(gradient), this.epsilon1);
    const average = (before: Tensor, now: Tensor): Tensor =>
      add(mul(before, beta), mul(now, sub(1, beta)));
    let velocity: Tensor;
    let parts: readonly Tensor[] = [first, second];
    if (value.rank < 2) velocity = average(old, squares);
    else {
      const rows = average(first, mean(squares, { axis: -1 }));
      const columns = average(second, mean(squares, { axis: -2 }));
      const scale = mean(rows, { axis: -1, keepDims: true });
      velocity = mul(expandDims(div(rows, scale), -1), expandDims(columns, -2));
      parts = [rows, columns];
    }
    const direction = mul(gradient, rsqrt(velocity));
    const limit = maximum(div(rootMeanSquare(direction), this.clipThreshold), 1);
    return [sub(value, mul(div(direction, limit), alpha)), ...parts, velocity];
  }

  override getConfig(): Record<string, Plain> {
    const { beta2Decay, epsilon1, epsilon2, clipThreshold, relativeStep } = this;
    const own = { beta2Decay, epsilon1, epsilon2, clipThreshold, relativeStep };
    return { ...super.getConfig(), ...own };
  }
}
