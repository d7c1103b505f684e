// Layer: weights and a call. Models are layers too; ops lie below, training above.
import { describe } from '../core/arguments.js';
import { isFloat } from '../core/dtype.js';
import { ArgumentError, DTypeError, type KeratinError, StateError } from '../core/errors.js';
import { outsideInference } from '../core/inference.js';
import { nameScope } from '../core/naming.js';
import type { PlainConfig } from '../core/serialized.js';
import { isTensor, type Tensor } from '../core/tensor.js';
import { flattenTree, isList, isRecord, mapTree } from '../core/tree.js';
import { Variable } from '../core/variable.js';
import { cast, div } from '../ops/index.js';
import { get as getRegularizer } from '../regularizers/index.js';
import type { Regularizer } from '../regularizers/regularizer.js';
import {
  type CallContext,
  type CallOptions,
  callAsNode,
  flatMasks,
  graphMaskOf,
  insideCall,
  isInsideCall,
  type MaskTree,
  maskOf,
  resolveTraining,
  setGraphMask,
  setMask,
  takeIsNode,
} from './call-context.js';
import { located } from './error-path.js';
import { warnIfNotHeld, warnOfBareVariables } from './held.js';
import { checkInputs, type InputSpec } from './input-spec.js';
import { layerConfig } from './layer-config.js';
import type { LayerOptions } from './options.js';
import {
  type CallNode,
  isShape,
  isSymbolic,
  type PartialShape,
  type ShapeTree,
  type SymbolicOf,
  type SymbolicTensor,
  type SymbolicTree,
  type TensorTree,
} from './symbolic.js';
import { finishNode, inferCall, newNode, standIns, substitute } from './symbolic-call.js';
import { withAutocast } from './weight.js';
import { WeightHolder } from './weight-holder.js';

/** A layer of any options and any structure of results. */
export type AnyLayer = Layer<object, TensorTree>;

/**
 * The parent of all layers. Extend it with `build`, which makes weights, and `call`, which computes.
 * The constructor's options are the config: they are kept as `this.config`.
 * `Out` is what a call returns; a single tensor unless said otherwise.
 *
 * @example
 * ```ts
 * import { Layer, ops, tensor, type Tensor, type Weight } from 'keratin';
 * class Scale extends Layer<{ start?: number }> {
 *   private factor?: Weight;
 *   override build() {
 *     this.factor = this.weight('factor', [], { initializer: 'ones' });
 *   }
 *   override call(x: Tensor) {
 *     return ops.mul(x, this.factor ?? 1);
 *   }
 * }
 * console.log(await new Scale().apply(tensor([1, 2])).array()); // [ 1, 2 ]
 * ```
 */
export abstract class Layer<
  Config extends object = object,
  Out extends TensorTree = Tensor,
