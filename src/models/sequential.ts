// Sequential: a stack of layers, each fed by the one before.
import { describe, requireList } from '../core/arguments.js';
import { ArgumentError, StateError } from '../core/errors.js';
import { outsideInference } from '../core/inference.js';
import { nameScope } from '../core/naming.js';
import type { Plain } from '../core/op.js';
import type { PlainConfig } from '../core/serialized.js';
import { isTensor, Tensor } from '../core/tensor.js';
import type { Tree } from '../core/tree.js';
import { type HostLeaf, isHostLeaf, isHostTexts } from '../data/host-array.js';
import { toldTraining } from '../layers/call-context.js';
import type { Holding } from '../layers/children.js';
import { InputLayer } from '../layers/input-layer.js';
import { type AnyLayer, Layer, oneShape } from '../layers/layer.js';
import { serializeLayer } from '../layers/layer-config.js';
import type { LayerOptions } from '../layers/options.js';
import {
  isSymbolic,
  type PartialShape,
  type ShapeTree,
  type SymbolicDType,
  type SymbolicTensor,
  type TensorTree,
} from '../layers/symbolic.js';
import type { WeightHolder } from '../layers/weight-holder.js';
import { FunctionalGraph } from './functional.js';
import { Model } from './model.js';
import { matchTensors } from './model-inputs.js';

/** A layer, or `layers.input(...)` as the first of the stack. */
export type Stackable = AnyLayer | SymbolicTensor;

/**
 * Layers one after the other. With `layers.input` first the weights exist at once; without it they
 * are made when the first data arrives.
 *
 * @example
 * ```ts
 * import { layers, Sequential } from 'keratin';
 * const model = new Sequential([
 *   layers.input({ shape: [4] }),
 *   layers.dense({ units: 8, activation: 'relu' }),
 *   layers.dense({ units: 1 }),
 * ]);
 * console.log(model.outputShape); // [ null, 1 ]
 * ```
 */
export class Sequential extends Model {
  static override readonly className: string = 'Sequential';
  static override readonly kerasModule: string = 'keras';
  readonly #stack: AnyLayer[] = [];
  #input: InputLayer | undefined;
  /** Whether the user gave the input's shape; one taken from data binds later data to nothing. */
  #inputGiven = true;
  /** The tensor that the last layer returns, once the input shape is known. */
  #last: SymbolicTensor | undefined;
  /** How many layers `#last` has passed through. */
  #called = 0;
  #sequentialGraph: FunctionalGraph | undefined;

  constructor(layers: readonly Stackable[] = [], options: LayerOptions = {}) {
    super(options);
    requireList('Sequential', 'the first argument, the layers,', layers);
    for (const layer of layers) this.#push(layer);
    this.#extend();
    if (options.trainable === false) this.trainable = false;
  }

  /** Adds a layer at the end. */
  add(layer: Stackable): void {
    this.#push(layer);
    this.#extend();
  }

  /** Takes the last layer away and returns it; undefined where there is none. */
  pop(): AnyLayer | undefined {
    const layer = this.#stack.pop();
    if (layer === undefined) return undefined;
    this.#last = undefined;
    this.#sequentialGraph = undefined;
    this.#extend();
    return layer;
  }

  /** The layers, without the input layer. */
  override get layers(): readonly AnyLayer[] {
    return this.#stack;
  }

  /** The input layer and the layers: what a file holds. */
  get allLayers(): readonly AnyLayer[] {
    return this.#input === undefined ? this.#stack : [this.#input, ...this.#stack];
  }

