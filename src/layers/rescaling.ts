// Rescaling: a fixed scale and offset, such as bytes to the range from 0 to 1.
import type { Tensor } from '../core/tensor.js';
import { add, mul } from '../ops/index.js';
import { Layer } from './layer.js';
import { type LayerOptions, type Resolved, withDefaults } from './options.js';

/** Options of {@link Rescaling}. */
export interface RescalingOptions extends LayerOptions {
  /** One factor, or one for each channel. */
  readonly scale: number | readonly number[];
  /** Default 0. */
  readonly offset?: number | readonly number[];
}

/**
 * `x * scale + offset`; the shape stays.
 *
 * @example
 * ```ts
 * import { layers, tensor } from 'keratin';
 * const layer = layers.rescaling({ scale: 0.5, offset: 1 });
 * console.log(await layer.apply(tensor([[2, 4]])).array()); // [ [ 2, 3 ] ]
 * ```
 */
export class Rescaling extends Layer<Resolved<RescalingOptions>> {
  static readonly className = 'Rescaling';
  static readonly kerasModule = 'keras.layers';
  override supportsMasking = true;

  constructor(options: RescalingOptions) {
    super(withDefaults('Rescaling', { offset: 0 }, ['scale'], options));
    this.inputSpec = {};
  }

  protected override call(x: Tensor): Tensor {
    return add(mul(x, this.config.scale), this.config.offset);
  }
}
