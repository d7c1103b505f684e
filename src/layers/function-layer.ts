// FunctionLayer: a function of tensors where a layer is wanted. It is never written to a file.
import { StateError } from '../core/errors.js';
import type { PlainConfig } from '../core/serialized.js';
import type { Tensor } from '../core/tensor.js';
import type { CallContext } from './call-context.js';
import { Layer } from './layer.js';
import type { LayerOptions } from './options.js';
import type { TensorTree } from './symbolic.js';

/** A function that a layer can be made of. */
export type LayerFunction<In extends TensorTree, Out extends TensorTree> = (
  inputs: In,
  context: CallContext,
) => Out;

/**
 * A layer made of a function, for steps that need no weights. Models with one train and predict as
 * any others, but cannot be saved: files hold data, never code. Where a model is to be saved, write
 * a class that extends {@link Layer}, or use ops on symbolic tensors.
 *
 * @example
 * ```ts
 * import { layers, type Tensor, tensor } from 'keratin';
 * const squares = layers.fromFunction((x: Tensor) => x.mul(x));
 * console.log(await squares.apply(tensor([1, 2, 3])).array()); // [ 1, 4, 9 ]
 * ```
 */
export class FunctionLayer<
  In extends TensorTree = Tensor,
  Out extends TensorTree = Tensor,
> extends Layer<object, Out> {
  static readonly className = 'FunctionLayer';
  override supportsMasking = true;
  readonly #run: LayerFunction<In, Out>;

  constructor(run: LayerFunction<In, Out>, options: LayerOptions = {}) {
    super(options);
    this.#run = run;
    this.buildOnce(() => {});
  }

  /** Throws: a function cannot be written down. */
  override getConfig(): PlainConfig {
    throw new StateError({
      where: `FunctionLayer "${this.name}"`,
      what: 'a layer made of a function cannot be saved',
      expected: 'layers that are described by data alone',
      received: 'a function',
      fix: 'write a class that extends Layer and lend it in customObjects, or save the weights alone with saveWeights',
    });
  }

  protected override call(inputs: In, context: CallContext): Out {
    return this.#run(inputs, context);
  }
}
