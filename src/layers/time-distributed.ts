// TimeDistributed: the same layer for each time step.
import type { Tensor } from '../core/tensor.js';
import { reshape } from '../ops/index.js';
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
 * Applies a layer to every step of `[batch, steps, ...]`. Steps are samples to the layer, so
 * normalizing layers see them all at once.
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
    const [batch = 1, steps = 1, ...rest] = x.shape;
    const kept = singleMask(mask);
    const y = this.layer.apply(reshape(x, [batch * steps, ...rest]), {
      training,
      mask: kept === undefined ? null : reshape(kept, [batch * steps, ...kept.shape.slice(2)]),
    });
    return reshape(y, [batch, steps, ...y.shape.slice(1)]);
  }
}
