// The classes of tools/oracle/subclasses.py, made of every parent that a program can extend.
import {
  type CallContext,
  constraints,
  type DType,
  initializers,
  Layer,
  losses,
  Model,
  metrics,
  ops,
  optimizers,
  regularizers,
  type Shape,
  type Tensor,
  type Variable,
  type Weight,
  Wrapper,
} from '../../src/index.js';

class Ramp extends initializers.Initializer {
  override initialize(shape: Shape, dtype: DType): Tensor {
    const size = shape.reduce((product, axis) => product * axis, 1);
    return ops.reshape(ops.mul(ops.arange(0, size, 1, dtype), 0.1), shape);
  }
}

class Quartic extends regularizers.Regularizer {
  override apply(x: Tensor): Tensor {
    return x.pow(4).sum().mul(0.01);
  }
}

class Capped extends constraints.Constraint {
  override apply(weight: Tensor): Tensor {
    return ops.minimum(weight, 0.5);
  }
}

class Doubled extends Layer<{ readonly units: number }> {
  #w?: Weight;
  #offset?: Weight;

  override build(inputShape: readonly (number | null)[]): void {
    const { units } = this.config;
    this.#w = this.weight('w', [inputShape.at(-1) ?? 0, units], {
      initializer: new Ramp(),
      regularizer: new Quartic(),
      constraint: new Capped(),
    });
    this.#offset = this.weight('offset', [units], { initializer: 'zeros' });
  }

  override call(x: Tensor): Tensor {
    return x
      .matmul(this.#w ?? 0)
      .mul(2)
      .add(this.#offset ?? 0);
  }
}

class PlusOne extends Wrapper<{ readonly layer: Doubled }> {
  override call(x: Tensor): Tensor {
    return this.layer.apply(x).add(1);
  }
}

/** The mean of |difference|³. */
export class Cubed extends losses.Loss {
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return yTrue.sub(yPred).abs().pow(3).mean({ axis: -1 });
  }
}

class Worst extends metrics.Metric {
  readonly #worst = this.addVariable('worst', []);

  override updateState(yTrue: Tensor, yPred: Tensor): void {
    this.#worst.assign(ops.maximum(this.#worst.value, yTrue.sub(yPred).abs().max()));
  }

  override result(): Tensor {
    return this.#worst.value;
  }
}

const signed = (yTrue: Tensor, yPred: Tensor): Tensor => yPred.sub(yTrue).mean({ axis: -1 });

class Heavy extends optimizers.Optimizer {
  protected override slotsFor() {
    return [{ name: 'velocity' }];
  }

  protected override update({ value, gradient, slots, rate }: optimizers.UpdateCall) {
    const velocity = ops.add(ops.mul(slots[0] ?? 0, 0.5), gradient);
    return [value.sub(velocity.mul(rate)), velocity];
  }
}

class Slowing extends optimizers.schedules.LearningRateSchedule {
  override call(step: Tensor): Tensor {
    return ops.div(0.05, ops.add(ops.cast(step, 'float32'), 1));
  }
}

class Stack extends Model {
  readonly first = new PlusOne({ layer: new Doubled({ units: 3 }) });
  readonly last = new Doubled({ units: 1 });

  override call(x: Tensor, _context: CallContext): Tensor {
    return this.last.apply(this.first.apply(x).tanh());
  }
}

/** The model of the oracle, compiled; its weights come with the first batch. */
export function ownModel(runEagerly: boolean): {
  readonly model: Model;
  readonly state: () => readonly Variable[];
} {
  const model = new Stack();
  const options = { learningRate: new Slowing(), weightDecay: 0.01, clipnorm: 0.5 };
  const optimizer = new Heavy(options, { name: 'heavy', learningRate: 0.05 });
  model.compile({
    optimizer,
    loss: new Cubed(),
    runEagerly,
    metrics: [
      new Worst({ name: 'worst' }),
      new metrics.MeanMetricWrapper(signed, { name: 'signed' }),
    ],
  });
  return { model, state: () => optimizer.variables };
}
