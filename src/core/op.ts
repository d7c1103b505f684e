// An op is one object that says everything about one operation: shapes, kernel, gradient.
// Ops are data: engines, tape and tracer take them as arguments and never ask for their names.
import type { Kernel, View } from '../kernels/ir/kernel.js';
import type { Layout } from './layout.js';
import type { Spec } from './shape.js';
import type { Tensor } from './tensor.js';

/** What `lower` is given: readable inputs, the specs of the outputs, and the attributes. */
export interface LowerCall<Attrs> {
  readonly inputs: readonly View[];
  readonly outputs: readonly Spec[];
  readonly attrs: Attrs;
}

/** What a gradient rule is given. */
export interface GradientCall<Attrs> {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly attrs: Attrs;
  /** The gradient that reaches each output; undefined where none does. */
  readonly outputGradients: readonly (Tensor | undefined)[];
  /** The first output's gradient (zeros where none reaches it). */
  readonly dy: Tensor;
  /** Which inputs need a gradient; rules may skip the others. */
  readonly needs: readonly boolean[];
}

/** Gives the gradient for each input, undefined where there is none. */
export type GradientRule<Attrs> = (call: GradientCall<Attrs>) => readonly (Tensor | undefined)[];

/** States why an op has no gradient. */
export interface NoGradient {
  readonly none: string;
}

/** Attributes: plain data (JSON), so that caches and files can hold them. */
export type Plain =
  | undefined
  | null
  | boolean
  | number
  | string
  | readonly Plain[]
  | { readonly [key: string]: Plain };

export interface Op<Attrs = undefined> {
  readonly name: string;
  /** Shapes and dtypes of the outputs; throws for inputs that do not fit. */
  infer(inputs: readonly Spec[], attrs: Attrs): readonly Spec[];
  /** The kernels that compute the outputs, in order. */
  lower(call: LowerCall<Attrs>): readonly Kernel[];
  readonly grad: GradientRule<Attrs> | NoGradient;
  /** A layout of the first input that is already the output; undefined where a copy is needed. */
  readonly view?: (input: Layout, attrs: Attrs) => Layout | undefined;
}

/** Names the type of an op's members from one object; nothing is registered anywhere. */
export function defineOp<Attrs = undefined>(op: Op<Attrs>): Op<Attrs> {
  return op;
}

/** One use of an op: what a tape keeps. */
export interface Call {
  // Attributes differ from op to op; whoever holds the call only hands them back to its own op.
  readonly op: Op<never>;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly attrs: unknown;
}