> extends WeightHolder<Config> {
  /** What `training` is in a call that nobody told, alone or inside another call; undefined is false too. */
  readonly trainingByDefault: boolean | undefined = undefined;
  /** Whether results hold the values of the inputs, only elsewhere: such layers move strings too. */
  readonly rearranges: boolean = false;
  /**
   * Whether masks pass through. Layers that override `computeMask` do; set it in the constructor of others
   * that keep time steps.
   */
  supportsMasking = this.computeMask !== Layer.prototype.computeMask;
  /**
   * Whether Keras's `call` has the arguments of one tensor and its `mask`: in a functional model it is then
   * given the mask of the graph, and else what its inputs carry, which differs after multi-head attention.
   */
  readonly takesMask: boolean = false;
  /** What the inputs must be; checked before each call. */
  inputSpec: InputSpec | readonly InputSpec[] | undefined = undefined;
  readonly activityRegularizer: Regularizer | undefined;
  readonly #nodes: CallNode[] = [];
  #buildShape: ShapeTree | undefined;
  #warnedOfMask = false;

  constructor(
    ...[config]: object extends Config
      ? [config?: Config & LayerOptions]
      : [config: Config & LayerOptions]
  ) {
    super(config ?? ({} as Config & LayerOptions));
    this.activityRegularizer = getRegularizer(this.config.activityRegularizer);
  }

  /** Makes the weights. Shapes have the structure of the inputs; null is a size not known yet. */
  protected build(_inputShape: ShapeTree): void {}

  /** Computes the results. Calls of layers inside inherit `training`. */
  protected abstract call(inputs: TensorTree, context: CallContext): Out;

  /**
   * Keras's names of the inputs, where its `call` takes each as an argument of its own; here they
   * are a list in this order. Undefined where all inputs are one argument.
   */
  get argumentNames(): readonly string[] | undefined {
    return undefined;
  }

  /** The positional arguments that Keras's `call` has in place of `inputs`. */
  callArguments(inputs: unknown): readonly unknown[] {
    return this.argumentNames !== undefined && isList(inputs) ? inputs : [inputs];
  }

  /**
   * Whether the layer begins on the host: it takes strings, or reads values that a tensor keeps from
   * it. Only such layers can follow an input of dtype `string`.
   */
  get runsOnHost(): boolean {
    return false;
  }

  /** Masks of the results; by default those of the inputs. */
  protected computeMask(_inputs: TensorTree, mask: MaskTree | undefined): MaskTree | undefined {
    return mask;
  }

  /** Makes the weights for inputs of these shapes, once. */
  ensureBuilt(inputShape: ShapeTree): void {
    if (this.built) return;
    this.settlePath();
    outsideInference(() =>
      nameScope(this.name, () => this.buildOnce(() => this.build(inputShape))),
    );
    this.#buildShape = inputShape;
  }

  /** The shapes that the weights were made for; undefined before. */
  get buildShape(): ShapeTree | undefined {
    return this.#buildShape;
  }

  /** The shapes of the results for inputs of these shapes; builds the layer. */
  computeOutputShape(inputShape: ShapeTree): ShapeTree {
    const inputs = standIns(this, inputShape);
    const symbols = flattenTree(inputs, isSymbolic);
    const { specs, structure } = inferCall(symbols, (valueOf) =>
      this.apply(mapTree(inputs, isSymbolic, valueOf)),
    );
    let next = 0;
    return mapTree(structure, isTensor, (): PartialShape => specs[next++]?.shape ?? []);
  }

  /**
   * Calls the layer: on tensors it computes, on symbolic tensors it extends a functional model.
   * Several inputs go in as a list or record.
   */
  apply(inputs: TensorTree, options?: CallOptions): Out;
  apply(inputs: SymbolicTree, options?: CallOptions): SymbolicOf<Out>;
  apply(inputs: TensorTree | SymbolicTree, options: CallOptions = {}): unknown {
    return located(this, () =>
      flattenTree(inputs, isSymbolic).length > 0 || flattenTree(options, isSymbolic).length > 0
        ? this.#applySymbolic(inputs, options)
        : this.#applyTensors(inputs, options),
    );
  }

  /** Calls on symbolic tensors so far. */
  get inboundNodes(): readonly CallNode[] {
    return this.#nodes;
  }

  /** The symbolic tensors of the first call's inputs. */
  get inputs(): readonly SymbolicTensor[] {
    return this.#nodes[0]?.parents ?? [];
  }

  /** The symbolic tensors that the first call on symbolic tensors returned. */
  get outputs(): readonly SymbolicTensor[] {
    return flattenTree(this.#nodes[0]?.outputs ?? [], isSymbolic);
  }

  /** The one symbolic input; throws where there are several, or none yet. */
  get input(): SymbolicTensor {
    return onlyOne(this, 'input', this.inputs);
  }

  /** The one symbolic output, to build on in another model; throws where there are several. */
  get output(): SymbolicTensor {
    return onlyOne(this, 'output', this.outputs);
  }

  /** For input layers and loaders: notes a node that was made elsewhere. */
  addNode(node: CallNode): void {
    this.#nodes.push(node);
  }

  /** The constructor's options as plain data, under our names. */
  getConfig(): PlainConfig {
    return layerConfig(this);
  }

  #applyTensors(inputs: unknown, options: CallOptions): Out {
    const isNode = takeIsNode();
    const tensors = flattenTree(inputs, isTensor);
    if (tensors.length === 0) throw notATensor(inputs);
    checkInputs(this.inputSpec, tensors);
    if (!this.built) {
      const shapes = mapTree(inputs as TensorTree, isTensor, (tensor) => tensor.shape);
      this.ensureBuilt(shapes as ShapeTree);
      warnIfNotHeld(this);
      warnOfBareVariables(this);
    }
    const given = this.#toComputeDtype(inputs as TensorTree);
    if (!isInsideCall()) this.clearLosses();
    const training = resolveTraining(options.training, this.trainingByDefault);
    const carried = this.#inputMask(inputs as TensorTree, options, maskOf);
    const inGraph = isNode ? this.#inputMask(inputs as TensorTree, options, graphMaskOf) : carried;
    const mask = this.takesMask ? inGraph : carried;
    const outputs = this.#run(given, { ...options, training: training ?? false, mask }, training);
    this.#penalizeActivity(outputs);
    this.#passMask(given, mask, outputs, (output, own) => {
      // Layers inside of the call may have said what the mask is.
      if (maskOf(output) === undefined) setMask(output, own);
    });
    if (isNode) this.#passMask(given, inGraph, outputs, setGraphMask);
    return outputs;
  }

  #run(inputs: TensorTree, context: CallContext, told: boolean | undefined): Out {
    const { computeDtype, variableDtype } = this;
    const autocast = computeDtype === variableDtype ? undefined : computeDtype;
    return insideCall(told, this, () =>
      nameScope(this.name, () => withAutocast(autocast, () => this.call(inputs, context))),
    );
  }

  #applySymbolic(inputs: unknown, options: CallOptions): SymbolicTree {
    const node = newNode(this, this.#nodes.length, inputs as SymbolicTree, options);
    const movesStrings = !this.runsOnHost && takesStrings(this, node.parents);
    const seen = flattenTree(inputs, isTensorOrSymbolic);
    checkInputs(this.inputSpec, seen);
    if (!this.built) this.ensureBuilt(shapesOf(inputs));
    const symbols = [...new Set(node.parents)];
    const { specs, structure } = inferCall(symbols, (valueOf) =>
      callAsNode(() =>
        this.#applyTensors(
          substitute(inputs, valueOf),
          // Only symbols are replaced, so that the options keep their members.
          substitute(options, valueOf) as CallOptions,
        ),
      ),
    );
    this.#nodes.push(node);
    const strings = specs.map((spec) => ({ ...spec, dtype: 'string' as const }));
    return finishNode(node, structure, movesStrings ? strings : specs);
  }

  #toComputeDtype(inputs: TensorTree): TensorTree {
    const { computeDtype } = this;
    return mapTree(inputs, isTensor, (tensor) => {
      if (!isFloat(tensor.dtype) || tensor.dtype === computeDtype) return tensor;
      const converted = cast(tensor, computeDtype);
      const [carried, inGraph] = [maskOf(tensor), graphMaskOf(tensor)];
      if (carried !== undefined) setMask(converted, carried);
      if (inGraph !== undefined) setGraphMask(converted, inGraph);
      return converted;
    });
  }

  #inputMask(
    inputs: TensorTree,
    options: CallOptions,
    maskOf: (tensor: Tensor) => Tensor | undefined,
  ): MaskTree | undefined {
    if (options.mask === null) return undefined;
    if (options.mask !== undefined && !isSymbolic(options.mask)) return options.mask;
    const tensors = flattenTree(inputs, isTensor);
    if (tensors.every((tensor) => maskOf(tensor) === undefined)) return undefined;
    return mapTree(inputs, isTensor, (tensor) => maskOf(tensor) ?? null) as MaskTree;
  }

  #penalizeActivity(outputs: Out): void {
    const { activityRegularizer } = this;
    if (activityRegularizer === undefined) return;
    for (const output of flattenTree(outputs, isTensor)) {
      const penalty = activityRegularizer.apply(output);
      this.addLoss(output.rank === 0 ? penalty : div(penalty, output.shape[0] ?? 1));
    }
  }

  #passMask(
    inputs: TensorTree,
    mask: MaskTree | undefined,
    outputs: Out,
    setMask: (output: Tensor, mask: Tensor) => void,
  ): void {
    if (!this.supportsMasking) {
      if (mask !== undefined && !this.masksGoOnInside) this.#warnOfMask();
      return;
    }
    const masks = flatMasks(this.computeMask(inputs, mask));
    for (const [index, output] of flattenTree(outputs, isTensor).entries()) {
      const own = masks[index];
      if (own !== undefined && own !== null) setMask(output, own);
    }
  }

  /** For models: whether a mask goes on inside of the call, so that it does not end here. */
  protected get masksGoOnInside(): boolean {
    return false;
  }

  #warnOfMask(): void {
    if (this.#warnedOfMask) return;
    this.#warnedOfMask = true;
    console.warn(
      `Layer "${this.name}" (${this.className}) was given a mask but does not support masking: ` +
        'the mask ends here.',
    );
  }
}

