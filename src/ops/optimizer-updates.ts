// The update rules of the common optimizers as one kernel a variable: all state is read once and
// written once. Optimizers call these; what changes from step to step comes in as scalar tensors.
import { apply } from '../core/engine.js';
import { defineOp, type NoGradient, type Op } from '../core/op.js';
import { at } from '../core/sequence.js';
import type { Spec } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import * as build from '../kernels/ir/build.js';
import { mapsKernel, read } from '../kernels/ir/define.js';
import type { Expr } from '../kernels/ir/expr.js';

/** The kernel's view of one call: reads of state at one position, and of scalars. */
interface Rule<Attrs> {
  /** How many tensors are updated: the variable first, then its slots. They come first. */
  readonly updates: (attrs: Attrs) => number;
  /** New values of the updated tensors. */
  readonly values: (
    state: readonly Expr[],
    gradient: Expr,
    scalars: readonly Expr[],
    attrs: Attrs,
  ) => Expr[];
}

const NO_GRADIENT: NoGradient = {
  none: 'an optimizer update is the end of a training step and is not differentiated',
};

/** Inputs: the updated tensors, the gradient, then scalars. Outputs: the updated tensors. */
function updateOp<Attrs>(name: string, rule: Rule<Attrs>): Op<Attrs> {
  return defineOp<Attrs>({
    name,
    infer: (inputs, attrs): readonly Spec[] =>
      inputs.slice(0, rule.updates(attrs)).map(({ shape, dtype }) => ({ shape, dtype })),
    lower: ({ inputs, outputs, attrs }) => {
      const count = outputs.length;
      return [
        mapsKernel(inputs, outputs, (index) => {
          const state = inputs.slice(0, count).map((view) => read(view, index));
          const gradient = read(at(inputs, count), index);
          const scalars = inputs.slice(count + 1).map((view) => read(view, []));
          const like = at(state, 0);
          const alike = (value: Expr): Expr => build.cast(value, like.type.scalar);
          return rule.values(state.map(alike), alike(gradient), scalars.map(alike), attrs);
        }),
      ];
    },
    grad: NO_GRADIENT,
  });
}

const times = (a: Expr, factor: number): Expr => build.mul(a, build.literal(a, factor));

/** `weight` after decoupled decay: w − w·decay, where a decay is given. */
function decayed(weight: Expr, decay: Expr | undefined): Expr {
  return decay === undefined ? weight : build.sub(weight, build.mul(weight, decay));
}

interface SgdAttrs {
  readonly momentum: number;
  readonly nesterov: boolean;
}

/** m = μm − lr·g; w += m, or with Nesterov's look-ahead w += μm − lr·g; without momentum w −= lr·g. */
const sgdOp = updateOp<SgdAttrs>('sgdUpdate', {
  updates: ({ momentum }) => (momentum === 0 ? 1 : 2),
  values: (state, gradient, [rate = gradient, decay], { momentum, nesterov }) => {
    const weight = decayed(at(state, 0), decay);
    const step = build.mul(rate, gradient);
    const velocity = state[1];
    if (velocity === undefined) return [build.sub(weight, step)];
    const next = build.sub(times(velocity, momentum), step);
    const move = nesterov ? build.sub(times(next, momentum), step) : next;
    return [build.add(weight, move), next];
  },
});

