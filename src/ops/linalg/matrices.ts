// What linear algebra's ops share: matrices of a batch as kernels see them, and checks of shapes.
import { isFloat } from '../../core/dtype.js';
import { ShapeError } from '../../core/errors.js';
import { at, product } from '../../core/sequence.js';
import { broadcastShapes, formatShape, type Shape, type Spec } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import * as k from '../../kernels/ir/build.js';
import { denseElementOf, elementOf, inputBuffer, outputBuffer } from '../../kernels/ir/define.js';
import {
  type BufferRef,
  type Expr,
  type Scalar,
  storageOf,
  typeOf,
} from '../../kernels/ir/expr.js';
import type { View } from '../../kernels/ir/kernel.js';
import type { Loops, Stmt } from '../../kernels/ir/loops.js';
import { asTensor, type TensorLike } from '../convert.js';
import { workScalar } from '../kernel-values.js';
import { parallelOver } from '../loop-nests.js';
import { broadcastTo, cast } from '../shaping.js';
import { swapAxes } from '../views.js';

/** One matrix (or vector) of a batch, while a kernel is written. Each use loads anew. */
export interface Cells {
  load(...place: Expr[]): Expr;
  store(place: readonly Expr[], value: Expr): Stmt;
}

type Index = readonly Expr[];

/** The buffers of a kernel over a batch of matrices. */
export interface MatrixBuffers {
  /** Input `which` at the present position of the batch. */
  input(which: number): Cells;
  output(which: number): Cells;
  /** Scratch with room for `shape` at each position of the batch. */
  scratch(shape: Shape): Cells;
}

/** Loops that run `body` for each position of `batch`; the matrices follow the batch's axes. */
export function matrixLoops(
  name: string,
  batch: Shape,
  inputs: readonly View[],
  outputs: readonly Spec[],
  body: (buffers: MatrixBuffers) => readonly Stmt[],
): Loops {
  const sources = inputs.map(inputBuffer);
  const targets = outputs.map((output, slot) => outputBuffer(output, slot));
  const spares: BufferRef[] = [];
  const scalar = workScalar(at(inputs, 0).dtype);
  const statement = parallelOver(batch, (index, flat) => [
    ...body({
      input: (which) => {
        const view = at(inputs, which);
        return cellsOf(at(sources, which), (place) => elementOf(view.layout, [...index, ...place]));
      },
      output: (which) => {
        const { shape } = at(outputs, which);
        return cellsOf(at(targets, which), (place) => denseElementOf(shape, [...index, ...place]));
      },
      scratch: (shape) => {
        const buffer = spareBuffer(spares.length, product([...batch, ...shape]), scalar);
        spares.push(buffer);
        const inner = product(shape);
        return cellsOf(buffer, (place) =>
          k.add(k.mul(flat, k.size(inner)), denseElementOf(shape, place)),
        );
      },
    }),
  ]);
  const buffers = [...sources, ...targets, ...spares];
  return { kind: 'loops', name, buffers, procedures: [], body: [statement] };
}

function spareBuffer(slot: number, length: number, scalar: Scalar): BufferRef {
  const storage = storageOf(scalar === 'f64' ? 'float64' : 'float32');
  return { storage, space: 'scratch', slot, length: k.size(length) };
}

function cellsOf(buffer: BufferRef, element: (place: Index) => Expr): Cells {
  return {
    load: (...place) => k.load(buffer, element(place)),
    store: (place, value) => k.store(buffer, element(place), value),
  };
}

/** A serial loop over from .. to - 1. */
export function each(
  hint: string,
  from: Expr,
  to: Expr,
  body: (place: Expr) => readonly Stmt[],
): Stmt {
  const variable = k.newVar(hint);
  return k.loop(variable, { from, to }, body(k.valueOf(variable)));
}

/** A local number: its declaration, its value, and what changes it. */
export interface Local {
  readonly declare: Stmt;
  readonly value: Expr;
  readonly set: (value: Expr) => Stmt;
}

export function local(hint: string, start: Expr): Local {
  const variable = k.newVar(hint, typeOf(start.type.scalar));
  return {
    declare: k.declare(variable, start),
    value: k.valueOf(variable),
    set: (value) => k.set(variable, value),
  };
}

/** Throws unless `x` holds matrices (square ones, where asked for). */
export function requireMatrices(where: string, x: Tensor, square = false): void {
  const isMatrix = x.rank >= 2;
  if (isMatrix && (!square || at(x.shape, -1) === at(x.shape, -2))) return;
  throw new ShapeError({
    where,
    what: isMatrix ? 'the matrices are not square' : 'this is no matrix',
    expected: square ? '[..., n, n]' : '[..., rows, columns]',
    received: formatShape(x.shape),
    fix: isMatrix ? 'give square matrices' : 'add axes with expandDims',
  });
}

/** `x` as floats of at least 32 bits: what decompositions compute in. */
export function asFloats(x: TensorLike): Tensor {
  const input = asTensor(x);
  const isWide = input.dtype === 'float32' || input.dtype === 'float64';
  return isWide ? input : cast(input, 'float32');
}

/** Runs `body` in floats of at least 32 bits; results of half types are narrowed again. */
export function inFloats(x: TensorLike, body: (x: Tensor) => Tensor): Tensor {
  const input = asTensor(x);
  const result = body(asFloats(input));
  return isFloat(input.dtype) ? cast(result, input.dtype) : result;
}

/** Matrices of two tensors with their batches broadcast to one. */
export function commonBatch(where: string, a: Tensor, b: Tensor): [Tensor, Tensor] {
  const batch = broadcastShapes(where, a.shape.slice(0, -2), b.shape.slice(0, -2));
  const spread = (x: Tensor): Tensor => broadcastTo(x, [...batch, ...x.shape.slice(-2)]);
  return [spread(a), spread(b)];
}

/** Each matrix transposed. */
export function flipped(x: Tensor): Tensor {
  return swapAxes(x, -1, -2);
}