function onlyOne(
  layer: { readonly className: string; readonly name: string },
  noun: string,
  found: readonly SymbolicTensor[],
): SymbolicTensor {
  const [first, ...rest] = found;
  if (first !== undefined && rest.length === 0) return first;
  throw new StateError({
    where: `${layer.className} "${layer.name}"`,
    what: `there is not one ${noun}`,
    expected: 'a layer called on symbolic tensors, with one of them',
    received: `${found.length}`,
    fix: first === undefined ? 'call the layer on layers.input(...) first' : `use layer.${noun}s`,
  });
}

function isTensorOrSymbolic(value: unknown): value is Tensor | SymbolicTensor {
  return isTensor(value) || isSymbolic(value);
}

/** Whether a layer is given strings, which those that only move values take; throws for others. */
function takesStrings(layer: AnyLayer, parents: readonly SymbolicTensor[]): boolean {
  const strings = parents.filter(({ dtype }) => dtype === 'string');
  const [first] = strings;
  if (first === undefined) return false;
  if (layer.rearranges && strings.length === parents.length) return true;
  throw new DTypeError({
    what: layer.rearranges
      ? 'strings and numbers cannot be put together'
      : 'the layer takes numbers',
    expected: layer.rearranges ? 'strings alone, or numbers alone' : 'a tensor of numbers',
    received: (layer.rearranges ? parents : [first]).map(String).join(', '),
    fix: 'put a layer of text before it: textVectorization, stringLookup or hashing',
  });
}

/** The shapes of tensors and symbolic tensors, in the same structure. */
function shapesOf(tree: unknown): ShapeTree {
  if (isTensorOrSymbolic(tree)) return tree.shape;
  if (isList(tree)) return tree.map(shapesOf);
  if (!isRecord(tree)) return [];
  return Object.fromEntries(Object.entries(tree).map(([key, item]) => [key, shapesOf(item)]));
}

function notATensor(inputs: unknown): KeratinError {
  return new ArgumentError({
    what: 'a layer was called on something that is not a tensor',
    expected: 'a tensor, a symbolic tensor, or a list or record of them',
    received: Array.isArray(inputs) ? 'an array of plain values' : describe(inputs),
    fix:
      inputs instanceof Variable
        ? 'pass its value: layer.apply(variable.value)'
        : 'make a tensor of it first: layer.apply(tensor(values))',
  });
}

/** The shape of a layer's single input; throws where it has several. */
export function oneShape(shape: ShapeTree): PartialShape {
  if (isShape(shape)) return shape;
  throw new ArgumentError({
    what: 'the layer takes one input',
    expected: 'one tensor',
    received: 'a list or record of tensors',
    fix: 'pass one tensor, or combine several first with layers.concatenate() or layers.add()',
  });
}
