// Pipeline: layers one after the other, to prepare data with.
import type { PlainConfig } from '../../core/serialized.js';
import type { Tensor } from '../../core/tensor.js';
import type { CallContext } from '../call-context.js';
import { type AnyLayer, Layer } from '../layer.js';
import { type LayerOptions, withDefaults } from '../options.js';
import type { ShapeTree, TensorTree } from '../symbolic.js';

/** Options of {@link Pipeline}. */
export interface PipelineOptions extends LayerOptions {
  /** The layers, in the order of their calls. */
  readonly layers: readonly AnyLayer[];
}

/**
 * Calls layers one after the other, for example on each batch of a data set. As with layers of
 * images, a call that says nothing of `training` trains.
 *
 * @example
 * ```ts
 * import { layers, ones } from 'keratin';
 * const prepare = layers.pipeline({
 *   layers: [layers.resizing({ height: 8, width: 8 }), layers.rescaling({ scale: 1 / 255 })],
 * });
 * console.log(prepare.apply(ones([2, 20, 10, 3])).shape); // [ 2, 8, 8, 3 ]
 * ```
 */
export class Pipeline extends Layer<PipelineOptions> {
  static readonly className = 'Pipeline';
  static readonly kerasModule = 'keras.layers';
  override readonly trainingByDefault = true;
  override supportsMasking = true;
  readonly layers: readonly AnyLayer[];

  constructor(options: PipelineOptions) {
    super(withDefaults('Pipeline', {}, ['layers'], options));
    this.layers = this.config.layers;
    this.inputSpec = {};
  }

  protected override build(inputShape: ShapeTree): void {
    let shape = inputShape;
    for (const layer of this.layers) {
      layer.ensureBuilt(shape);
      shape = layer.computeOutputShape(shape);
    }
  }

  protected override call(inputs: TensorTree, { training }: CallContext): Tensor {
    let result: TensorTree = inputs;
    for (const layer of this.layers) result = layer.apply(result, { training });
    // A layer returns one tensor unless it says otherwise; so does the last of a pipeline.
    return result as Tensor;
  }

  /** Keras writes the name and the layers alone. */
  override getConfig(): PlainConfig {
    const { name, layers } = super.getConfig();
    return { name, layers };
  }
}
