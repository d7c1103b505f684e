// An op is one object that says everything about one operation: shapes, kernel, gradient.
// Ops are data: engines, tape and tracer take them as arguments and never ask for their names.
import type { Kernel, View } from '../kernels/ir/kernel.js';
import { ArgumentError } from './errors.js';
import type { Layout } from './layout.js';
import { formatShape, type Shape, type Spec } from './shape.js';
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
  /** The walk back over other calls, for ops that hold bodies. */
  readonly walkBack: WalkBack;
}

/**
 * The gradients of `outputs` (each weighted by its seed) with respect to each source, through
 * `calls` and the tensors whose ids are `active`; undefined for a source they do not depend on.
 */
export type WalkBack = (
  calls: readonly Call[],
  active: ReadonlySet<number>,
  outputs: readonly { readonly tensor: Tensor; readonly seed: Tensor }[],
  sources: readonly Tensor[],
) => readonly (Tensor | undefined)[];

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
  /** Bodies that the op runs, for engines that trace; such an op has no kernels of its own. */
  readonly control?: Control;
}

/**
 * Names the type of an op's members from one object; nothing is registered anywhere. Whatever comes
 * in, no kernel is made for sizes that are no sizes: its loops would not end.
 */
export function defineOp<Attrs = undefined>(op: Op<Attrs>): Op<Attrs> {
  return {
    ...op,
    infer(inputs, attrs) {
      const specs = op.infer(inputs, attrs);
      for (const { shape } of specs) requireSizes(op.name, shape);
      return specs;
    },
  };
}

function requireSizes(where: string, shape: Shape): void {
  if (shape.every((size) => Number.isInteger(size) && size >= 0)) return;
  throw new ArgumentError({
    where,
    what: 'an argument makes no size of the result',
    expected: 'whole numbers of at least 0 where sizes are given',
    received: `a result of shape ${formatShape(shape)}`,
    fix: 'check that no size is missing, negative or a fraction',
  });
}

/** One use of an op: what a tape keeps. */
export interface Call {
  // Attributes differ from op to op; whoever holds the call only hands them back to its own op.
  readonly op: Op<never>;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly attrs: unknown;
}

/** A traced function that is part of an op. Everything it uses is an argument. */
export interface Body {
  readonly arguments: readonly Tensor[];
  readonly calls: readonly Call[];
  readonly results: readonly Tensor[];
}

/** How often a loop runs: once for each slice of its inputs, or while a test gives a true value. */
export type Turns =
  | { readonly kind: 'counted'; readonly length: number; readonly reverse: boolean }
  | {
      readonly kind: 'while';
      /** Takes what the loop's body takes and gives one int32. */
      readonly test: Body;
      readonly most: number | undefined;
    };

/**
 * Runs a body again and again. The op's inputs and the body's arguments are the carries, then
 * what is handed over slice by slice, then what stays the same. The body's results are the next
 * carries, then outputs; the op's outputs are the last carries, then all outputs stacked.
 */
export interface LoopControl {
  readonly kind: 'loop';
  readonly turns: Turns;
  readonly carries: number;
  readonly slices: number;
  readonly body: Body;
}

/** Runs one of two bodies. The op's first input, one int32, decides; both take the others. */
export interface BranchControl {
  readonly kind: 'branch';
  readonly whenTrue: Body;
  readonly whenFalse: Body;
}

export type Control = LoopControl | BranchControl;
