// TextLayer: the parent of layers that read strings. They run on the host, before a model's ops: by
// themselves on nested arrays, and in a model in the stage of models/host-stage.ts.
import { ArgumentError, type KeratinError } from '../../../core/errors.js';
import { isInferring } from '../../../core/inference.js';
import type { Shape } from '../../../core/shape.js';
import { isTensor, Tensor } from '../../../core/tensor.js';
import { isTextArray, type TextArray, type Texts, textsOf } from '../../../core/text-array.js';
import { flattenTree } from '../../../core/tree.js';
import type { CallOptions } from '../../call-context.js';
import { located } from '../../error-path.js';
import { Layer } from '../../layer.js';
import { isSymbolic, type SymbolicOf, type SymbolicTree, type TensorTree } from '../../symbolic.js';
import type { HostNumbers } from '../adapt-data.js';

/** What a layer of text reads: strings or numbers, on the host. */
export type HostValues = Texts | HostNumbers;

export function isTexts(values: HostValues): values is Texts {
  return Array.isArray(values.values);
}

/** A layer from strings to a tensor. In a model it comes first, after inputs of dtype `string`. */
export abstract class TextLayer<Config extends object> extends Layer<Config> {
  /** The tensor for these strings. */
  protected abstract encode(text: Texts): Tensor;

  /** What `encode` returns for strings of this shape, whatever they say: only shapes are wanted. */
  protected abstract encodeBlank(shape: Shape): Tensor;

  override get runsOnHost(): boolean {
    return true;
  }

  /** Whether the layer takes whole numbers too, as text. */
  protected get takesNumbers(): boolean {
    return false;
  }

  /** The result for values on the host, one entry for each input. */
  callOnHost(inputs: readonly HostValues[]): Tensor {
    return located(this, () => this.encodeValues(inputs));
  }

  /** `callOnHost` without the place for errors. One input of strings, unless a layer says otherwise. */
  protected encodeValues(inputs: readonly HostValues[]): Tensor {
    const [only, ...others] = inputs;
    if (only !== undefined && others.length === 0 && isTexts(only)) return this.encode(only);
    throw this.notText(inputs);
  }

  /** Turns strings, nested as the axes of the result, into a tensor. */
  override apply(inputs: TextArray, options?: CallOptions): Tensor;
  override apply(inputs: TensorTree, options?: CallOptions): Tensor;
  override apply(inputs: SymbolicTree, options?: CallOptions): SymbolicOf<Tensor>;
  override apply(inputs: unknown, options?: CallOptions): unknown {
    const symbols = flattenTree(inputs, isSymbolic);
    const numbers = symbols.find(({ dtype }) => dtype !== 'string');
    if (numbers !== undefined && !this.takesNumbers) {
      return located(this, () => {
        throw this.notText(numbers);
      });
    }
    if (isInferring() || symbols.length > 0) {
      // Symbolic tensors, or the stand-ins for them.
      return super.apply(inputs as SymbolicTree, options);
    }
    return located(this, () => this.encodeNested(inputs));
  }

  /** The tensor for nested arrays; throws for anything else. */
  protected encodeNested(inputs: unknown): Tensor {
    if (isTextArray(inputs)) return this.encode(textsOf(this.className, inputs));
    throw this.notText(inputs);
  }

  /** Only called where shapes are inferred: values have gone through `apply` or `callOnHost`. */
  protected override call(inputs: TensorTree): Tensor {
    const [first] = flattenTree(inputs, isTensor);
    if (first === undefined) throw this.notText(inputs);
    return this.encodeBlank(first.shape);
  }

  /** The error for inputs that are not strings. */
  protected notText(inputs: unknown): KeratinError {
    return new ArgumentError({
      what: 'this layer takes strings, which tensors cannot hold',
      expected: "a string or nested arrays of strings, such as ['a', 'b']",
      received: inputs instanceof Tensor || isSymbolic(inputs) ? String(inputs) : typeof inputs,
      fix: 'give it arrays, or make a model of it whose input has the dtype string, and call model.predict(text)',
    });
  }
}
