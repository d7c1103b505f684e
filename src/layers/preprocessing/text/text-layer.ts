// TextLayer: the parent of layers that take strings. They run on the host, before models.
import { ArgumentError, type KeratinError } from '../../../core/errors.js';
import { Tensor } from '../../../core/tensor.js';
import type { CallOptions } from '../../call-context.js';
import { located } from '../../error-path.js';
import { Layer } from '../../layer.js';
import type { SymbolicOf, SymbolicTree, TensorTree } from '../../symbolic.js';
import { isTextArray, type TextArray, type Texts, textsOf } from './text-array.js';

/** A layer from strings to a tensor. It cannot be part of a functional model. */
export abstract class TextLayer<Config extends object> extends Layer<Config> {
  /** The tensor for these strings. */
  protected abstract encode(text: Texts): Tensor;

  /** Turns strings, nested as the axes of the result, into a tensor. */
  override apply(inputs: TextArray, options?: CallOptions): Tensor;
  override apply(inputs: TensorTree, options?: CallOptions): Tensor;
  override apply(inputs: SymbolicTree, options?: CallOptions): SymbolicOf<Tensor>;
  override apply(inputs: unknown): unknown {
    return located(this, () => {
      if (isTextArray(inputs)) return this.encode(textsOf(this.className, inputs));
      throw this.notText(inputs);
    });
  }

  protected override call(inputs: TensorTree): Tensor {
    throw this.notText(inputs);
  }

  /** The error for inputs that are not strings. */
  protected notText(inputs: unknown): KeratinError {
    const isTensor = inputs instanceof Tensor;
    return new ArgumentError({
      what: 'this layer takes strings, which tensors cannot hold',
      expected: "a string or nested arrays of strings, such as ['a', 'b']",
      received: isTensor ? String(inputs) : typeof inputs,
      fix: 'apply the layer to the data, and give the model what comes out: model.predict(layer.apply(text))',
    });
  }
}
