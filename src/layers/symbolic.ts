// Symbolic tensors and call nodes: the graph that functional models are cut from.
import type { DType } from '../core/dtype.js';
import { formatShape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import type { Tree } from '../core/tree.js';
import type { CallOptions } from './call-context.js';
import type { AnyLayer } from './layer.js';

/** Sizes of axes; null where the size is not known yet, as the batch usually is. */
export type PartialShape = readonly (number | null)[];

/** Shapes in the structure of the tensors they belong to. */
export type ShapeTree = Tree<PartialShape>;

export function isShape(value: unknown): value is PartialShape {
  return Array.isArray(value) && value.every((size) => typeof size === 'number' || size === null);
}

/** The dtype of a symbolic tensor. Strings never become tensors: layers of text make numbers of them. */
export type SymbolicDType = DType | 'string';

/** What is known of a symbolic tensor, or of the mask that it carries. */
export interface SymbolicSpec {
  readonly shape: PartialShape;
  readonly dtype: SymbolicDType;
}

/** For types alone: no symbolic tensor has such a property. */
declare const standsFor: unique symbol;

/** Something symbolic of a model, in place of what the model makes of it. */
export interface StandsFor<T> {
  readonly [standsFor]: T;
}

let nextSymbolicId = 0;

/** Which call made a symbolic tensor, and which of its results it is. */
export interface History {
  readonly node: CallNode;
  readonly tensorIndex: number;
}

/**
 * A tensor that has a shape and a dtype but no values yet. `layers.input` makes the first one,
 * and `layer.apply` of one gives the next; a model is cut out between inputs and outputs. The methods
 * of tensors are there too: `x.mul(2)` is an op in the graph.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [4] });
 * console.log(layers.dense({ units: 2 }).apply(x).shape); // [ null, 2 ]
 * ```
 */
export class SymbolicTensor implements StandsFor<Tensor> {
  /** For messages. */
  static readonly inWords = 'a symbolic tensor';
  /** For messages of ops. */
  static readonly insteadOfTensor =
    'ops are methods of symbolic tensors: x.mul(2); others go into layers.fromFunction((x) => ...)';
  declare readonly [standsFor]: Tensor;
  readonly id = nextSymbolicId++;
  readonly shape: PartialShape;
  readonly dtype: SymbolicDType;
  readonly name: string;
  readonly history: History;
  /** The mask that the tensor will carry when the model runs; undefined for none. */
  readonly mask: SymbolicSpec | undefined;

  constructor(
    { shape, dtype }: SymbolicSpec,
    name: string,
    history: History,
    mask?: SymbolicSpec | undefined,
  ) {
    this.shape = shape;
    this.dtype = dtype;
    this.name = name;
    this.history = history;
    this.mask = mask;
  }

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  toString(): string {
    return `SymbolicTensor(${formatShape(this.shape)}, ${this.dtype}, "${this.name}")`;
  }
}

export function isSymbolic(value: unknown): value is SymbolicTensor {
  return value instanceof SymbolicTensor;
}

/** Symbolic tensors nested in lists and records. */
export type SymbolicTree = Tree<SymbolicTensor>;
/** Tensors nested in lists and records. */
export type TensorTree = Tree<Tensor>;

/**
 * What a layer returns for symbolic inputs, given what it returns for tensors. `Out` stands on the left
 * of every `extends`, so that a layer of one structure is a layer of any: TypeScript compares such types
 * by what they give, and others only where `Out` is the same.
 */
export type SymbolicOf<Out> = Out extends Tensor
  ? SymbolicTensor
  : Out extends readonly unknown[]
    ? [keyof Out] extends [keyof (readonly unknown[])]
      ? readonly SymbolicOf<Out[number]>[]
      : { readonly [Key in keyof Out]: SymbolicOf<Out[Key]> }
    : Out extends Readonly<Record<string, unknown>>
      ? { readonly [Key in keyof Out]: SymbolicOf<Out[Key]> }
      : never;

/** Outputs of a model, from which TypeScript infers what a call returns: a tensor, a list or a record. */
export type OutputsOf<Out> =
  | StandsFor<Out>
  | { readonly [Key in keyof Out]: StandsFor<Out[Key]> }
  | SymbolicTree;

/** One call of a layer on symbolic tensors. */
export class CallNode {
  readonly layer: AnyLayer;
  /** Which call of the layer this is, from 0. */
  readonly index: number;
  /** As given to `apply`; empty for an input layer. */
  readonly inputs: SymbolicTree;
  readonly options: CallOptions;
  /** Every symbolic tensor in the inputs and options, in order. */
  readonly parents: readonly SymbolicTensor[];
  #outputs: SymbolicTree = [];

  constructor(
    layer: AnyLayer,
    index: number,
    inputs: SymbolicTree,
    options: CallOptions,
    parents: readonly SymbolicTensor[],
  ) {
    this.layer = layer;
    this.index = index;
    this.inputs = inputs;
    this.options = options;
    this.parents = parents;
  }

  /** What the call returned. */
  get outputs(): SymbolicTree {
    return this.#outputs;
  }

  /** For `apply`: outputs point at their node, so they are made after it. */
  finish(outputs: SymbolicTree): void {
    this.#outputs = outputs;
  }
}