  override get children(): readonly Holding<WeightHolder>[] {
    return [['layers', this.#stack]];
  }

  override get graph(): FunctionalGraph | undefined {
    if (this.#input === undefined || this.#last === undefined) return undefined;
    this.#sequentialGraph ??= new FunctionalGraph(this.#input.output, this.#last);
    return this.#sequentialGraph;
  }

  /** The shape of the result, null for sizes that may vary; undefined before it is known. */
  override get outputShape(): readonly (number | null)[] | undefined {
    return this.#last?.shape;
  }

  /** The shape of the input, null for sizes that may vary; undefined before it is known. */
  get inputShape(): readonly (number | null)[] | undefined {
    return this.#input?.batchShape;
  }

  /** Makes the weights for an input of this shape, batch included; null for sizes that may vary. */
  override build(inputShape: ShapeTree): void {
    if (this.#stack.length === 0) {
      throw new StateError({
        where: `Sequential "${this.name}"`,
        what: 'the model has no layers',
        fix: 'add a layer first: model.add(layers.dense({ units: 1 }))',
      });
    }
    if (this.#input !== undefined) return;
    this.#begin(oneShape(inputShape), this.runsOnHost ? 'string' : 'float32');
  }

  /** Takes the shape and dtype of the first data as those of the input. */
  #begin(shape: PartialShape, dtype: SymbolicDType): void {
    // The batch of the first data says nothing about later batches.
    const [, ...rest] = shape;
    this.#input = new InputLayer({ batchShape: [null, ...rest], dtype });
    this.#inputGiven = false;
    this.#extend();
  }

  override get runsOnHost(): boolean {
    if (this.#input === undefined) return this.#stack[0]?.runsOnHost ?? false;
    return super.runsOnHost;
  }

  override async hostInputs(x: Tree<HostLeaf>): Promise<Tree<HostLeaf>> {
    if (this.#input === undefined && this.runsOnHost && isHostLeaf(x)) {
      this.#begin(x.shape, isHostTexts(x) ? 'string' : 'int32');
    }
    return super.hostInputs(x);
  }

  override get showsInput(): boolean {
    return false;
  }

  override getConfig(): PlainConfig {
    const { name, trainable } = this;
    const layers = this.allLayers.map((layer): Plain => serializeLayer(layer));
    const shape = this.#input?.batchShape;
    const dtype = this.dtypePolicy.serialize();
    const built = shape === undefined ? {} : { buildInputShape: shape };
    return { name, trainable, dtype, layers, ...built };
  }

  protected override call(inputs: TensorTree): Tensor {
    const { graph } = this;
    // A stack has one output.
    if (graph?.hostStage !== undefined) return graph.run(inputs) as Tensor;
    const training = toldTraining();
    const given = this.#fit(inputs);
    let x: TensorTree = given;
    for (const layer of this.#stack) {
      x = layer.apply(x, { training: training ?? layer.trainingByDefault });
    }
    if (x instanceof Tensor) return x;
    throw new StateError({
      what: 'the last layer of a Sequential returned several tensors',
      expected: 'one tensor',
      fix: 'use a functional model: new Model({ inputs, outputs })',
    });
  }

  #fit(inputs: TensorTree): Tensor {
    if (this.#input !== undefined && this.#inputGiven) {
      const symbol = this.#input.output;
      const [fitted] = matchTensors(symbol, [symbol], inputs);
      if (fitted !== undefined) return fitted;
    }
    if (isTensor(inputs)) return inputs;
    throw new ArgumentError({
      what: 'a Sequential takes one input',
      expected: 'one tensor',
      received: 'a list or record',
      fix: 'pass one tensor, or use a functional model for several inputs',
    });
  }

  #push(item: Stackable): void {
    const layer = isSymbolic(item) ? item.history.node.layer : item;
    if (!(layer instanceof Layer)) throw notALayer(this.name, item);
    if (layer instanceof InputLayer) {
      if (this.#input !== undefined || this.#stack.length > 0) {
        throw new ArgumentError({
          where: `Sequential "${this.name}"`,
          what: 'the input can only be the first of the stack',
          fix: 'put layers.input(...) first, and only once',
        });
      }
      this.#input = layer;
      return;
    }
    if (this.#stack.some((other) => other.name === layer.name)) {
      throw new ArgumentError({
        where: `Sequential "${this.name}"`,
        what: `there is already a layer named "${layer.name}"`,
        received: `${layer.className} "${layer.name}"`,
        fix: 'give each layer a name of its own',
      });
    }
    const { inputShape } = layer.config as LayerOptions;
    if (this.#stack.length === 0 && this.#input === undefined && inputShape !== undefined) {
      this.#input = new InputLayer({ shape: inputShape });
    }
    this.#stack.push(layer);
  }

  /** Calls the layers that were added since the last time on the symbolic tensor. */
  #extend(): void {
    if (this.#input === undefined || this.#stack.length === 0) return;
    const input = this.#input.output;
    const done = this.#last === undefined ? 0 : this.#called;
    let last = this.#last ?? input;
    const callAll = (): void => {
      for (const layer of this.#stack.slice(done)) last = this.#callOn(layer, last);
    };
    // While `apply` builds the model, its name is in scope already.
    outsideInference(() => (this.isBuilding ? callAll() : nameScope(this.name, callAll)));
    this.#last = last;
    this.#called = this.#stack.length;
    this.#sequentialGraph = undefined;
    this.ensureBuilt(input.shape);
  }

  #callOn(layer: AnyLayer, symbol: SymbolicTensor): SymbolicTensor {
    const result = layer.apply(symbol);
    if (isSymbolic(result)) return result;
    throw new ArgumentError({
      where: `${layer.className} "${layer.name}"`,
      what: 'a layer in a Sequential must return one tensor',
      received: 'a list or record of tensors',
      fix: 'use a functional model: new Model({ inputs, outputs })',
    });
  }
}

function notALayer(name: string, item: unknown): ArgumentError {
  const isCallable = typeof item === 'function';
  return new ArgumentError({
    where: `Sequential "${name}"`,
    what: 'this is no layer',
    expected: 'a layer such as layers.dense({ units: 1 }), or layers.input({ shape }) as the first',
    received: describe(item),
    fix: isCallable ? 'call it with its options' : 'put layers only into the stack',
  });
}
