// Wrapper: the parent of layers that hold one other layer and change what it does.
import { ArgumentError } from '../core/errors.js';
import type { Tensor } from '../core/tensor.js';
import { type AnyLayer, Layer } from './layer.js';
import type { LayerOptions } from './options.js';
import type { ShapeTree, TensorTree } from './symbolic.js';

/** Options of wrappers. */
export interface WrapperOptions<Wrapped extends AnyLayer = AnyLayer> extends LayerOptions {
  /** The layer inside. */
  readonly layer: Wrapped;
}

/**
 * A layer round another one. Extend it and write `call`; weights, losses and the config of the
 * layer inside come along.
 *
 * @example
 * ```ts
 * import { layers, tensor, Wrapper, type Tensor, type WrapperOptions } from 'keratin';
 * class Twice extends Wrapper<WrapperOptions<ReturnType<typeof layers.dense>>> {
 *   protected override call(x: Tensor) {
 *     return this.layer.apply(this.layer.apply(x));
 *   }
 * }
 * const twice = new Twice({ layer: layers.dense({ units: 1, kernelInitializer: 'ones' }) });
 * console.log(await twice.apply(tensor([[3]])).array()); // [ [ 3 ] ]
 * ```
 */
export abstract class Wrapper<
  Config extends WrapperOptions = WrapperOptions,
  Out extends TensorTree = Tensor,
> extends Layer<Config, Out> {
  protected readonly layer: Config['layer'];

  constructor(config: Config) {
    super(config);
    const { layer } = config;
    if (!(layer instanceof Layer)) {
      throw new ArgumentError({
        where: this.className,
        what: 'what is to be wrapped is no layer',
        expected: 'a layer',
        received: typeof layer,
        fix: 'write { layer: layers.dense({ units: 4 }) } or another layer',
      });
    }
    this.layer = layer;
  }

  protected override build(inputShape: ShapeTree): void {
    this.layer.ensureBuilt(inputShape);
  }
}
