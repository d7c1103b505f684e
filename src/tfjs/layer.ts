// tf.layers.Layer: the parent of layers that users write, with the methods that TensorFlow.js calls.
import { Layer as BaseLayer, type DType, type Tensor, Variable } from '../index.js';
import type { CallContext } from '../layers/call-context.js';
import type { PartialShape, ShapeTree, TensorTree } from '../layers/symbolic.js';
import type { Weight } from '../layers/weight.js';
import type { WeightOptions } from '../layers/weight-holder.js';
import type { LayerArgs } from './layer-arguments.js';
import { putGetters, putMethods } from './prototypes.js';

/** Called with what a layer was called with. */
export type CallHook = (inputs: TensorTree, kwargs: CallContext) => void;

/**
 * The parent of custom layers. `build` makes weights with `addWeight`, `call` computes;
 * `computeOutputShape` need not be written: shapes follow from `call`.
 *
 * @example
 * ```ts
 * import * as tf from 'keratin/tfjs';
 * class Double extends tf.layers.Layer {
 *   static className = 'Double';
 *   override call(inputs: tf.Tensor | readonly tf.Tensor[]) {
 *     const x = inputs instanceof tf.Tensor ? inputs : inputs[0] ?? tf.scalar(0);
 *     return x.mul(2);
 *   }
 * }
 * tf.serialization.registerClass(Double);
 * console.log((new Double({}).apply(tf.ones([1])) as tf.Tensor).arraySync()); // [ 2 ]
 * ```
 */
export abstract class Layer extends BaseLayer<object, TensorTree> {
  #hook: CallHook | undefined;
  /** Taken and left alone. */
  stateful = false;

  constructor(args: LayerArgs = {}) {
    super(args);
  }

  override get built(): boolean {
    return super.built;
  }

  /** Programs set it at the end of `build`; a layer knows by itself. */
  override set built(_: boolean) {}

  override build(_inputShape: PartialShape | PartialShape[]): void {}

  override call(inputs: Tensor | Tensor[], _kwargs: CallContext): TensorTree {
    return inputs;
  }

  /** The shape of the results; programs may write it, and call it. */
  override computeOutputShape(inputShape: ShapeTree): ShapeTree {
    return super.computeOutputShape(inputShape);
  }

  /** Makes a weight. Call it in `build`. */
  addWeight(
    name: string,
    shape: PartialShape,
    dtype?: DType | null,
    initializer?: WeightOptions['initializer'] | null,
    regularizer?: WeightOptions['regularizer'],
    trainable = true,
    constraint?: WeightOptions['constraint'],
  ): Weight {
    return this.weight(name, shape.map(Number), {
      dtype: dtype ?? 'float32',
      initializer: initializer ?? undefined,
      regularizer: regularizer ?? null,
      trainable,
      constraint: constraint ?? null,
    });
  }

  /** Has `hook` called by `invokeCallHook`. */
  setCallHook(hook: CallHook): void {
    this.#hook = hook;
  }

  clearCallHook(): void {
    this.#hook = undefined;
  }

  /** For `call`: tells the hook. */
  protected invokeCallHook(inputs: TensorTree, kwargs: CallContext): void {
    this.#hook?.(inputs, kwargs);
  }
}

declare module '../layers/layer.js' {
  interface Layer<Config extends object = object, Out extends TensorTree = Tensor> {
    /** The shape of the first call's results, a list for several; `keratin/tfjs` only. */
    readonly outputShape: PartialShape | readonly PartialShape[] | undefined;
    /** The name of the class; `keratin/tfjs` only. */
    getClassName(): string;
  }
}

declare module '../core/variable.js' {
  interface Variable {
    /** The value; `keratin/tfjs` only. */
    read(): Tensor;
    /** Replaces the value; `keratin/tfjs` only. */
    write(value: Tensor): this;
  }
}

/** Hangs these methods on layers and variables; tfjs/index.ts calls it once. */
export function installLayerMethods(): void {
  putGetters(BaseLayer.prototype, {
    outputShape() {
      const shapes = this.outputs.map(({ shape }) => shape);
      return shapes.length > 1 ? shapes : shapes[0];
    },
  });
  putMethods(BaseLayer.prototype, {
    getClassName(this: BaseLayer) {
      return this.className;
    },
  });
  putMethods(Variable.prototype, {
    read(this: Variable) {
      return this.value;
    },
    write(this: Variable, value: Tensor) {
      this.assign(value);
      return this;
    },
  });
}