interface AdamAttrs {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** m += (g − m)(1 − β1); v += (g² − v)(1 − β2); w −= α·m / (√v + ε); v̂ = max(v̂, v) for AMSGrad. */
const adamOp = updateOp<AdamAttrs & { readonly amsgrad: boolean }>('adamUpdate', {
  updates: ({ amsgrad }) => (amsgrad ? 4 : 3),
  values: (state, gradient, [alpha = gradient, decay], { beta1, beta2, epsilon }) => {
    const weight = decayed(at(state, 0), decay);
    const towards = (old: Expr, target: Expr, rest: number): Expr =>
      build.add(old, times(build.sub(target, old), rest));
    const mean = towards(at(state, 1), gradient, 1 - beta1);
    const square = towards(at(state, 2), build.mul(gradient, gradient), 1 - beta2);
    const largest = state[3] === undefined ? undefined : build.max(state[3], square);
    const root = build.sqrt(largest ?? square);
    const scale = build.add(root, build.literal(root, epsilon));
    const next = build.sub(weight, build.div(build.mul(mean, alpha), scale));
    return largest === undefined ? [next, mean, square] : [next, mean, square, largest];
  },
});

interface RmspropAttrs {
  readonly rho: number;
  readonly momentum: number;
  readonly epsilon: number;
  readonly centered: boolean;
}

/** v = ρv + (1 − ρ)g²; w −= lr·g / √(v − ḡ² + ε), through a momentum where there is one. */
const rmspropOp = updateOp<RmspropAttrs>('rmspropUpdate', {
  updates: ({ momentum, centered }) => 2 + Number(momentum > 0) + Number(centered),
  values: (state, gradient, [rate = gradient, decay], attrs) => {
    const { rho, momentum, epsilon, centered } = attrs;
    const weight = decayed(at(state, 0), decay);
    const average = (old: Expr, value: Expr): Expr =>
      build.add(times(old, rho), times(value, 1 - rho));
    const square = average(at(state, 1), build.mul(gradient, gradient));
    const mean = centered ? average(at(state, -1), gradient) : undefined;
    const spread = mean === undefined ? square : build.sub(square, build.mul(mean, mean));
    const scale = build.sqrt(build.add(spread, build.literal(spread, epsilon)));
    const step = build.div(build.mul(rate, gradient), scale);
    const velocity = momentum > 0 ? build.add(times(at(state, 2), momentum), step) : undefined;
    const next = build.sub(weight, velocity ?? step);
    return [next, square, velocity, mean].filter((value) => value !== undefined);
  },
});

/** A variable, its slots and its gradient, with the scalars of this step. */
export interface UpdateInputs {
  readonly value: Tensor;
  readonly slots: readonly Tensor[];
  readonly gradient: Tensor;
  /** The learning rate, or for Adam the bias-corrected step size. */
  readonly rate: Tensor;
  /** Learning rate times weight decay. */
  readonly decay?: Tensor | undefined;
}

function run<Attrs>(op: Op<Attrs>, inputs: UpdateInputs, attrs: Attrs): readonly Tensor[] {
  const { value, slots, gradient, rate, decay } = inputs;
  const scalars = decay === undefined ? [rate] : [rate, decay];
  return apply(op, [value, ...slots, gradient, ...scalars], attrs);
}

/** The variable and its momentum (if any) after a step of stochastic gradient descent. */
export function sgdUpdate(inputs: UpdateInputs, attrs: SgdAttrs): readonly Tensor[] {
  return run(sgdOp, inputs, attrs);
}

/** The variable, its momentum and velocity (and their maximum, if given) after a step of Adam. */
export function adamUpdate(inputs: UpdateInputs, attrs: AdamAttrs): readonly Tensor[] {
  return run(adamOp, inputs, { ...attrs, amsgrad: inputs.slots.length === 3 });
}

/** The variable and its slots after a step of RMSprop. */
export function rmspropUpdate(inputs: UpdateInputs, attrs: RmspropAttrs): readonly Tensor[] {
  return run(rmspropOp, inputs, attrs);
}

interface PowerAttrs {
  readonly beta1: number;
  readonly beta2: number;
}

const stepSizeOp = defineOp<PowerAttrs>({
  name: 'adamStepSize',
  infer: (inputs) => [{ shape: [], dtype: at(inputs, 0).dtype }],
  lower: ({ inputs, outputs, attrs }) => [
    mapsKernel(inputs, outputs, () => {
      const rate = read(at(inputs, 0), []);
      const step = build.cast(read(at(inputs, 1), []), rate.type.scalar);
      const rest = (beta: number): Expr =>
        build.sub(
          build.literal(rate, 1),
          build.call('pow', build.literal(rate, beta), build.add(step, build.literal(rate, 1))),
        );
      return [build.div(build.mul(rate, build.sqrt(rest(attrs.beta2))), rest(attrs.beta1))];
    }),
  ],
  grad: NO_GRADIENT,
});

/** lr·√(1 − β2^t) / (1 − β1^t) for t = iterations + 1 (Kingma and Ba 2015, end of section 2). */
export function adamStepSize(rate: Tensor, iterations: Tensor, attrs: PowerAttrs): Tensor {
  return at(apply(stepSizeOp, [rate, iterations], attrs), 0);
}
