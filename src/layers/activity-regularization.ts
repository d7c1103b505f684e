// ActivityRegularization: a penalty on what passes through.
import type { PlainConfig } from '../core/serialized.js';
import type { Tensor } from '../core/tensor.js';
import { L1L2 } from '../regularizers/index.js';
import { Layer } from './layer.js';
import { type DefaultsOf, type LayerOptions, type Resolved, withDefaults } from './options.js';

/** Options of {@link ActivityRegularization}. */
export interface ActivityRegularizationOptions extends Omit<LayerOptions, 'activityRegularizer'> {
  /** Factor of the sum of absolute values. Default 0. */
  readonly l1?: number;
  /** Factor of the sum of squares. Default 0. */
  readonly l2?: number;
}

const DEFAULTS: DefaultsOf<ActivityRegularizationOptions> = { l1: 0, l2: 0 };

/**
 * Passes its input on and adds `(l1 Σ|x| + l2 Σx²) / batch` to the loss.
 *
 * @example
 * ```ts
 * import { layers, tensor } from 'keratin';
 * const layer = layers.activityRegularization({ l1: 0.5 });
 * layer.apply(tensor([[1, -3]]));
 * console.log(await layer.losses[0]?.item()); // 2
 * ```
 */
export class ActivityRegularization extends Layer<Resolved<ActivityRegularizationOptions>> {
  static readonly className = 'ActivityRegularization';
  static readonly kerasModule = 'keras.layers';
  override supportsMasking = true;

  constructor(options: ActivityRegularizationOptions = {}) {
    const config = withDefaults('ActivityRegularization', DEFAULTS, [], options);
    super({ ...config, activityRegularizer: new L1L2({ l1: config.l1, l2: config.l2 }) });
    this.inputSpec = {};
    this.buildOnce(() => {});
  }

  /** The factors say it all; the regularizer is made of them. */
  override getConfig(): PlainConfig {
    const { activityRegularizer: _, ...config } = super.getConfig();
    return config;
  }

  protected override call(x: Tensor): Tensor {
    return x;
  }
}
