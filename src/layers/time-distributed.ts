// TimeDistributed: the same layer for each time step.
import { ShapeError } from '../core/errors.js';
import { formatShape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { reshape, stack, unstack } from '../ops/index.js';
import { type CallContext, singleMask } from './call-context.js';
import { Layer } from './layer.js';
import { type LayerOptions, type Resolved, withDefaults } from './options.js';
import type { PartialShape } from './symbolic.js';

/** Options of {@link TimeDistributed}. */
export interface TimeDistributedOptions extends LayerOptions {
  /** The layer for one time step. */
  readonly layer: Layer;
}

/**
 * Applies a layer to every step of `[batch, steps, ...]`. A layer with statistics (such as batch
 * normalization) is trained on one step after another, as in Keras. A mask `[batch, steps, ...]`
 * reaches the layer without the axis of steps.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const each = layers.timeDistributed({ layer: layers.dense({ units: 2 }) });
 * console.log(each.apply(layers.input({ shape: [5, 3] })).shape); // [ null, 5, 2 ]
 * ```
 */
export class TimeDistributed extends Layer<Resolved<TimeDistributedOptions>> {
  static readonly className = 'TimeDistributed';
  static readonly kerasModule = 'keras.layers';
  override supportsMasking = true;
  override readonly takesMask = true;
  private readonly layer: Layer;

  constructor(options: TimeDistributedOptions) {
    super(withDefaults('TimeDistributed', {}, ['layer'], options));
    this.layer = this.config.layer;
    this.inputSpec = { minRank: 3 };
  }

  protected override build(inputShape: PartialShape): void {
    this.layer.ensureBuilt([inputShape[0] ?? null, ...inputShape.slice(2)]);
  }

  protected override call(x: Tensor, { training, mask }: CallContext): Tensor {
    const kept = singleMask(mask);
    if (kept !== undefined) checkMask(kept, x);
    return this.#keepsStatistics(training)
      ? this.#stepByStep(x, kept, training)
      : this.#allAtOnce(x, kept, training);
  }

  /** Whether a training step changes weights by the way, so that steps must come one by one. */
  #keepsStatistics(training: boolean): boolean {
    const { layer } = this;
    return training && layer.trainable && layer.weights.some((weight) => !weight.trainable);
  }

  #stepByStep(x: Tensor, mask: Tensor | undefined, training: boolean): Tensor {
    const masks = mask === undefined ? [] : unstack(mask, 1);
    const results = unstack(x, 1).map((step, index) =>
      this.layer.apply(step, { training, mask: masks[index] ?? null }),
    );
    return stack(results, 1);
  }

  /** Steps are samples to the layer: one call does them all. */
  #allAtOnce(x: Tensor, mask: Tensor | undefined, training: boolean): Tensor {
    const [batch = 1, steps = 1, ...rest] = x.shape;
    const y = this.layer.apply(reshape(x, [batch * steps, ...rest]), {
      training,
      mask: mask === undefined ? null : reshape(mask, [batch * steps, ...mask.shape.slice(2)]),
    });
    return reshape(y, [batch, steps, ...y.shape.slice(1)]);
  }
}

function checkMask(mask: Tensor, x: Tensor): void {
  const [batch = 1, steps = 1] = x.shape;
  if (mask.shape[0] === batch && mask.shape[1] === steps) return;
  throw new ShapeError({
    what: 'the mask does not fit the inputs',
    expected: `a mask that begins with [${batch}, ${steps}], the batch and the steps`,
    received: formatShape(mask.shape),
    fix: 'give one value for each step, or leave the mask out',
  });
}
